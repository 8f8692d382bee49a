//! Several processes offer one load together: what they come to is what one process comes to.

use std::future::pending;
use std::sync::Mutex;
use std::sync::atomic::AtomicUsize;

use futures_util::future::{Either, join_all, select};
use tokio::time::Instant;

use super::fake::OpenRequest;
use super::listed::Listed;
use super::open::{rate, stage, with};
use super::support::*;
use crate::clock::Clock;
use crate::engine::conclude::conclude_parts;
use crate::engine::conclude_classes::recorders_of;
use crate::engine::control::Control;
use crate::engine::drive::drive;
use crate::engine::part_figures::figures_of;
use crate::engine::scenario::Scenario;
use crate::engine::share::{WorkerGroup, WorkerShare, offered_part, threads_for};
use crate::engine::timer::Timer;
use crate::load_part::{LoadPart, PartShare};
use crate::measure::{ClassFigures, Counts, Fate, IterationEnd, PartFigures};
use crate::seeded::SplitMix64;
use crate::user::UserSlot;
use crate::workload::{Mix, Overflow, Spacing, Stage, ThinkRange, UserClass};

/// How long before the load begins all processes know that it will.
const NOTICE: Duration = Duration::from_secs(1);

/// Several processes with so many threads each offer `workload` together, all on this one thread.
pub(super) async fn offer_in_parts<T: Scenario>(
    threads: &[usize],
    scenario: &T,
    workload: &Workload,
    stop: &Stop,
    listed: &Arc<Listed>,
) -> Vec<PartFigures> {
    let (origin, of) = (Instant::now(), threads.len());
    let part = |index| Arc::new(LoadPart::new(PartShare { index, of }, origin));
    let parts: Vec<Arc<LoadPart>> = (0..of).map(part).collect();
    let beginning = async {
        join_all(parts.iter().map(|part| part.ready())).await;
        let begins = origin.elapsed() + NOTICE;
        parts.iter().for_each(|part| part.begin_at(begins));
        pending::<()>().await;
    };
    let offering = parts.iter().zip(threads).map(|(part, threads)| {
        let live = Arc::new(listed.live().offering(Arc::clone(part)));
        offer_part(scenario, workload, stop, live, *threads)
    });
    match select(Box::pin(join_all(offering)), Box::pin(beginning)).await {
        Either::Left((figures, _)) => figures,
        Either::Right(_) => unreachable!("it waits for ever"),
    }
}

/// What `offer` does on threads.
async fn offer_part<T: Scenario>(
    scenario: &T,
    workload: &Workload,
    stop: &Stop,
    live: Arc<Live>,
    threads: usize,
) -> PartFigures {
    let part = live.part.clone().expect("a part of a load");
    let Some(offered) = offered_part(workload, part.share()) else {
        part.arrive();
        return PartFigures::idle(part.share(), recorders_of(workload, &live));
    };
    let threads = threads_for(workload, workload.users(), offered, threads);
    let workers = WorkerGroup { part: offered, threads };
    let control = Control::new(workload, workers, stop, live, Clock::started_at(part.origin()));
    let driving = workers.shares().map(|share| drive(scenario, &control, share, Timer::of_tokio()));
    // A thread does this, in a real run.
    let asking = async {
        while control.timeline.load_began().is_none() {
            tokio::time::sleep(MS(10)).await;
            control.begin_with_others();
        }
        pending::<()>().await;
    };
    let results = match select(Box::pin(join_all(driving)), Box::pin(asking)).await {
        Either::Left((results, _)) => results,
        Either::Right(_) => unreachable!("it waits for ever"),
    };
    PartFigures { share: part.share(), ..figures_of(control, results) }
}

/// The figures of a run that several processes have offered.
pub(super) async fn measure_in_parts<T: Scenario>(threads: &[usize], scenario: &T, workload: &Workload) -> Measured {
    let listed = Arc::<Listed>::default();
    let parts = offer_in_parts(threads, scenario, workload, &Stop::default(), &listed).await;
    let measured = conclude_parts(workload, &listed.live(), parts);
    listed.check(&measured);
    measured
}

/// From one to nine processes, which have one to three threads.
fn processes() -> impl Iterator<Item = Vec<usize>> {
    (1..=9).map(|of| (0..of).map(|index| 1 + (index * 2 + of) % 3).collect())
}

/// What does not depend on how many processes offer a load.
#[derive(Debug, PartialEq)]
struct Figures {
    requests: Counts,
    outside: Counts,
    iterations: Counts,
    span: Duration,
    per_s: Option<f64>,
    longest_s: Option<f64>,
    mean_us: Option<u64>,
    sent_and_ok: Vec<(u64, u64)>,
    planned_and_sent: (Option<u64>, Option<u64>),
    longest_lag_s: Option<f64>,
    classes: Vec<(Counts, Option<u64>, Option<u64>)>,
    stages: Vec<Counts>,
    gap: Option<f64>,
    beyond_count: u64,
    ended: Ended,
}

