//! What a comparison with earlier code does to the outcome of a test.

use super::change_words::change_sentence;
use super::report::TestReport;
use super::test_outcome::Outcome;
use crate::comparison::{ChangeReport, ChangeVerdict, ComparisonMethod};

/// What a comparison that leaves a doubt does to its test: it cannot tell, or what it found was not found again.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum WhenUnclear {
    /// The test passes, and the doubt is shown.
    #[default]
    Pass,
    /// `--strict`
    Fail,
}

/// The arms of a test that compares two versions of the code.
const VERSIONS: (&str, &str) = ("before", "now");

/// The same test, failed if a comparison with earlier code says that it became slower.
///
/// A regression counts if it was measured twice. Which of two servers that an author compares is the slower one is a finding and no
/// failure: a threshold says what is required of them. What is not comparable never fails.
#[must_use]
pub fn judge_changes(mut test: TestReport, when_unclear: WhenUnclear) -> TestReport {
    // The figures of all other outcomes are not to be believed, or there are none.
    if !matches!(test.outcome, Outcome::Passed | Outcome::Failed) {
        return test;
    }
    let failures = failures(&test, when_unclear);
    if !failures.is_empty() {
        let reasons: Vec<String> = test.reason.take().into_iter().chain(failures).collect();
        (test.outcome, test.reason) = (Outcome::Failed, Some(reasons.join("; ")));
    }
    test
}

/// True if the test failed, and would have passed without its comparisons.
pub fn is_failed_by_changes_alone(test: &TestReport) -> bool {
    let all_hold = test.thresholds.iter().all(|verdict| verdict.holds);
    let is_reason = |when_unclear| {
        let failures = failures(test, when_unclear);
        !failures.is_empty() && test.reason.as_ref() == Some(&failures.join("; "))
    };
    test.outcome == Outcome::Failed && all_hold && (is_reason(WhenUnclear::Pass) || is_reason(WhenUnclear::Fail))
}

fn failures(test: &TestReport, when_unclear: WhenUnclear) -> Vec<String> {
    test.comparisons.iter().filter_map(|report| failure(report, when_unclear)).collect()
}

/// Why this comparison fails its test; `None` if it does not.
fn failure(report: &ChangeReport, when_unclear: WhenUnclear) -> Option<String> {
    let sentence = || change_sentence(report);
    let is_strict = when_unclear == WhenUnclear::Fail;
    match report.verdict {
        ChangeVerdict::CannotTell if is_strict => Some(format!("{} (--strict)", sentence())),
        ChangeVerdict::Regressed if !is_with_earlier_code(report) => None,
        ChangeVerdict::Regressed if report.confirmed == Some(true) => Some(sentence()),
        ChangeVerdict::Regressed if is_strict => Some(format!("{}, measured once only (--strict)", sentence())),
        _ => None,
    }
}

/// True if a slower subject is a regression of the code, and not the finding of a comparison of two servers.
pub fn is_with_earlier_code(report: &ChangeReport) -> bool {
    let versions = (report.reference.as_str(), report.subject.as_str());
    match report.method {
        ComparisonMethod::StoredRuns | ComparisonMethod::TwoRuns => true,
        ComparisonMethod::Interleaved | ComparisonMethod::OneAfterTheOther => versions == VERSIONS,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn outcome(verdict: ChangeVerdict, confirmed: Option<bool>, when_unclear: WhenUnclear) -> Outcome {
        let mut test = samples::stored(verdict);
        test.comparisons[0].confirmed = confirmed;
        judge_changes(test, when_unclear).outcome
    }

    #[test]
    fn a_regression_fails_if_it_was_measured_twice_and_otherwise_only_if_strict() {
        use WhenUnclear::{Fail, Pass};
        let outcomes = [
            (Some(true), Pass),
            (Some(false), Pass),
            (None, Pass),
            (Some(true), Fail),
            (Some(false), Fail),
            (None, Fail),
        ]
        .map(|(confirmed, when)| outcome(ChangeVerdict::Regressed, confirmed, when));
        use Outcome::{Failed, Passed};
        assert_eq!(outcomes, [Failed, Passed, Passed, Failed, Failed, Failed]);
    }

    #[test]
    fn what_is_not_clear_passes_and_fails_if_strict_and_says_what_would_have_been_seen() {
        assert_eq!(outcome(ChangeVerdict::CannotTell, None, WhenUnclear::Pass), Outcome::Passed);
        let test = judge_changes(samples::stored(ChangeVerdict::CannotTell), WhenUnclear::Fail);
        let reason = test.reason.unwrap_or_default();
        assert_eq!(
            (test.outcome, reason.as_str()),
            (
                Outcome::Failed,
                "it is not clear if `mean` is worse than that of `baseline`: +4.0 % (-7.0 % … +16.0 %); a change of 5.2 % \
                 would have been seen (--strict)"
            )
        );
    }

    #[test]
    fn another_machine_never_fails_a_test_nor_does_what_is_no_worse() {
        for verdict in [ChangeVerdict::NotComparable, ChangeVerdict::NoWorse, ChangeVerdict::Improved] {
            assert_eq!(outcome(verdict, None, WhenUnclear::Fail), Outcome::Passed, "{verdict:?}");
        }
    }

    #[test]
    fn the_slower_of_two_servers_fails_no_test_and_the_slower_of_two_versions_does() {
        let mut test = samples::versus();
        (test.comparisons[0].verdict, test.comparisons[0].confirmed) = (ChangeVerdict::Regressed, Some(true));
        let of_servers = judge_changes(test.clone(), WhenUnclear::Fail);
        assert_eq!(of_servers.outcome, Outcome::Passed);
        (test.comparisons[0].reference, test.comparisons[0].subject) = ("before".to_owned(), "now".to_owned());
        assert_eq!(judge_changes(test, WhenUnclear::Pass).outcome, Outcome::Failed);
    }

    #[test]
    fn a_test_that_failed_says_so_first_and_one_that_is_invalid_stays_so() {
        let failed = TestReport { comparisons: samples::regressed().comparisons, ..samples::failed() };
        let before = failed.reason.clone().unwrap_or_default();
        let reason = judge_changes(failed, WhenUnclear::Pass).reason.unwrap_or_default();
        assert!(reason.starts_with(&before) && reason.ends_with("+12.3 % (+8.1 % … +16.9 %)"), "{reason}");
        let invalid = TestReport { comparisons: samples::regressed().comparisons, ..samples::invalid() };
        assert_eq!(judge_changes(invalid, WhenUnclear::Fail).outcome, Outcome::Invalid);
    }
}
