//! Several processes offered the load together.

use super::*;
use crate::measure::{WorkerFacts, WorkerFigures};

#[test]
fn a_run_that_lost_a_worker_is_invalid_for_this_reason_alone_although_a_threshold_was_breached() {
    let why = "worker 2 on b (pid 4711) was lost 3.2 s after the measurement began: no heartbeat for 5 s";
    let lost = Measured { ended: Ended::WorkerLost(why.to_owned()), ..run(500, 500) };
    for limits in [["success_rate >= 99%", "mean < 1ms"], ["success_rate >= 1%", "mean < 2s"]] {
        let judgement = judged(&lost, &limits);
        assert_eq!((judgement.outcome, reason(&judgement)), (Outcome::Invalid, why));
        assert!(judgement.stays_invalid && judgement.is_disturbed, "{judgement:?}");
    }
    // Before the first request as well.
    let at_once = Measured { ended: Ended::WorkerLost(why.to_owned()), ..Measured::default() };
    assert_eq!(judged(&at_once, &["p95 < 1s"]).outcome, Outcome::Invalid);
    assert!(!judged(&run(1000, 0), &["p95 < 1s"]).stays_invalid);
}

/// What worker `index` on `machine` did of a load that went well.
fn worker(index: usize, machine: &str) -> WorkerFigures {
    let facts = WorkerFacts {
        index,
        machine: machine.to_owned(),
        pid: 4711,
        cores: Some(2),
        clock_offset_s: Some(-0.25),
        clock_error_s: Some(0.0001),
        longest_silence_s: Some(0.3),
        seconds_missing: Some(0),
        requests_live: Some(500),
        ..WorkerFacts::default()
    };
    WorkerFigures {
        facts,
        threads: Some(2),
        requests: Some(Counts { intended: 500, ok: 500, ..Counts::default() }),
        requests_at_end: Some(500),
        start_late_s: Some(0.0002),
        cpu_s: Some(2.0),
        cpu_share: Some(0.1),
        host_cores: Some(2),
        host_cpu_share: Some(0.3),
        longest_hiccup_s: Some(0.001),
        hiccup_share: Some(0.0),
        ..WorkerFigures::default()
    }
}

/// Two workers on a and one on b; `change` is done to worker 2, the one on b.
fn three(change: impl FnOnce(&mut WorkerFigures)) -> Measured {
    let mut workers = vec![worker(0, "a"), worker(1, "a"), worker(2, "b")];
    change(&mut workers[2]);
    run(1000, 0).of_workers(workers)
}

#[test]
fn three_workers_that_did_as_planned_leave_nothing_to_say() {
    let judgement = judged(&three(|_| {}), &["p95 < 2s"]);
    assert_eq!((judgement.outcome, judgement.warnings), (Outcome::Passed, Vec::<String>::new()));
}

/// The reason of a run that is invalid although its threshold holds.
fn invalid_by(change: impl FnOnce(&mut WorkerFigures)) -> String {
    let judgement = judged(&three(change), &["p95 < 2s"]);
    assert_eq!(judgement.outcome, Outcome::Invalid, "{judgement:?}");
    assert!(!judgement.stays_invalid, "{judgement:?}");
    judgement.reason.expect("of what is invalid")
}

/// The warnings of a run that passes.
fn warnings_of(change: impl FnOnce(&mut WorkerFigures)) -> Vec<String> {
    let judgement = judged(&three(change), &["p95 < 2s"]);
    assert_eq!(judgement.outcome, Outcome::Passed, "{judgement:?}");
    judgement.warnings
}

#[test]
fn one_worker_that_was_held_up_makes_the_run_invalid_and_is_named_with_its_machine() {
    let reason = invalid_by(|worker| (worker.hiccup_share, worker.longest_hiccup_s) = (Some(0.02), Some(0.2)));
    assert_eq!(reason, "worker 2 on b was held up for 2.00 % of the run (allowed: 1 %)");
    let warnings = warnings_of(|worker| worker.longest_hiccup_s = Some(0.03));
    assert_eq!(warnings, ["worker 2 on b was held up for 30.0 ms at the longest"]);
}

#[test]
fn one_worker_whose_arrivals_were_late_makes_the_run_invalid_whatever_its_share_of_them() {
    let late = |p99_s| {
        move |worker: &mut WorkerFigures| {
            (worker.pacer_lag_p99_s, worker.pacer_lag_max_s) = (Some(p99_s), Some(0.4));
        }
    };
    let reason = invalid_by(late(0.3));
    assert!(reason.starts_with("worker 2 on b started 1 % of the arrivals at least 300 ms late although"), "{reason}");
    let warnings = warnings_of(late(0.002));
    assert_eq!(warnings, ["1 % of the arrivals of worker 2 on b started at least 2.00 ms late"]);
}