fn figures(measured: &Measured) -> Figures {
    let (total, generator) = (&measured.total, &measured.generator);
    let times = &total.response_time;
    Figures {
        requests: total.requests,
        outside: measured.outside,
        iterations: measured.iteration.requests,
        span: measured.span,
        per_s: total.throughput_per_s.map(|per_s| (per_s * 1e6).round() / 1e6),
        longest_s: times.max_s,
        mean_us: times.mean_s.map(|mean_s| (mean_s * 1e6).round() as u64),
        sent_and_ok: measured.timeline.iter().map(|second| (second.sent, second.ok)).collect(),
        planned_and_sent: (generator.planned, generator.sent),
        longest_lag_s: generator.pacer_lag.as_ref().and_then(|lag| lag.max_s),
        classes: measured
            .classes
            .iter()
            .map(|class| (class.measured.total.requests, class.users, class.measured.generator.planned))
            .collect(),
        stages: measured.stages.iter().map(|stage| stage.total.requests).collect(),
        gap: generator.closed_law_gap.map(|gap| (gap * 1e6).round()),
        beyond_count: measured.beyond_count,
        ended: measured.ended.clone(),
    }
}

/// The load comes to the same with one process as with several; returns what it comes to.
async fn assert_same_in_parts(steps: &[Step], workload: &Workload) -> Measured {
    let alone = measure_on(1, &Fake::doing(steps), workload).await;
    for threads in processes() {
        let together = measure_in_parts(&threads, &Fake::doing(steps), workload).await;
        assert_eq!(figures(&together), figures(&alone), "with these threads: {threads:?}");
    }
    alone
}

fn closed(users: Users, length: Duration) -> Workload {
    let (count, warmup) = (users.count, Warmup::Duration(S(1)));
    Workload { model: LoadModel::Closed(users), warmup, ..workload(count, RunLength::Duration(length)) }
}

#[tokio::test(start_paused = true)]
async fn users_for_some_time_come_to_the_same_in_parts() {
    let alone = assert_same_in_parts(&[Step::Request(7)], &closed(Users::at_once(36), S(2))).await;
    assert_eq!((alone.total.requests.ok, alone.generator.closed_law_gap.map(f64::round)), (36 * 286, Some(0.0)));
}

#[tokio::test(start_paused = true)]
async fn users_who_start_one_after_the_other_come_to_the_same_in_parts() {
    let alone = assert_same_in_parts(&[Step::Request(7)], &closed(Users::over(12, S(3)), S(2))).await;
    assert!(alone.outside.ok > 12 * 143 && alone.outside.ok < 12 * 572, "a ramp-up and a warm-up: {:?}", alone.outside);
}

#[tokio::test(start_paused = true)]
async fn users_whose_number_follows_stages_come_to_the_same_in_parts() {
    let stages = vec![stage(1.0, 12.0, S(3)), stage(12.0, 12.0, S(2)), stage(12.0, 0.0, S(2))];
    let load = closed(Users { stages, ..Users::at_once(12) }, S(7));
    let alone = assert_same_in_parts(&[Step::Request(7)], &load).await;
    assert!(alone.stages.iter().all(|stage| stage.total.requests.ok > 1_000), "{:?}", alone.stages);
}

#[tokio::test(start_paused = true)]
async fn paced_users_and_users_who_pause_come_to_the_same_in_parts() {
    let paced = closed(Users { every: Some(S(1)), ..Users::at_once(20) }, S(4));
    assert_eq!(assert_same_in_parts(&[Step::Request(7)], &paced).await.generator.planned, Some(80));
    let think = Some(ThinkRange { least: MS(20), most: MS(90) });
    let pausing = closed(Users { think, ..Users::at_once(20) }, S(2));
    assert!(assert_same_in_parts(&[Step::Request(7)], &pausing).await.total.requests.ok > 500);
}

#[tokio::test(start_paused = true)]
async fn arrivals_at_any_spacing_come_to_the_same_in_parts() {
    for spacing in [Spacing::Even, Spacing::Poisson] {
        let load = with(rate(110.0, S(3), 500), Overflow::Queue, spacing);
        let load = Workload { warmup: Warmup::Duration(S(1)), ..load };
        let alone = assert_same_in_parts(&[Step::Request(30)], &load).await;
        assert_eq!((alone.generator.planned, alone.generator.sent), (Some(330), Some(330)));
    }
}

