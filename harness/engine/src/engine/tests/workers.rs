//! The figures of each of several processes, beside those of the run that they offered together.

use super::open::rate;
use super::support::*;
use crate::clock::Clock;
use crate::engine::conclude::conclude_parts;
use crate::engine::conclude_worker::worker_figures;
use crate::engine::control::Control;
use crate::engine::drive::drive;
use crate::engine::part_figures::figures_of;
use crate::engine::share::WorkerGroup;
use crate::engine::timer::Timer;
use crate::load_part::PartShare;
use crate::measure::{PartFigures, WorkerFacts, WorkerFigures};

/// What one of `of` processes measures, and how many requests its counters saw end.
async fn part(fake: &Fake, workload: &Workload, index: usize, of: usize) -> (PartFigures, u64) {
    let (stop, live) = (Stop::default(), Arc::new(Live::default()));
    let group = WorkerGroup { part: PartShare { index, of }, threads: 2 };
    let control = Control::new(workload, group, &stop, Arc::clone(&live), Clock::start());
    let driving = control.workers.shares().map(|share| drive(fake, &control, share, Timer::of_tokio()));
    let results = futures_util::future::join_all(driving).await;
    let figures = figures_of(control, results);
    (figures, live.ok() + live.failed())
}

/// The figures of a run of three processes, those of each, and the requests that its counters saw end.
async fn three(fakes: [Fake; 3], workload: &Workload) -> (Measured, Vec<WorkerFigures>, Vec<u64>) {
    let parts = fakes.iter().enumerate().map(|(index, fake)| part(fake, workload, index, 3));
    let (parts, ended): (Vec<PartFigures>, Vec<u64>) = futures_util::future::join_all(parts).await.into_iter().unzip();
    let of = |(index, part)| worker_figures(workload, &Live::default(), part, facts(index));
    let workers = (0..).zip(&parts).map(of).collect();
    (conclude_parts(workload, &Live::default(), parts), workers, ended)
}

fn facts(index: usize) -> WorkerFacts {
    WorkerFacts { index, machine: "b".to_owned(), pid: 4711, ..WorkerFacts::default() }
}

/// One slow process beside two that are fast.
fn fakes() -> [Fake; 3] {
    [10, 10, 50].map(|millis| Fake::doing([Step::Request(millis)]))
}

#[tokio::test(start_paused = true)]
async fn each_worker_of_a_closed_load_has_its_users_and_the_figures_of_its_own_requests() {
    let workload = Workload { warmup: Warmup::Duration(S(1)), ..workload(8, RunLength::Duration(S(2))) };
    let (measured, workers, ended) = three(fakes(), &workload).await;
    assert_eq!(workers.iter().map(|worker| worker.users).collect::<Vec<_>>(), [Some(3), Some(3), Some(2)]);
    // 200 of 10 ms by each of six users, and 40 of 50 ms by each of two.
    let requests: Vec<u64> = workers.iter().map(|worker| worker.requests.unwrap().ok).collect();
    assert_eq!((requests.as_slice(), measured.total.requests.ok), ([600, 600, 80].as_slice(), 1_280));
    let p50_ms = |worker: &WorkerFigures| (worker.p50_s.unwrap() * 1e3).round();
    assert_eq!(workers.iter().map(p50_ms).collect::<Vec<_>>(), [10.0, 10.0, 50.0]);
    assert_eq!(workers[2].throughput_per_s, Some(40.0));
    assert_eq!((workers[2].threads, workers[2].facts.name()), (Some(2), "worker 2 on b".to_owned()));
    assert_eq!((workers[2].arrivals, workers[2].pacer_lag_p99_s), (None, None));
    // Of the measurement alone; the counters of the progress line have the warm-up, too.
    let at_end: Vec<u64> = workers.iter().map(|worker| worker.requests_at_end.unwrap()).collect();
    assert_eq!((at_end.as_slice(), ended.as_slice()), ([600, 600, 80].as_slice(), [900, 900, 120].as_slice()));
}

#[tokio::test(start_paused = true)]
async fn each_worker_of_an_open_load_has_its_arrivals() {
    let (measured, workers, ended) = three(fakes(), &rate(100.0, S(2), 50)).await;
    assert_eq!(workers.iter().map(|worker| worker.arrivals).collect::<Vec<_>>(), [Some(67), Some(67), Some(66)]);
    assert_eq!(workers.iter().map(|worker| worker.users).collect::<Vec<_>>(), [None; 3]);
    assert_eq!(measured.generator.planned, Some(200));
    // Although a p99 of so few is not reported as a figure.
    assert_eq!(workers[0].pacer_lag_p99_s, Some(0.0));
    let at_end: Vec<u64> = workers.iter().map(|worker| worker.requests_at_end.unwrap()).collect();
    assert_eq!((at_end.as_slice(), &ended), ([67, 67, 66].as_slice(), &at_end));
}

#[test]
fn a_worker_that_the_load_has_no_part_for_is_idle_and_its_start_is_not_awaited() {
    let workload = workload(1, RunLength::Duration(S(2)));
    let idle = PartFigures::idle(PartShare { index: 1, of: 2 }, vec![]);
    let idle =
        PartFigures { recorders: crate::engine::conclude_classes::recorders_of(&workload, &Live::default()), ..idle };
    let worker = worker_figures(&workload, &Live::default(), &idle, facts(1));
    assert!(worker.is_idle(), "{worker:?}");
    assert_eq!((worker.requests.unwrap().intended, worker.users, worker.cpu_share), (0, Some(0), None));
}
