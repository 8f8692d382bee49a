//! The parts of a load are the whole, whatever their number: nothing is offered twice, and nothing is left out. No clock.
//!
//! What each process does with its part follows in `parts`.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::open::{rate, stage, with};
use super::support::*;
use crate::engine::arrival_plan::ArrivalPlan;
use crate::engine::arrival_schedule::ArrivalSchedule;
use crate::engine::budget::{BudgetKind, Budgets};
use crate::engine::share::{WorkerGroup, WorkerShare, offered_part, offering_parts, threads_for};
use crate::engine::user_classes::{ArrivalClasses, class_counts};
use crate::load_part::PartShare;
use crate::measure::ClassNumber;
use crate::workload::{Connections, Mix, Overflow, Spacing, Stage, UserClass};

/// The worker threads of the processes that offer `workload`; each process has another number of cores.
fn groups(workload: &Workload, of: usize) -> Vec<WorkerGroup> {
    let parts = (0..of).filter_map(|index| offered_part(workload, PartShare { index, of }));
    let group = |part: PartShare| {
        let threads = threads_for(workload, workload.users(), part, 1 + (part.index * 2 + of) % 4);
        WorkerGroup { part, threads }
    };
    parts.map(group).collect()
}

fn shares(workload: &Workload, of: usize) -> Vec<WorkerShare> {
    groups(workload, of).into_iter().flat_map(WorkerGroup::shares).collect()
}

fn mix(weights: &[u32]) -> Mix {
    let class = |(index, weight): (usize, &u32)| UserClass { name: index.to_string(), weight: *weight };
    Mix::new(weights.iter().enumerate().map(class).collect())
}

/// The arrivals of one worker in order, with their classes.
fn arrivals(plan: &ArrivalSchedule, mix: &Mix, share: WorkerShare) -> Vec<(Duration, Option<usize>)> {
    let classes = ArrivalClasses::of(mix, share);
    plan.of_worker(share).map(|due| (due, ClassNumber::index(classes.take_next()))).collect()
}