#[tokio::test(start_paused = true)]
async fn arrivals_in_stages_with_a_spike_come_to_the_same_in_parts() {
    let named = |name: &str, per_s: f64| Stage { name: Some(name.to_owned()), ..stage(per_s, per_s, S(2)) };
    let mut load = rate(1.0, S(8), 500);
    if let LoadModel::Open(arrivals) = &mut load.model {
        arrivals.stages =
            vec![named("before", 50.0), named("spike", 200.0), named("after", 50.0), stage(50.0, 0.0, S(2))];
    }
    let alone = assert_same_in_parts(&[Step::Request(30)], &load).await;
    assert_eq!(alone.stages.iter().map(|stage| stage.total.requests.ok).collect::<Vec<_>>(), [100, 400, 100, 50]);
}

#[tokio::test(start_paused = true)]
async fn classes_of_users_and_of_arrivals_come_to_the_same_in_parts() {
    let class = |(name, weight): (&str, u32)| UserClass { name: name.to_owned(), weight };
    let mix = Mix::new([("a", 7), ("b", 2), ("c", 1)].map(class).into());
    let users = Workload { mix: mix.clone(), ..closed(Users::at_once(30), S(1)) };
    let alone = assert_same_in_parts(&[Step::Request(7)], &users).await;
    assert_eq!(alone.classes.iter().map(|class| class.users).collect::<Vec<_>>(), [21, 6, 3].map(Some));
    let arrivals = Workload { mix, ..rate(50.0, S(2), 500) };
    let alone = assert_same_in_parts(&[Step::Request(30)], &arrivals).await;
    let planned = |class: &ClassFigures| class.measured.generator.planned;
    assert_eq!(alone.classes.iter().map(planned).collect::<Vec<_>>(), [70, 20, 10].map(Some));
}

#[tokio::test(start_paused = true)]
async fn exactly_as_many_requests_are_measured_as_were_asked_for() {
    // The users of a process may have more requests each than those of another, so the time that this takes differs.
    let load = Workload { warmup: Warmup::Requests(50), ..workload(36, RunLength::Requests(701)) };
    for threads in processes() {
        let measured = measure_in_parts(&threads, &Fake::doing([Step::Request(10)]), &load).await;
        assert_eq!((measured.total.requests.ok, measured.total.requests.intended), (701, 701), "{threads:?}");
        assert_eq!((measured.outside.ok, measured.counted_to, measured.ended), (50, Some(701), Ended::AsPlanned));
        let open = Workload { length: RunLength::Requests(70), ..rate(100.0, S(1), 500) };
        let measured = measure_in_parts(&threads, &Fake::doing([Step::Request(10)]), &open).await;
        assert_eq!((measured.total.requests.ok, measured.generator.planned), (70, Some(70)), "{threads:?}");
    }
}

/// Notes which users there are, and how many of them are in an iteration at the most.
#[derive(Debug, Default)]
struct Noting {
    users: Mutex<Vec<(usize, u64)>>,
    inside: AtomicUsize,
    most_inside: AtomicUsize,
}

impl Scenario for Noting {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        self.users.lock().unwrap().push((slot.number, slot.seed));
        Ok(slot)
    }

    async fn iterate(&self, slot: &mut UserSlot<()>) -> IterationEnd {
        let open = OpenRequest::new(slot);
        let inside = self.inside.fetch_add(1, Ordering::Relaxed) + 1;
        self.most_inside.fetch_max(inside, Ordering::Relaxed);
        tokio::time::sleep(MS(400)).await;
        self.inside.fetch_sub(1, Ordering::Relaxed);
        open.close(Fate::Ok);
        IterationEnd::Completed
    }

    async fn leave(&self, _slot: UserSlot<()>) -> Result<(), String> {
        Ok(())
    }
}

#[tokio::test(start_paused = true)]
async fn the_users_have_the_numbers_and_the_seeds_that_they_have_in_one_process_and_no_more_are_busy() {
    let closed = workload(25, RunLength::Duration(S(1)));
    // 40 would be busy at once if there were no cap.
    let open = rate(100.0, S(1), 25);
    let expected: Vec<(usize, u64)> = (0..25).map(|number| (number, SplitMix64::nth(7, number as u64))).collect();
    for (threads, load) in processes().flat_map(|threads| [(threads.clone(), &closed), (threads, &open)]) {
        let noting = Noting::default();
        let measured = measure_in_parts(&threads, &noting, load).await;
        let mut users = noting.users.into_inner().unwrap();
        users.sort_unstable();
        assert_eq!((users, noting.most_inside.into_inner()), (expected.clone(), 25), "{threads:?}");
        assert_eq!(measured.total.requests.ok, measured.total.requests.intended);
    }
}
