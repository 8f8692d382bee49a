//! Where many requests fail quickly, the times of all and those of the ok ones differ: both are shown.

use super::*;

/// 55 % of failures in 0.1 ms, and 45 % of successes in 50 ms.
fn quick_failures() -> Measured {
    let mut measured = run(450, 550);
    let (slow, quick) = (Duration::from_millis(50), Duration::from_micros(100));
    let times = (0..450).map(|_| slow).chain((0..550).map(|_| quick));
    for summary in [&mut measured.total, &mut measured.endpoints[0]] {
        summary.response_time = TimeSummary::of(times.clone());
        summary.ok_response_time = TimeSummary::of((0..450).map(|_| slow));
    }
    measured
}

#[test]
fn a_threshold_may_ask_for_the_ok_requests_alone() {
    let texts =
        ["median < 10ms", "ok_median < 10ms", "ok_p95(\"GET /health\") < 60ms", "ok_mean < 10ms", "ok_max < 60ms"];
    let judgement = judged(&quick_failures(), &texts);
    let holds: Vec<bool> = judgement.thresholds.iter().map(|verdict| verdict.holds).collect();
    assert_eq!(holds, [true, false, true, false, true]);
    assert_eq!((judgement.thresholds[0].samples, judgement.thresholds[1].samples), (1_000, 450));
    assert!(judgement.thresholds[1].actual.is_some_and(|actual| (actual - 0.05).abs() < 0.001), "{judgement:?}");
}

#[test]
fn a_limit_that_holds_only_because_of_failures_is_a_warning() {
    let judgement = judged(&quick_failures(), &["median < 10ms", "max < 1s"]);
    assert_eq!(judgement.outcome, Outcome::Passed);
    let text = judgement.warnings.join("\n");
    assert!(text.contains("`median < 10ms` holds because failed requests are part of it"), "{text}");
    assert!(text.contains("50.0 ms") && text.contains("`ok_median < 10ms`"), "{text}");
    assert!(!text.contains("max < 1s"), "{text}");
}

#[test]
fn without_an_ok_request_a_view_of_the_ok_ones_has_no_data() {
    let mut measured = run(0, 1_000);
    measured.total.ok_response_time = TimeSummary::default();
    let judgement = judged(&measured, &["ok_p95 < 10s", "failed <= 1000"]);
    assert_eq!((judgement.outcome, judgement.thresholds[0].actual), (Outcome::Failed, None));
    assert_eq!(reason(&judgement), "`ok_p95` has no data: no request was ok");
}

#[test]
fn what_was_never_sent_is_no_second_view() {
    let mut measured = run(450, 0);
    for summary in [&mut measured.total, &mut measured.endpoints[0]] {
        summary.requests.intended += 550;
        summary.requests.never_sent = 550;
    }
    assert!(!crate::outcome::has_two_views(&measured.total));
    measured.total.requests.intended += 5;
    measured.total.requests.failed = 5;
    assert!(crate::outcome::has_two_views(&measured.total), "5 of 455 have failed, which is more than 1 %");
}
