//! What a user's log promises.

use super::*;
use crate::measure::{Measured, Phases};

const MS: fn(u64) -> Duration = Duration::from_millis;
const AT: fn(u64) -> Moment = |ms| Moment::after(MS(ms));

fn worker() -> Rc<WorkerLog> {
    let worker = WorkerLog::new(MS(1_000), &Arc::default());
    worker.measure_from(Duration::ZERO);
    worker
}

fn request(endpoint: &str, from: u64, to: u64, fate: Fate) -> Sample {
    let (intended, done) = (MS(from), MS(to));
    Sample {
        endpoint: endpoint.into(),
        intended,
        sent: intended,
        done,
        fate,
        bytes_sent: 1,
        bytes_received: 2,
        phases: Phases::default(),
    }
}

fn send(log: &UserLog, sample: Sample) {
    log.close(log.open(), sample);
}

fn figures(worker: &WorkerLog) -> Measured {
    worker.take(MS(1_000)).remove(0).finish()
}

#[test]
fn a_failed_check_fails_the_request_that_ended_last() {
    let worker = worker();
    let log = worker.user(None);
    let phase = log.begin_iteration(None);
    send(&log, request("GET /a", 0, 10, Fate::Ok));
    send(&log, request("GET /b", 10, 30, Fate::Ok));
    assert!(log.fail_last("check: a full page".to_owned()));
    assert_eq!(log.end_iteration(phase, MS(0), MS(30), IterationEnd::FailedAtRequest), 2);
    let measured = figures(&worker);
    assert_eq!((measured.total.requests.ok, measured.total.requests.failed), (1, 1));
    assert_eq!(measured.endpoints[1].failures["check: a full page"], 1);
    assert_eq!(measured.endpoints[0].requests.ok, 1);
    assert_eq!((measured.total.ok_response_time.samples, measured.total.response_time.samples), (1, 2));
    assert_eq!(measured.total.ok_response_time.max_s, Some(0.01));
}

#[test]
fn the_parts_of_a_time_are_asked_for_only_of_what_may_be_one_of_the_slowest() {
    let worker = worker();
    let log = worker.user(None);
    let asked_for = |took| log.asks_for_phases(Phase::Measured, Moments::of(AT(0), AT(0), AT(took)));
    assert!(asked_for(1), "five are kept, however fast they were");
    (1..=6).for_each(|tens| send(&log, request("GET /a", 0, tens * 10, Fate::Ok)));
    log.settle();
    assert!(!asked_for(19) && asked_for(20) && asked_for(21));
    assert!(!log.asks_for_phases(Phase::Outside, Moments::of(AT(0), AT(0), AT(900))));
}

#[test]
fn a_check_of_the_iteration_before_is_out_of_reach() {
    let worker = worker();
    let log = worker.user(None);
    let phase = log.begin_iteration(None);
    send(&log, request("GET /a", 0, 10, Fate::Ok));
    log.end_iteration(phase, MS(0), MS(10), IterationEnd::Completed);
    log.begin_iteration(None);
    assert!(!log.fail_last("check: too late".to_owned()));
    assert_eq!(figures(&worker).total.requests.ok, 1);
}

#[test]
fn a_request_that_failed_keeps_its_first_cause() {
    let worker = worker();
    let log = worker.user(None);
    send(&log, request("GET /a", 0, 10, Fate::Failed("status 503".to_owned())));
    assert!(log.fail_last("check: a full page".to_owned()));
    log.settle();
    let failures = figures(&worker).total.failures;
    assert_eq!(failures.into_iter().collect::<Vec<_>>(), [("status 503".to_owned(), 1)]);
}

#[test]
fn an_error_of_the_iteration_counts_at_its_last_request() {
    let worker = worker();
    let log = worker.user(None);
    let phase = log.begin_iteration(None);
    send(&log, request("GET /a", 0, 10, Fate::Ok));
    log.end_iteration(phase, MS(0), MS(10), IterationEnd::FailedItself("no such field".to_owned()));
    let measured = figures(&worker);
    assert_eq!((measured.total.requests.intended, measured.total.requests.failed), (1, 1));
    assert_eq!(measured.iteration.failures["no such field"], 1);
}

#[test]
fn an_error_before_any_request_is_a_failed_request_of_no_endpoint() {
    let worker = worker();
    let log = worker.user(None);
    let phase = log.begin_iteration(None);
    log.end_iteration(phase, MS(0), MS(10), IterationEnd::FailedItself("no token".to_owned()));
    let measured = figures(&worker);
    assert_eq!(measured.total.requests.success_rate(), Some(0.0));
    assert_eq!((measured.total.failures["no token"], measured.endpoints.len()), (1, 0));
    assert_eq!(measured.iteration.requests.failed, 1);
}

