use std::rc::Rc;

use super::super::class_number::ClassNumber;
use super::super::sample::{Fate, LogEntry, Moments, Phase};
use super::super::worker_log::WorkerLog;
use super::*;

const TIMEOUT: Duration = Duration::from_secs(10);

/// A run with the logs of its workers.
struct Watched {
    live: std::sync::Arc<Live>,
    workers: Vec<Rc<WorkerLog>>,
    slices: LiveSlices,
    /// What a page would show, by part and begin in milliseconds: ok, failed.
    shown: BTreeMap<(bool, i64), (u64, u64)>,
}

impl Watched {
    fn of(workers: usize) -> Watched {
        let live = std::sync::Arc::new(Live::default());
        live.watch();
        let workers = (0..workers).map(|_| WorkerLog::new(TIMEOUT, &live)).collect();
        Watched { live, workers, slices: LiveSlices::default(), shown: BTreeMap::new() }
    }

    fn measure_from(&self, origin_ms: u64) {
        self.workers.iter().for_each(|worker| worker.measure_from(Duration::from_millis(origin_ms)));
    }

    /// A request from `sent_ms` to `done_ms` after the run began.
    fn request(&self, worker: usize, phase: Phase, sent_ms: u64, done_ms: u64) {
        let [sent_ns, done_ns] = [sent_ms, done_ms].map(|ms| ms * 1_000_000);
        let moments = Moments { intended_ns: sent_ns, sent_ns, done_ns };
        let worker = &self.workers[worker];
        worker.note(ClassNumber::NONE, |recorder| {
            recorder.endpoint("GET /");
            recorder.intend(phase);
            worker.record_in(recorder, &LogEntry::new(phase, 0, moments, Fate::Ok), true, || 0);
        });
    }

    fn look(&mut self, elapsed_ms: u64, is_over: bool) -> Vec<NewSlices> {
        let new = self.slices.look(&self.live, Duration::from_millis(elapsed_ms), is_over);
        for part in &new {
            if part.replaces_all {
                self.shown.retain(|(is_measured, _), _| *is_measured != part.is_measured);
            }
            for slice in &part.slices.slices {
                self.shown.insert((part.is_measured, (slice.at_s * 1e3).round() as i64), (slice.ok, slice.failed));
            }
        }
        new
    }

    fn ended(&self) -> u64 {
        self.shown.values().map(|(ok, failed)| ok + failed).sum()
    }

    /// The workers end, and their recorders are merged.
    fn end(&mut self) -> super::super::Measured {
        let workers = std::mem::take(&mut self.workers);
        let recorders = workers.into_iter().map(|worker| worker.take(TIMEOUT).remove(0));
        recorders
            .reduce(|mut all, one| {
                all.merge(one);
                all
            })
            .expect("a worker")
            .finish()
    }
}

#[test]
fn what_was_shown_adds_up_to_what_was_measured() {
    let mut run = Watched::of(2);
    run.measure_from(0);
    for ms in (0..20_000).step_by(7) {
        run.request(usize::from(ms % 3 == 0), Phase::Measured, ms, ms + 20);
        if ms % 994 == 0 {
            run.look(ms, false);
        }
    }
    assert!(run.ended() > 2_000, "most of it is shown while the run goes on: {}", run.ended());
    let measured = run.end();
    run.look(20_000, true);
    assert_eq!(run.ended(), measured.total.requests.intended);
    assert!(run.shown.keys().all(|(is_measured, at_ms)| *is_measured && at_ms % 250 == 0), "slices have grown");
}

#[test]
fn a_worker_that_is_late_corrects_what_was_shown() {
    let mut run = Watched::of(2);
    run.measure_from(0);
    run.request(1, Phase::Measured, 100, 120);
    for ms in (0..4_000).step_by(10) {
        run.request(0, Phase::Measured, ms, ms + 1);
    }
    run.look(4_000, false);
    assert_eq!(run.shown.get(&(true, 100)), Some(&(5, 0)), "one worker had handed its part over");
    run.request(1, Phase::Measured, 3_900, 4_010);
    run.look(4_020, false);
    assert_eq!(run.shown.get(&(true, 100)), Some(&(6, 0)), "the other one had not");
}

#[test]
fn a_server_that_answers_nothing_more_is_shown_as_quiet() {
    let mut run = Watched::of(1);
    run.measure_from(0);
    for ms in (0..1_500).step_by(10) {
        run.request(0, Phase::Measured, ms, ms + 1);
    }
    run.look(1_500, false);
    run.look(9_000, false);
    assert_eq!(run.shown.get(&(true, 5_000)), Some(&(0, 0)));
    assert_eq!(run.shown.get(&(true, 8_000)), None, "not known yet");
}

#[test]
fn a_warm_up_is_shown_before_the_measurement_and_apart_from_it() {
    let mut run = Watched::of(1);
    for ms in (0..2_000).step_by(10) {
        run.request(0, Phase::Outside, ms, ms + 1);
    }
    assert!(run.look(2_000, false).iter().all(|new| new.measured_from_s.is_none() && !new.is_measured));
    run.measure_from(2_025);
    for ms in (2_025..4_025).step_by(10) {
        run.request(0, Phase::Measured, ms, ms + 1);
    }
    let measured = run.end();
    let new = run.look(4_100, true);
    assert!(new.iter().all(|new| new.measured_from_s == Some(2.025)), "{new:?}");
    assert_eq!(run.shown.keys().find(|(is_measured, _)| *is_measured), Some(&(true, 2_025)));
    let of_part =
        |part| run.shown.iter().filter(|((measured, _), _)| *measured == part).map(|(_, (ok, _))| ok).sum::<u64>();
    assert_eq!((of_part(true), of_part(false)), (measured.total.requests.intended, 200));
}

#[test]
fn a_run_that_nobody_watches_hands_nothing_over() {
    let live = std::sync::Arc::new(Live::default());
    let mut run = Watched { workers: vec![WorkerLog::new(TIMEOUT, &live)], live, ..Watched::of(0) };
    run.measure_from(0);
    for ms in (0..3_000).step_by(10) {
        run.request(0, Phase::Measured, ms, ms + 1);
    }
    run.end();
    assert!(run.look(3_000, true).is_empty());
}
