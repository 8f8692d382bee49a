//! Verdicts, as a specification.

mod held;
mod ok_view;
mod shares;
mod statuses;
mod workers;
mod workloads;

use std::time::Duration;

use super::*;
use crate::measure::{Counts, GeneratorHealth, Summary, TimeSummary};

/// `ok` requests that took 1 ms, 2 ms, … each, and `failed` more that took the longest of them.
fn summary(name: &str, ok: u64, failed: u64) -> Summary {
    let times = (1..=ok + failed).map(|i| Duration::from_millis(i.min(ok.max(1))));
    Summary {
        name: name.to_owned(),
        requests: Counts { intended: ok + failed, ok, failed, ..Counts::default() },
        response_time: TimeSummary::of(times),
        throughput_per_s: Some(ok as f64 / 10.0),
        ..Summary::default()
    }
}

/// A run of ten seconds with one endpoint.
fn run(ok: u64, failed: u64) -> Measured {
    Measured {
        total: summary("", ok, failed),
        iteration: summary("iteration", ok, failed),
        endpoints: vec![summary("GET /health", ok, failed)],
        span: Duration::from_secs(10),
        generator: GeneratorHealth { workers: 2, ..GeneratorHealth::default() },
        ..Measured::default()
    }
}

fn judged_as(kind: Kind, measured: &Measured, thresholds: &[&str]) -> Judgement {
    let thresholds: Vec<Threshold> =
        thresholds.iter().map(|text| text.parse().expect("a threshold of the test's own")).collect();
    judge(measured, &thresholds, kind)
}

fn judged(measured: &Measured, thresholds: &[&str]) -> Judgement {
    judged_as(Kind::Load, measured, thresholds)
}

fn reason(judgement: &Judgement) -> &str {
    judgement.reason.as_deref().unwrap_or("")
}

#[test]
fn a_run_within_every_threshold_passes_without_a_reason() {
    let judgement = judged(&run(1000, 0), &["success_rate >= 100%", "mean < 1s", "p95 < 2s", "max <= 1s"]);
    assert_eq!((judgement.outcome, judgement.reason), (Outcome::Passed, None));
    assert!(judgement.thresholds.iter().all(|verdict| verdict.holds && verdict.doubt.is_none()));
    assert_eq!(judgement.warnings, Vec::<String>::new());
}