#[test]
fn requests_outside_the_measurement_are_in_no_figure() {
    let worker = worker();
    let set_up = worker.user(Some(Phase::Outside));
    send(&set_up, request("POST /login", 0, 10, Fate::TimedOut));
    drop(set_up);
    let measured = figures(&worker);
    assert_eq!((measured.outside.intended, measured.outside.timed_out), (1, 1));
    assert_eq!((measured.total.requests.intended, measured.total.response_time.mean_s), (0, None));
    assert_eq!(measured.timeline.len(), 0);
}

#[test]
fn a_request_that_is_never_closed_is_our_own_error_and_still_in_the_sum() {
    let worker = worker();
    let log = worker.user(None);
    log.open();
    let measured = figures(&worker);
    assert!(measured.total.requests.is_conserved());
    assert_eq!(measured.total.requests.in_flight_at_end, 1);
    assert_eq!(measured.generator.own_errors["request opened but never closed"], 1);
}

#[test]
fn what_is_held_is_recorded_as_it_was_whatever_of_it_is_rare() {
    let worker = worker();
    let log = worker.user(None);
    let long = 5_000_000_000;
    send(&log, Sample { bytes_sent: 3, bytes_received: long, ..request("GET /a", 0, 10, Fate::Ok) });
    send(&log, Sample { bytes_sent: long, bytes_received: 4, ..request("GET /b", 10, 30, Fate::TimedOut) });
    send(&log, request("GET /a", 30, 40, Fate::Ok));
    assert!(log.fail_last("check: a full page".to_owned()));
    let (phase, endpoint) = (log.open(), log.number_of(&"GET /b".into()));
    let moments = Moments::of(AT(40), AT(41), AT(50));
    log.enter(LogEntry { bytes_decoded: Some(9), ..LogEntry::new(phase, endpoint, moments, Fate::Ok) });
    drop(log);
    let measured = figures(&worker);
    let [a, b] = &measured.endpoints[..] else { panic!("two endpoints") };
    assert_eq!((a.requests.ok, a.requests.failed, b.requests.ok, b.requests.timed_out), (1, 1, 1, 1));
    assert_eq!((a.bytes_sent, a.bytes_received, b.bytes_sent, b.bytes_received), (4, long + 2, long, 4));
    assert_eq!((a.bytes_decoded, b.bytes_decoded), (None, Some(9)));
    assert_eq!((b.response_time.max_s, b.service_time.min_s), (Some(0.02), Some(0.009)));
}

#[test]
fn the_worker_knows_if_a_user_of_the_load_does_nothing_but_think() {
    let worker = worker();
    let (one, other, set_up) = (worker.user(None), worker.user(None), worker.set_up());
    let thinks_in_set_up = set_up.think();
    assert!(!worker.any_only_thinks(), "it is no user of the load");
    let (thinks, thinks_twice, other_thinks) = (one.think(), one.think(), other.think());
    drop(thinks);
    let phase = one.open();
    assert!(worker.any_only_thinks(), "the other");
    drop(other_thinks);
    assert!(!worker.any_only_thinks());
    one.close(phase, request("GET /a", 0, 1, Fate::Ok));
    assert!(worker.any_only_thinks(), "after its request");
    drop((thinks_twice, thinks_in_set_up));
    assert!(!worker.any_only_thinks());
}

#[test]
fn a_user_that_thinks_beside_an_open_request_does_not_only_think() {
    let log = worker().user(None);
    let thinking = log.think();
    assert!(log.is_only_thinking());
    let phase = log.open();
    assert!(!log.is_only_thinking() && log.is_waiting());
    log.close(phase, request("GET /a", 0, 1, Fate::Ok));
    drop(thinking);
    assert!(!log.is_only_thinking() && !log.is_waiting());
}

#[test]
fn only_the_first_request_of_a_planned_iteration_takes_its_intended_start_from_the_plan() {
    let worker = worker();
    let log = worker.user(None);
    log.begin_iteration(None);
    log.plan_iteration(MS(10));
    assert_eq!((log.intended_start(AT(14)), log.intended_start(AT(20))), (AT(10), AT(20)));
    log.begin_iteration(None);
    assert_eq!(log.intended_start(AT(30)), AT(30), "a plan is for one iteration");
}

#[test]
fn a_pause_before_the_first_request_is_part_of_the_plan() {
    let worker = worker();
    let log = worker.user(None);
    log.begin_iteration(None);
    log.plan_iteration(MS(10));
    log.postpone(MS(5));
    assert_eq!(log.intended_start(AT(18)), AT(15));
    log.plan_iteration(MS(10));
    log.postpone(MS(50));
    assert_eq!(log.intended_start(AT(18)), AT(18), "nothing is sent before it is intended");
}

#[test]
fn an_iteration_that_was_planned_is_timed_from_its_intended_start() {
    let worker = worker();
    let log = worker.user(None);
    let phase = log.begin_iteration(None);
    log.plan_iteration(MS(10));
    log.end_iteration(phase, MS(40), MS(60), IterationEnd::Completed);
    let iteration = figures(&worker).iteration;
    assert_eq!((iteration.response_time.max_s, iteration.service_time.max_s), (Some(0.05), Some(0.02)));
}