#[test]
fn a_saturated_worker_makes_a_breach_invalid_and_a_threshold_that_holds_is_not_affected() {
    let busy = three(|worker| worker.cpu_share = Some(0.9));
    let judgement = judged(&busy, &["p95 < 500ms"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert!(reason(&judgement).starts_with("worker 2 on b used 90.0 % of its cores (allowed: 80 %)"), "{judgement:?}");
    let held = judged(&busy, &["p95 < 2s"]);
    assert_eq!(held.outcome, Outcome::Passed);
    assert!(held.warnings[0].starts_with("worker 2 on b used 90.0 % of its cores: the measured times"), "{held:?}");
}

#[test]
fn workers_that_saturate_their_machine_together_are_found_although_each_uses_less_than_half_of_it() {
    let mut measured = three(|_| {});
    // 9 of the 10 s of each of the two cores.
    measured.workers[..2].iter_mut().for_each(|worker| (worker.cpu_s, worker.cpu_share) = (Some(9.0), Some(0.45)));
    let judgement = judged(&measured, &["p95 < 500ms"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert!(reason(&judgement).starts_with("the generator on a (2 workers) used 90.0 % of its cores"), "{judgement:?}");
    // On a machine that has cores for both.
    measured.workers[..2].iter_mut().for_each(|worker| worker.host_cores = Some(8));
    assert_eq!(judged(&measured, &["p95 < 500ms"]).outcome, Outcome::Failed);
}

#[test]
fn several_workers_beyond_a_limit_are_one_reason_that_names_the_one_furthest_beyond_it() {
    let mut measured = three(|worker| worker.hiccup_share = Some(0.02));
    measured.workers[0].hiccup_share = Some(0.05);
    let judgement = judged(&measured, &["p95 < 2s"]);
    let expected = "worker 0 on a (and 1 more worker) was held up for 5.00 % of the run (allowed: 1 %)";
    assert_eq!((judgement.outcome, reason(&judgement)), (Outcome::Invalid, expected));
}

#[test]
fn workers_that_began_apart_are_a_warning_beyond_50_ms_and_invalid_beyond_250_ms() {
    let began = |late_s| move |worker: &mut WorkerFigures| worker.start_late_s = Some(late_s);
    assert_eq!(warnings_of(began(0.049)), Vec::<String>::new());
    let warnings = warnings_of(began(0.08));
    assert_eq!(warnings, ["the workers began up to 80.0 ms apart: a part of the load was missing for that time"]);
    let reason = invalid_by(began(0.3));
    assert_eq!(reason, "the workers began up to 300 ms apart (allowed: 250 ms), so a part of the load was missing");
}

#[test]
fn in_a_short_measurement_less_skew_is_allowed() {
    let mut measured = three(|worker| worker.start_late_s = Some(0.08));
    measured.span = Duration::from_secs(1);
    let judgement = judged(&measured, &["p95 < 2s"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert!(reason(&judgement).contains("(allowed: 50.0 ms)"), "{judgement:?}");
}

#[test]
fn an_inexact_clock_is_a_warning_and_so_inexact_that_the_starts_may_be_apart_invalid() {
    let error = |error_s| move |worker: &mut WorkerFigures| worker.facts.clock_error_s = Some(error_s);
    let warnings = warnings_of(error(0.007));
    assert_eq!(warnings.len(), 1, "{warnings:?}");
    assert!(warnings[0].starts_with("the clock of worker 2 on b is known to within 7.00 ms only"), "{warnings:?}");
    assert!(invalid_by(error(0.3)).starts_with("the workers began up to 300 ms apart"));
}

#[test]
fn what_is_not_known_of_a_worker_is_no_pass() {
    let unknown = "it is not known when worker 2 on b began the load";
    assert_eq!(invalid_by(|worker| worker.start_late_s = None), unknown);
    assert_eq!(invalid_by(|worker| worker.facts.clock_error_s = None), unknown);
    let reason = invalid_by(|worker| worker.requests = None);
    assert_eq!(reason, "worker 2 on b handed in no figures");
}

#[test]
fn seconds_that_hold_other_requests_than_the_final_figures_make_the_run_invalid_unless_some_are_missing() {
    let reason = invalid_by(|worker| (worker.facts.requests_live, worker.requests_at_end) = (Some(1_203), Some(1_204)));
    assert_eq!(reason, "the seconds that worker 2 on b sent hold 1,203 requests, its final figures 1,204");
    let missing = |worker: &mut WorkerFigures| {
        (worker.facts.requests_live, worker.facts.seconds_missing) = (Some(450), Some(1));
    };
    assert_eq!(warnings_of(missing), Vec::<String>::new());
}

#[test]
fn a_worker_that_was_silent_for_some_seconds_is_a_warning() {
    let warnings = warnings_of(|worker| {
        (worker.facts.late_heartbeats, worker.facts.longest_silence_s) = (1, Some(2.6));
    });
    let expected = "nothing was heard from worker 2 on b for up to 2.60 s: its machine, or the network to it, may have stood still";
    assert_eq!(warnings, [expected]);
}

#[test]
fn of_several_machines_each_is_looked_at_alone() {
    let mut measured = three(|worker| worker.host_cpu_share = Some(0.95));
    // The coordinator's own machine is idle or not: it offers no load.
    (measured.generator.host_cpu_share, measured.generator.host_cores) = (Some(0.95), Some(2));
    let judgement = judged(&measured, &["p95 < 2s"]);
    assert_eq!(judgement.warnings, ["the machine of worker 2 on b was saturated: 95.0 % of its cores were busy"]);
}