#[test]
fn a_breach_fails_with_figure_and_margin_and_counts_the_others() {
    let judgement = judged(&run(900, 100), &["success_rate >= 99%", "mean < 1s", "max < 100ms", "failed == 0"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(reason(&judgement), "`success_rate >= 99%` was breached: 90.0 % (-9.0 pp); and 2 more thresholds");
    let holds: Vec<bool> = judgement.thresholds.iter().map(|verdict| verdict.holds).collect();
    assert_eq!(holds, [false, true, false, false]);
    assert_eq!(judgement.thresholds[2].actual, Some(0.9));
    assert_eq!(judgement.thresholds[3].actual, Some(100.0));
}

#[test]
fn every_metric_is_read_in_its_base_unit() {
    // 1, 2, … 1000 ms: mean 500.5 ms, min 1 ms; 1000 ok in 10 s.
    let texts = ["min < 1s", "mean < 1s", "median < 1s", "throughput > 1/s", "requests >= 1", "error_rate < 1%"];
    let judgement = judged(&run(1000, 0), &texts);
    let actual: Vec<f64> = judgement.thresholds.iter().map(|verdict| verdict.actual.expect("a figure")).collect();
    let expected = [0.001, 0.5005, 0.5, 100.0, 1000.0, 0.0];
    for ((actual, expected), text) in actual.iter().zip(expected).zip(texts) {
        assert!((actual - expected).abs() <= expected * 0.002, "{text}: {actual} is not {expected}");
    }
}

#[test]
fn a_labelled_threshold_is_held_against_its_endpoint_alone() {
    let mut measured = run(1000, 0);
    measured.endpoints.push(summary("GET /slow", 2000, 0));
    let judgement = judged(&measured, &["max(\"GET /health\") <= 1s", "max(\"GET /slow\") <= 1s"]);
    assert_eq!((judgement.thresholds[0].holds, judgement.thresholds[1].holds), (true, false));
    assert_eq!(judgement.thresholds[1].samples, 2000);
}

#[test]
fn a_label_that_no_request_hit_fails_and_names_the_endpoints_there_were() {
    let judgement = judged(&run(1000, 0), &["p95(\"GET /helth\") < 1s"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(
        reason(&judgement),
        "no request hit `GET /helth`, did you mean `GET /health`? (endpoints that were hit: `GET /health`)"
    );
}

#[test]
fn an_endpoint_that_was_only_hit_outside_the_measurement_has_no_data() {
    let mut measured = run(1000, 0);
    measured.endpoints.push(summary("GET /login", 0, 0));
    let judgement = judged(&measured, &["failed(\"GET /login\") == 0"]);
    assert_eq!((judgement.outcome, judgement.thresholds[0].actual), (Outcome::Failed, None));
}

#[test]
fn no_failure_among_no_iterations_is_no_success() {
    let mut measured = run(1000, 0);
    measured.iteration = summary("iteration", 0, 0);
    let judgement = judged(&measured, &["failed(\"iteration\") == 0"]);
    assert_eq!((judgement.outcome, judgement.thresholds[0].actual), (Outcome::Failed, None));
}

#[test]
fn a_load_test_that_sent_nothing_fails_whatever_its_thresholds() {
    let judgement = judged(&run(0, 0), &[]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert!(reason(&judgement).starts_with("the test sent no request: use `user.get(…)`"), "{judgement:?}");
    let mut unsent = run(0, 0);
    unsent.total.requests = Counts { intended: 10, never_sent: 10, ..Counts::default() };
    assert_eq!(reason(&judged(&unsent, &["failed <= 10"])), "none of the planned requests was sent");
}

#[test]
fn a_time_without_samples_fails() {
    let mut measured = run(1000, 0);
    measured.total.response_time = TimeSummary::default();
    let judgement = judged(&measured, &["mean < 1s"]);
    assert_eq!(reason(&judgement), "`mean` has no data: nothing was measured");
    assert_eq!(judgement.outcome, Outcome::Failed);
}

#[test]
fn a_benchmark_is_judged_on_its_iterations_and_its_success_on_its_requests() {
    let mut measured = run(1000, 0);
    measured.iteration = summary("iteration", 400, 0);
    measured.total = summary("", 900, 100);
    let judgement = judged_as(Kind::Benchmark, &measured, &["max <= 400ms", "throughput >= 40/s", "failed == 0"]);
    let actual: Vec<Option<f64>> = judgement.thresholds.iter().map(|verdict| verdict.actual).collect();
    assert_eq!(actual, [Some(0.4), Some(40.0), Some(100.0)]);
}

#[test]
fn a_benchmark_without_requests_is_judged_on_its_iterations_throughout() {
    let mut measured = run(0, 0);
    measured.iteration = summary("iteration", 399, 1);
    let judgement = judged_as(Kind::Benchmark, &measured, &["mean < 1s", "success_rate >= 100%"]);
    assert_eq!(judgement.thresholds[1].actual, Some(399.0 / 400.0));
    measured.iteration = summary("iteration", 0, 0);
    let judgement = judged_as(Kind::Benchmark, &measured, &["mean < 1s"]);
    assert_eq!(reason(&judgement), "no iteration was measured, and a test without data never passes");
}

#[test]
fn a_percentile_with_too_few_samples_is_invalid_whether_it_holds_or_not() {
    for bound in ["p99 < 10s", "p99 < 1ms"] {
        let judgement = judged(&run(120, 0), &[bound]);
        assert_eq!(judgement.outcome, Outcome::Invalid, "{bound}");
        assert_eq!(reason(&judgement), "p99 needs at least 299 samples to mean anything, there were 120");
    }
}

#[test]
fn a_proven_breach_outranks_invalid() {
    let judgement = judged(&run(120, 0), &["p99 < 10s", "max < 100ms"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(reason(&judgement), "`max < 100ms` was breached: 120 ms (+20 %)");
}

#[test]
fn few_samples_above_a_percentile_are_a_warning() {
    // 300 × 1 % = 3 samples above p99.
    let judgement = judged(&run(300, 0), &["p99 < 10s", "p90 < 10s"]);
    assert_eq!(judgement.outcome, Outcome::Passed);
    assert_eq!(judgement.warnings.len(), 1);
    assert!(judgement.warnings[0].starts_with("`p99 < 10s` depends on the slowest 3 of 300 samples"), "{judgement:?}");
}

#[test]
fn failures_of_the_generators_own_make_the_run_invalid() {
    let mut measured = run(1000, 0);
    measured.generator.own_errors.insert("no file descriptors left".to_owned(), 4);
    let judgement = judged(&measured, &["success_rate >= 100%"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert_eq!(reason(&judgement), "the generator itself failed: no file descriptors left (4)");
}

#[test]
fn failures_of_the_generators_own_never_count_as_the_servers() {
    let mut measured = run(990, 10);
    measured.generator.own_errors.insert("no local ports left".to_owned(), 10);
    assert_eq!(judged(&measured, &["success_rate >= 100%"]).outcome, Outcome::Invalid);
    assert_eq!(judged(&measured, &["failed == 0"]).outcome, Outcome::Invalid);
    measured.generator.own_errors.insert("no local ports left".to_owned(), 9);
    assert_eq!(judged(&measured, &["success_rate >= 100%"]).outcome, Outcome::Failed);
}

#[test]
fn refused_connections_fail_with_the_time_since_when() {
    let mut measured = run(1000, 100);
    measured.ended = Ended::Refused {
        since: Duration::from_millis(2_100),
        waited: Duration::from_secs(10),
        cause: "connection refused".to_owned(),
    };
    let judgement = judged(&measured, &["success_rate >= 50%"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert!(
        reason(&judgement).starts_with(
            "connection refused since 2.10 s after the load began: no connection could be made for 10.0 s"
        ),
        "{judgement:?}"
    );
}

#[test]
fn silence_is_the_generators_fault_when_it_could_not_send() {
    let mut measured = run(0, 10);
    measured.ended = Ended::NoAnswer(Duration::from_secs(30));
    assert_eq!(judged(&measured, &[]).outcome, Outcome::Failed);
    assert_eq!(reason(&judged(&measured, &[])), "no response to any request for 30.0 s, so the rest was not sent");
    measured.generator.own_errors.insert("no file descriptors left".to_owned(), 10);
    assert_eq!(judged(&measured, &[]).outcome, Outcome::Invalid);
}

#[test]
fn clipped_values_and_lost_counts_make_the_run_invalid() {
    let mut clipped = run(1000, 0);
    clipped.generator.clipped = 1;
    assert_eq!(judged(&clipped, &["mean < 1s"]).outcome, Outcome::Invalid);
    let mut lost = run(1000, 0);
    lost.total.requests.ok -= 1;
    let judgement = judged(&lost, &["success_rate >= 100%"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert!(reason(&judgement).starts_with("requests were lost in counting: 1000 intended, but 999 ok"));
}

#[test]
fn the_closed_law_warns_above_two_percent_and_invalidates_above_five() {
    let mut measured = run(1000, 0);
    measured.generator.closed_law_gap = Some(0.03);
    let judgement = judged(&measured, &["mean < 1s"]);
    assert_eq!((judgement.outcome, judgement.warnings.len()), (Outcome::Passed, 1));
    measured.generator.closed_law_gap = Some(0.051);
    assert_eq!(judged(&measured, &["mean < 1s"]).outcome, Outcome::Invalid);
    assert_eq!(judged_as(Kind::Benchmark, &measured, &["mean < 1s"]).outcome, Outcome::Invalid);
    // 0.51 µs between two iterations: what it costs to record one.
    let mut short = run(1_000_000, 0);
    short.generator.closed_law_gap = Some(0.051);
    assert_eq!(judged_as(Kind::Benchmark, &short, &["success_rate >= 100%"]).outcome, Outcome::Passed);
    assert_eq!(
        judged(&short, &["success_rate >= 100%"]).outcome,
        Outcome::Invalid,
        "of users, it lowers their throughput"
    );
}

#[test]
fn a_generator_that_was_frozen_proves_nothing_about_times_but_a_status_stays_a_status() {
    let mut measured = run(900, 100);
    measured.generator.hiccup_share = Some(0.3);
    measured.generator.longest_hiccup_s = Some(3.0);
    let judgement = judged(&measured, &["max < 1ms"]);
    assert_eq!(judgement.outcome, Outcome::Invalid);
    assert_eq!(reason(&judgement), "the generator was held up for 30.0 % of the run (allowed: 1 %)");
    assert!(judgement.warnings[0].contains("3.00 s at the longest"));
    assert_eq!(judged(&measured, &["success_rate >= 99%"]).outcome, Outcome::Failed);
}

#[test]
fn a_busy_generator_is_a_warning() {
    let mut measured = run(1000, 0);
    // 14 s of CPU in 10 s on 2 cores.
    measured.generator.cpu_s = Some(14.0);
    let judgement = judged(&measured, &["mean < 1s"]);
    assert_eq!(judgement.outcome, Outcome::Passed);
    assert!(judgement.warnings[0].starts_with("the generator used 70.0 % of its 2 cores"), "{judgement:?}");
}

#[test]
fn what_the_generator_used_after_the_last_answer_is_not_held_against_the_span() {
    let mut measured = run(2, 0);
    // 14 s of CPU by 2 cores cannot have been used in the span of a millisecond.
    measured.span = Duration::from_millis(1);
    (measured.generator.cpu_s, measured.generator.cpu_window_s) = (Some(14.0), Some(10.0));
    let judgement = judged(&measured, &[]);
    assert!(judgement.warnings[0].starts_with("the generator used 70.0 % of its 2 cores"), "{judgement:?}");
}

#[test]
fn what_broke_or_stopped_a_test_is_an_error_and_not_a_failure() {
    for ended in [Ended::Broken("user 3: log-in refused".into()), Ended::Stopped("user 3: log-in refused".into())] {
        let measured = Measured { ended, ..run(0, 100) };
        let judgement = judged(&measured, &["success_rate >= 99%"]);
        assert_eq!(judgement.outcome, Outcome::Errored);
        assert_eq!(reason(&judgement), "user 3: log-in refused");
        assert!(!judgement.thresholds[0].holds);
    }
}

#[test]
fn time_outs_of_a_generator_that_was_frozen_are_not_the_servers() {
    let mut measured = run(990, 0);
    measured.total.requests.intended = 1_000;
    measured.total.requests.timed_out = 10;
    assert_eq!(judged(&measured, &["success_rate >= 100%"]).outcome, Outcome::Failed);
    measured.generator.hiccup_share = Some(0.3);
    for threshold in ["success_rate >= 100%", "failed == 0", "error_rate <= 0%"] {
        assert_eq!(judged(&measured, &[threshold]).outcome, Outcome::Invalid, "{threshold}");
    }
    measured.ended = Ended::NoAnswer(Duration::from_secs(1));
    assert_eq!(judged(&measured, &["success_rate >= 100%"]).outcome, Outcome::Invalid);
}

#[test]
fn a_server_that_fell_silent_fails_the_test_whatever_its_thresholds_say() {
    let measured = Measured { ended: Ended::FellSilent(Duration::from_secs(3)), ..run(10_000, 0) };
    let judgement = judged(&measured, &["success_rate >= 99%"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(
        reason(&judgement),
        "the server stopped responding: there was no response in the last 3.00 s of the run"
    );
}

#[test]
fn a_median_of_too_few_samples_is_invalid() {
    // ln 0.05 / ln 0.5 = 4.3
    assert_eq!(judged(&run(4, 0), &["median < 10s"]).outcome, Outcome::Invalid);
    assert_eq!(judged(&run(5, 0), &["median < 10s"]).outcome, Outcome::Passed);
}

#[test]
fn quick_refusals_alone_never_pass_for_a_fast_server() {
    let judgement = judged_as(Kind::Spike, &run(0, 1_000), &["p95 < 10s"]);
    assert_eq!((judgement.outcome, reason(&judgement)), (Outcome::Failed, "no request succeeded"));
    assert_eq!(judged_as(Kind::Spike, &run(0, 1_000), &["failed <= 1000"]).outcome, Outcome::Passed);
}
