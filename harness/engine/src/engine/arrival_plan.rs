//! The plan of an open workload: its warm-up, its measurement, and with how many users it begins. Pure.

use std::time::Duration;

use super::arrival_schedule::ArrivalSchedule;
use crate::workload::{Arrivals, LoadModel, RunLength, Spacing, Stage, Warmup, Workload};

/// An iteration of this length decides how many users are set up before the first arrival: as many as the highest rate keeps
/// busy then.
const FIRST_ITERATION: Duration = Duration::from_millis(100);
const LEAST_FIRST_USERS: usize = 10;

/// The plan of an open workload.
#[derive(Debug)]
pub(super) struct ArrivalPlan {
    /// At the first stage's starting rate, outside every figure.
    pub(super) warmup: ArrivalSchedule,
    pub(super) measured: ArrivalSchedule,
    /// How many users are set up before the first arrival.
    pub(super) first_users: usize,
}

impl ArrivalPlan {
    /// `None` for a closed workload. Each of the run's `workers` has at least one of the first users.
    pub(super) fn of(workload: &Workload, workers: usize) -> Option<ArrivalPlan> {
        let LoadModel::Open(arrivals) = &workload.model else { return None };
        let measured = ArrivalSchedule::new(&arrivals.stages, arrivals.spacing, workload.seed);
        let measured = match workload.length {
            RunLength::Requests(requests) => measured.of_at_most(requests),
            RunLength::Duration(_) | RunLength::UntilPrecise => measured,
        };
        Some(ArrivalPlan::with(measured, workload, arrivals, workers))
    }

    /// The plan of a load that is driven: it has the same phases, and its measurement holds no arrival beforehand.
    pub(super) fn driven(workload: &Workload, workers: usize) -> Option<ArrivalPlan> {
        let LoadModel::Open(arrivals) = &workload.model else { return None };
        let length = arrivals.stages.iter().map(|stage| stage.over).sum();
        let measured = ArrivalSchedule::new(&[Stage::steady(0.0, length)], Spacing::Even, 0);
        Some(ArrivalPlan::with(measured, workload, arrivals, workers))
    }

    fn with(measured: ArrivalSchedule, workload: &Workload, arrivals: &Arrivals, workers: usize) -> ArrivalPlan {
        let first_users = first_users(arrivals).max(workers);
        ArrivalPlan { warmup: warmup(workload.warmup, arrivals), measured, first_users }
    }
}

/// At the first rate of the load; a load that starts at a rate of 0 has no warm-up.
fn warmup(warmup: Warmup, arrivals: &Arrivals) -> ArrivalSchedule {
    let rate_per_s = arrivals.stages.first().map_or(0.0, |stage| stage.from);
    let over = match warmup {
        Warmup::Duration(over) => over,
        Warmup::Requests(requests) if rate_per_s > 0.0 => Duration::from_secs_f64(requests as f64 / rate_per_s),
        Warmup::Requests(_) | Warmup::UntilSteady => Duration::ZERO,
    };
    if rate_per_s <= 0.0 || over.is_zero() {
        return ArrivalSchedule::empty();
    }
    ArrivalSchedule::new(&[Stage { name: None, from: rate_per_s, to: rate_per_s, over }], Spacing::Even, 0)
}

fn first_users(arrivals: &Arrivals) -> usize {
    let peak_per_s = arrivals.stages.iter().map(|stage| stage.from.max(stage.to)).fold(0.0, f64::max);
    let busy = (peak_per_s * FIRST_ITERATION.as_secs_f64()).ceil() as usize;
    busy.max(LEAST_FIRST_USERS).min(arrivals.max_in_flight).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::workload::{Connections, HttpOptions, Mix, Overflow};

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn plan(from: f64, to: f64, warmup: Warmup, length: RunLength) -> ArrivalPlan {
        let stages = vec![Stage { name: None, from, to, over: S(10) }];
        let arrivals = Arrivals { stages, max_in_flight: 800, overflow: Overflow::Queue, spacing: Spacing::Even };
        let model = LoadModel::Open(arrivals);
        ArrivalPlan::of(
            &Workload {
                model,
                warmup,
                length,
                timeout: S(10),
                seed: 0,
                connections: Connections::PerUser,
                http: HttpOptions::default(),
                mix: Mix::default(),
            },
            12,
        )
        .unwrap()
    }

    #[test]
    fn the_warm_up_is_at_the_starting_rate() {
        let by_time = plan(50.0, 500.0, Warmup::Duration(S(2)), RunLength::Duration(S(10)));
        assert_eq!((by_time.warmup.arrivals(), by_time.warmup.length()), (100, S(2)));
        let by_count = plan(50.0, 500.0, Warmup::Requests(25), RunLength::Duration(S(10)));
        assert_eq!((by_count.warmup.arrivals(), by_count.warmup.length()), (25, Duration::from_millis(500)));
        assert_eq!(by_count.measured.arrivals(), 2_750);
    }

    #[test]
    fn a_load_that_starts_at_a_rate_of_0_has_no_warm_up() {
        let plan = plan(0.0, 500.0, Warmup::Duration(S(2)), RunLength::Duration(S(10)));
        assert_eq!((plan.warmup.arrivals(), plan.warmup.length()), (0, Duration::ZERO));
    }

    #[test]
    fn a_number_of_requests_cuts_the_plan() {
        assert_eq!(plan(50.0, 50.0, Warmup::Requests(0), RunLength::Requests(20)).measured.arrivals(), 20);
    }

    #[test]
    fn the_first_users_follow_the_highest_rate_up_to_the_cap_and_are_at_least_as_many_as_the_workers() {
        let first = |peak| plan(0.0, peak, Warmup::Requests(0), RunLength::Duration(S(10))).first_users;
        assert_eq!([1.0, 300.0, 50_000.0].map(first), [12, 30, 800]);
    }
}
