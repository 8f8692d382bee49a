//! What becomes of a value that a user records.

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::measure::stage::StageBounds;
use crate::measure::{IterationEnd, Live, Measured, ValueFigures, WorkerLog};
use crate::workload::Mix;

const MS: fn(u64) -> Duration = Duration::from_millis;

fn worker(live: &Arc<Live>) -> Rc<WorkerLog> {
    let worker = WorkerLog::new(MS(1_000), live);
    worker.measure_from(Duration::ZERO);
    worker
}

/// One iteration of the measurement that records these.
fn record(log: &UserLog, values: &[(&str, f64)]) {
    let phase = log.begin_iteration(Some(Phase::Measured));
    values.iter().for_each(|(name, sample)| log.record_value(name, ValueKind::Distribution, *sample));
    log.end_iteration(phase, MS(0), MS(10), IterationEnd::Completed);
}

fn figures(worker: &WorkerLog) -> Measured {
    worker.take(MS(1_000)).remove(0).finish()
}

fn value<'m>(measured: &'m Measured, name: &str) -> &'m ValueFigures {
    measured.values.iter().find(|value| value.name == name).expect("it was recorded")
}

#[test]
fn what_iterations_of_the_measurement_record_is_in_the_figures() {
    let worker = worker(&Arc::default());
    let log = worker.user(None);
    for i in 1..=100 {
        record(&log, &[("size", f64::from(i)), ("size", f64::from(-i))]);
    }
    let measured = figures(&worker);
    let size = value(&measured, "size");
    assert_eq!((size.kind, size.samples, size.sum), (ValueKind::Distribution, 200, Some(0.0)));
    assert_eq!((size.min, size.mean, size.max), (Some(-100.0), Some(0.0), Some(100.0)));
    // Half of the samples are below zero; the 190th of 200 is 90.
    assert_eq!((size.p50, size.p95, size.p999), (Some(-1.0), Some(90.0), None));
    assert_eq!(size.distribution.iter().map(|step| step.samples).sum::<u64>(), 200);
}

#[test]
fn a_count_has_a_sum_and_a_rate_and_no_percentiles() {
    let worker = worker(&Arc::default());
    let log = worker.user(None);
    let phase = log.begin_iteration(Some(Phase::Measured));
    [1, 0, 4].into_iter().for_each(|amount| log.record_value("hits", ValueKind::Count, f64::from(amount)));
    log.end_iteration(phase, MS(0), MS(10), IterationEnd::Completed);
    worker.note_everywhere(|recorder| recorder.span_at_least(Duration::ZERO, MS(2_000)));
    let measured = figures(&worker);
    let hits = value(&measured, "hits");
    assert_eq!((hits.kind, hits.samples, hits.sum, hits.per_s), (ValueKind::Count, 3, Some(5.0), Some(2.5)));
    assert_eq!((hits.p50, hits.distribution.len()), (None, 0));
}

#[test]
fn a_value_belongs_to_the_phase_of_its_iteration() {
    let worker = worker(&Arc::default());
    let log = worker.user(None);
    let phase = log.begin_iteration(Some(Phase::Outside));
    log.record_value("size", ValueKind::Distribution, 1.0);
    log.end_iteration(phase, MS(0), MS(10), IterationEnd::Completed);
    record(&log, &[("size", 2.0)]);
    assert_eq!(value(&figures(&worker), "size").sum, Some(2.0));
}

#[test]
fn what_is_set_up_and_torn_down_records_nothing() {
    let worker = worker(&Arc::default());
    let (log, set_up) = (worker.user(Some(Phase::Measured)), worker.set_up());
    log.record_value("size", ValueKind::Distribution, 1.0);
    set_up.record_value("size", ValueKind::Distribution, 2.0);
    record(&log, &[]);
    log.begin_leaving();
    log.record_value("size", ValueKind::Distribution, 3.0);
    assert!(figures(&worker).values.is_empty());
}

#[test]
fn an_iteration_that_fails_or_is_given_up_keeps_its_values() {
    let worker = worker(&Arc::default());
    let log = worker.user(None);
    for how in [IterationEnd::FailedAtRequest, IterationEnd::FailedItself("no".to_owned())] {
        let phase = log.begin_iteration(Some(Phase::Measured));
        log.record_value("size", ValueKind::Distribution, 1.0);
        log.end_iteration(phase, MS(0), MS(10), how);
    }
    for waited in [false, true] {
        let phase = log.begin_iteration(Some(Phase::Measured));
        log.record_value("size", ValueKind::Distribution, 1.0);
        log.abandon_iteration(phase, MS(0), MS(10), waited);
    }
    assert_eq!(value(&figures(&worker), "size").samples, 4);
}

