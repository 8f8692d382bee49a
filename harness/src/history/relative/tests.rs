//! `p95 <= 110% of baseline`, as a specification.

use super::*;
use crate::history::compare;
use crate::outcome::samples;

/// Stored runs of the passed sample, whose mean is 250 ms times each of these factors.
fn stored(factors: &[f64]) -> StoredReference {
    let usual = RunFigures::of(&samples::passed()).expect("figures");
    let times = |factor: f64| RunFigures {
        mean_s: usual.mean_s.map(|mean_s| mean_s * factor),
        throughput_per_s: usual.throughput_per_s.map(|per_s| per_s / factor),
        ..usual.clone()
    };
    StoredReference::Runs { figures: factors.iter().map(|factor| times(*factor)).collect(), notes: Vec::new() }
}

/// The sample, `factor` times as slow.
fn slower_by(factor: f64) -> TestReport {
    let mut test = samples::passed();
    let total = &mut test.measured.as_mut().expect("figures").total;
    total.response_time.mean_s = total.response_time.mean_s.map(|mean_s| mean_s * factor);
    total.throughput_per_s = total.throughput_per_s.map(|per_s| per_s / factor);
    test
}

const CALM: [f64; 6] = [1.0, 1.01, 0.99, 1.0, 1.01, 0.99];
const NOISY: [f64; 6] = [1.0, 1.3, 0.8, 1.2, 0.75, 1.1];

fn judge(text: &str, factor: f64, reference: &StoredReference, strict: bool) -> TestReport {
    let threshold: Threshold = text.parse().expect("a threshold of the test's own");
    judge_relative(slower_by(factor), &[(1, threshold)], reference, strict)
}

fn verdict(test: &TestReport) -> &ThresholdVerdict {
    &test.thresholds[1]
}

#[test]
fn a_figure_within_its_share_of_the_baseline_holds() {
    let test = judge("mean <= 110% of baseline", 1.05, &stored(&CALM), true);
    assert_eq!((test.outcome, test.warnings.len()), (Outcome::Passed, samples::passed().warnings.len()));
    let verdict = verdict(&test);
    assert!(verdict.holds && !verdict.borderline && (verdict.threshold.limit() - 0.275).abs() < 1e-4, "{verdict:?}");
}

#[test]
fn a_figure_beyond_its_share_and_beyond_chance_is_a_breach() {
    let test = judge("mean <= 110% of baseline", 1.2, &stored(&CALM), false);
    assert_eq!(test.outcome, Outcome::Failed);
    let reason = test.reason.clone().expect("a reason");
    assert!(reason.starts_with("`mean <= 110% of baseline` was breached: 300 ms (+9.1 %; 95 % interval "), "{reason}");
    assert!(!verdict(&test).holds);
    let test = judge("throughput >= 95% of baseline", 1.2, &stored(&CALM), false);
    assert_eq!(test.outcome, Outcome::Failed);
}

#[test]
fn a_figure_beyond_its_share_by_no_more_than_runs_differ_passes_with_a_warning_and_fails_if_strict() {
    let test = judge("mean <= 110% of baseline", 1.25, &stored(&NOISY), false);
    assert_eq!(test.outcome, Outcome::Passed);
    assert!(verdict(&test).holds && verdict(&test).borderline, "{:?}", verdict(&test));
    let warning = test.warnings.last().expect("a warning");
    assert!(warning.contains("cannot be decided") && warning.contains("stored runs"), "{warning}");
    let strict = judge("mean <= 110% of baseline", 1.25, &stored(&NOISY), true);
    assert_eq!((strict.outcome, verdict(&strict).holds), (Outcome::Failed, false));
}

#[test]
fn with_few_runs_only_thirty_percent_are_a_breach() {
    let few = stored(&CALM[..3]);
    assert_eq!(judge("mean <= 110% of baseline", 1.2, &few, false).outcome, Outcome::Passed);
    assert_eq!(judge("mean <= 110% of baseline", 1.2, &few, true).outcome, Outcome::Failed);
    assert_eq!(judge("mean <= 110% of baseline", 1.35, &few, false).outcome, Outcome::Failed);
    assert_eq!(judge("mean <= 110% of baseline", 1.05, &few, true).outcome, Outcome::Passed);
}

#[test]
fn without_a_baseline_nothing_is_judged_which_is_said_and_fails_if_strict() {
    for (reference, why) in [
        (StoredReference::Nothing, "there is no baseline yet: a run without `--strict` makes one"),
        (StoredReference::NotComparable(vec!["kernel 6.1 → 6.18".to_owned()]), "kernel 6.1 → 6.18"),
    ] {
        let test = judge("mean <= 110% of baseline", 9.0, &reference, false);
        assert_eq!(test.outcome, Outcome::Passed);
        assert!(test.warnings.last().is_some_and(|text| text.contains("was not judged") && text.ends_with(why)));
        let verdict = verdict(&test);
        assert!(verdict.actual.is_some() && verdict.threshold.limit().is_nan());
        assert_eq!(judge("mean <= 110% of baseline", 9.0, &reference, true).outcome, Outcome::Failed);
    }
}

#[test]
fn the_first_failures_of_a_test_that_had_none_are_a_breach_only_beyond_one_of_a_hundred() {
    let failing = |failed: u64| {
        let mut test = samples::passed();
        let total = &mut test.measured.as_mut().expect("figures").total;
        (total.requests.ok, total.requests.failed) = (total.requests.intended - failed, failed);
        total.success_rate = total.requests.success_rate();
        test
    };
    let judge = |failed| {
        let threshold: Threshold = "success_rate >= 100% of baseline".parse().expect("a threshold");
        judge_relative(failing(failed), &[(0, threshold)], &stored(&CALM), false).outcome
    };
    assert_eq!((judge(0), judge(1), judge(500)), (Outcome::Passed, Outcome::Passed, Outcome::Failed));
}

#[test]
fn an_invalid_measurement_stays_invalid_and_a_failed_one_has_both_reasons() {
    let threshold: Threshold = "mean <= 110% of baseline".parse().expect("a threshold");
    let invalid = TestReport { outcome: Outcome::Invalid, ..slower_by(2.0) };
    let judged = judge_relative(invalid, &[(0, threshold.clone())], &stored(&CALM), false);
    assert_eq!((judged.outcome, judged.thresholds[0].holds), (Outcome::Invalid, false));
    let failed = TestReport { outcome: Outcome::Failed, reason: Some("first".to_owned()), ..slower_by(2.0) };
    let judged = judge_relative(failed, &[(0, threshold)], &stored(&CALM), false);
    assert!(judged.reason.is_some_and(|reason| reason.starts_with("first; `mean")), "both");
}

#[test]
fn what_changed_is_reported_and_changes_no_verdict() {
    let report = compare(&slower_by(1.5), &stored(&CALM)).expect("a comparison");
    assert_eq!((report.verdict, report.reference.as_str()), (ChangeVerdict::Regressed, "baseline"));
    let elsewhere = StoredReference::NotComparable(vec!["kernel 6.1 → 6.18".to_owned()]);
    let report = compare(&slower_by(1.5), &elsewhere).expect("a comparison");
    assert_eq!((report.verdict, report.notes.len()), (ChangeVerdict::NotComparable, 1));
    assert_eq!(compare(&slower_by(1.5), &StoredReference::Nothing), None);
    let invalid = TestReport { outcome: Outcome::Invalid, ..samples::passed() };
    assert_eq!(compare(&invalid, &stored(&CALM)), None);
}