fn stages() -> impl Strategy<Value = Vec<Stage>> {
    let one = (0u32..300, 0u32..300, 1u64..3_000);
    let stages = prop::collection::vec(one, 1..5);
    stages.prop_map(|all| all.into_iter().map(|(from, to, ms)| stage(from.into(), to.into(), MS(ms))).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn each_user_belongs_to_one_worker_and_no_worker_is_without(users in 1usize..300, connections in 1usize..300) {
        for load in [
            workload(users, RunLength::Requests(1)),
            Workload { connections: Connections::Shared(connections), ..workload(users, RunLength::Requests(1)) },
            Workload { connections: Connections::PerRequest, ..rate(10.0, S(1), users) },
        ] {
            for of in 1..=9 {
                let shares = shares(&load, of);
                let own = |share: &WorkerShare| (0..share.users(users)).map(|index| share.user_number(index)).collect();
                let numbers: Vec<Vec<usize>> = shares.iter().map(own).collect();
                prop_assert!(numbers.iter().all(|numbers| !numbers.is_empty()), "{of} processes: {numbers:?}");
                let mut all: Vec<usize> = numbers.concat();
                all.sort_unstable();
                prop_assert_eq!(all, (0..users).collect::<Vec<_>>());
                let of_groups = groups(&load, of).iter().map(|group| group.part_of(users as u64)).sum::<u64>();
                prop_assert_eq!(of_groups, users as u64);
            }
        }
    }

    #[test]
    fn each_connection_that_users_share_belongs_to_one_worker_and_no_worker_is_without(
        users in 1usize..100, most in 1usize..100,
    ) {
        let load = Workload { connections: Connections::Shared(most), ..workload(users, RunLength::Requests(1)) };
        for of in 1..=9 {
            let own = |share: WorkerShare| match load.connections.for_worker(share.index, share.workers) {
                Connections::Shared(own) => own,
                other => unreachable!("{other}"),
            };
            let each: Vec<usize> = shares(&load, of).into_iter().map(own).collect();
            prop_assert!(each.iter().all(|own| *own > 0), "{of} processes: {each:?}");
            prop_assert_eq!(each.iter().sum::<usize>(), most);
        }
    }

    #[test]
    fn each_arrival_of_any_plan_has_its_time_and_its_class_whatever_the_number_of_processes(
        stages in stages(), is_poisson: bool, seed: u64, cap in 1usize..100, most in 1u64..400, is_cut: bool,
        weights in prop::collection::vec(1u32..9, 0..4),
    ) {
        let spacing = if is_poisson { Spacing::Poisson } else { Spacing::Even };
        let length = stages.iter().map(|stage| stage.over).sum();
        let mut load = with(rate(1.0, length, cap), Overflow::Queue, spacing);
        if let LoadModel::Open(arrivals) = &mut load.model {
            arrivals.stages = stages;
        }
        let length = if is_cut { RunLength::Requests(most) } else { RunLength::Duration(length) };
        let load = Workload { seed, length, warmup: Warmup::Duration(S(1)), mix: mix(&weights), ..load };
        let alone = ArrivalPlan::of(&load, 1).expect("an open workload");
        for of in 1..=9 {
            for (of_plan, one) in [
                ((|plan| &plan.measured) as fn(&ArrivalPlan) -> &ArrivalSchedule, &alone.measured),
                (|plan| &plan.warmup, &alone.warmup),
            ] {
                let parts = groups(&load, of).into_iter().map(|group| {
                    let plan = ArrivalPlan::of(&load, group.workers()).expect("an open workload");
                    (group, plan)
                });
                let mut all = Vec::new();
                for (group, plan) in parts {
                    let own: Vec<_> = group.shares().flat_map(|share| arrivals(of_plan(&plan), &load.mix, share)).collect();
                    prop_assert_eq!(own.len() as u64, group.part_of(one.arrivals()), "counted as planned");
                    let of_class = |class| own.iter().filter(|arrival| arrival.1 == Some(class)).count() as u64;
                    let counts = class_counts(&load.mix, group.part, own.len() as u64);
                    prop_assert_eq!((0..weights.len()).map(of_class).collect::<Vec<_>>(), counts);
                    prop_assert_eq!(of_plan(&plan).length(), one.length(), "all end at the same time");
                    all.extend(own);
                }
                all.sort_by_key(|arrival| arrival.0);
                let expected = arrivals(one, &load.mix, WorkerShare::ALL);
                prop_assert_eq!(counted(&all), counted(&expected), "{} processes", of);
            }
        }
    }

    #[test]
    fn each_request_of_a_number_of_requests_belongs_to_one_process(users in 1usize..50, requests in 0u64..5_000) {
        let load = workload(users, RunLength::Requests(requests));
        for of in 1..=9 {
            let taken = groups(&load, of).into_iter().map(|group| {
                let budgets = Budgets::new(group.part_of(requests), group.part_of(requests));
                let take = |kind| std::iter::from_fn(|| budgets.take(kind, None)).count() as u64;
                (take(BudgetKind::WarmUp), take(BudgetKind::Measurement))
            });
            let taken: Vec<(u64, u64)> = taken.collect();
            prop_assert_eq!(taken.iter().map(|taken| taken.0).sum::<u64>(), requests);
            prop_assert_eq!(taken.iter().map(|taken| taken.1).sum::<u64>(), requests);
            let (least, most) = (taken.iter().map(|taken| taken.1).min(), taken.iter().map(|taken| taken.1).max());
            prop_assert!(most.unwrap() - least.unwrap() <= 1, "{taken:?}");
        }
    }
}

/// Arrivals that are due at the same time have no order among themselves.
fn counted(arrivals: &[(Duration, Option<usize>)]) -> BTreeMap<(Duration, Option<usize>), usize> {
    let mut counts = BTreeMap::new();
    arrivals.iter().for_each(|arrival| *counts.entry(*arrival).or_default() += 1);
    counts
}

#[test]
fn a_load_that_is_too_small_for_all_processes_is_offered_by_the_first_of_them() {
    let users = |users| workload(users, RunLength::Duration(S(1)));
    assert_eq!([1, 3, 4, 5, 100].map(|count| offering_parts(&users(count), 4)), [1, 3, 4, 4, 4]);
    assert_eq!(offering_parts(&rate(1_000.0, S(1), 2), 4), 2, "arrivals of a process without a slot would never start");
    let shared = Workload { connections: Connections::Shared(3), ..users(100) };
    assert_eq!(offering_parts(&shared, 4), 3);
    assert_eq!(offered_part(&shared, PartShare { index: 2, of: 4 }), Some(PartShare { index: 2, of: 3 }));
    assert_eq!(offered_part(&shared, PartShare { index: 3, of: 4 }), None);
}

#[test]
fn a_benchmark_is_offered_by_one_process_as_one_row_of_iterations_decides_when_it_ends() {
    let steady = Workload { warmup: Warmup::UntilSteady, ..workload(8, RunLength::Duration(S(1))) };
    assert_eq!(offering_parts(&workload(8, RunLength::UntilPrecise), 4), 1);
    assert_eq!(offering_parts(&steady, 4), 1);
}

#[test]
fn a_warm_up_of_requests_is_sent_by_the_processes_whose_users_take_part_in_it() {
    // One user begins; the others follow when the measurement has begun.
    let stages = vec![stage(1.0, 8.0, S(1))];
    let staged = |warmup| {
        let load = workload(8, RunLength::Duration(S(1)));
        Workload { model: LoadModel::Closed(Users { stages: stages.clone(), ..Users::at_once(8) }), warmup, ..load }
    };
    assert_eq!(offering_parts(&staged(Warmup::Requests(50)), 4), 1);
    assert_eq!(offering_parts(&staged(Warmup::Duration(S(1))), 4), 4);
}