#[test]
fn what_a_ramp_records_is_not_judged() {
    let stage = |name: &str, from, to, begins| StageBounds {
        name: name.to_owned(),
        from,
        to,
        begins: MS(begins),
        ends: MS(begins + 1_000),
    };
    let stages = [stage("ramp", 0.0, 9.0, 0), stage("peak", 9.0, 9.0, 1_000)];
    let worker = WorkerLog::planned(MS(1_000), &Arc::from(stages), None, &Arc::default(), None, &Mix::default());
    worker.measure_from(Duration::ZERO);
    let log = worker.user(None);
    for begin in [500, 999, 1_000, 1_500] {
        let phase = log.begin_iteration(Some(Phase::Measured));
        log.record_value("size", ValueKind::Distribution, begin as f64);
        log.end_iteration(phase, MS(begin), MS(begin + 10), IterationEnd::Completed);
    }
    assert_eq!(value(&figures(&worker), "size").sum, Some(2_500.0));
}

#[test]
fn a_number_that_is_not_finite_and_a_value_without_a_name_are_mistakes() {
    let worker = worker(&Arc::default());
    let log = worker.user(None);
    log.begin_iteration(None);
    let mistake = |name: &str, sample| {
        log.record_value(name, ValueKind::Distribution, sample);
        log.take_mistake().unwrap_or_default()
    };
    assert_eq!(mistake("size", f64::NAN), "`user.record(\"size\", NaN)`: this is not a finite number");
    assert_eq!(mistake("size", f64::INFINITY), "`user.record(\"size\", inf)`: this is not a finite number");
    assert_eq!(mistake("", 1.0), "a value was recorded without a name");
    assert_eq!(mistake("size", f64::MAX), "");
}

#[test]
fn one_name_is_recorded_or_counted_whichever_worker_does_it() {
    let live = Arc::default();
    let (one, other) = (worker(&live), worker(&live));
    record(&one.user(None), &[("size", 1.0)]);
    let log = other.user(None);
    log.begin_iteration(None);
    log.record_value("size", ValueKind::Count, 1.0);
    assert_eq!(
        log.take_mistake().as_deref(),
        Some("`size` is recorded with `user.record` and counted with `user.count`: give one of them another name")
    );
}

#[test]
fn the_values_of_the_workers_come_together() {
    let live = Arc::default();
    let workers = [worker(&live), worker(&live)];
    record(&workers[0].user(None), &[("size", 1.0), ("hits", 1.0)]);
    record(&workers[1].user(None), &[("hits", 2.0), ("size", 3.0)]);
    let mut merged = Recorder::new(MS(1_000));
    workers.iter().for_each(|worker| merged.merge(worker.take(MS(1_000)).remove(0)));
    let measured = merged.finish();
    assert_eq!(measured.values.iter().map(|value| &*value.name).collect::<Vec<_>>(), ["hits", "size"]);
    assert_eq!((value(&measured, "size").sum, value(&measured, "hits").sum), (Some(4.0), Some(3.0)));
}

#[test]
fn names_beyond_the_first_hundred_are_recorded_together_on_every_worker() {
    let live = Arc::default();
    let workers = [worker(&live), worker(&live)];
    let logs = workers.each_ref().map(|worker| worker.user(None));
    for id in 0..150 {
        record(&logs[id % 2], &[(&format!("size {id}"), 1.0)]);
    }
    for id in (0..150).rev() {
        record(&logs[(id + 1) % 2], &[(&format!("size {id}"), 1.0)]);
    }
    let mut merged = Recorder::new(MS(1_000));
    workers.iter().for_each(|worker| merged.merge(worker.take(MS(1_000)).remove(0)));
    let measured = merged.finish();
    assert_eq!(measured.values.len(), 101);
    assert_eq!(value(&measured, "(other)").samples, 100);
    let named = measured.values.iter().filter(|value| value.name != "(other)");
    assert!(named.into_iter().all(|value| value.samples == 2), "no name is recorded in part");
}
