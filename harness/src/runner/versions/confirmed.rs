//! A regression is measured again with servers started anew, and counts only if both measurements agree. Pure.

use super::comparable::not_comparable;
use super::names::BEFORE;
use crate::comparison::{ChangeReport, ChangeVerdict, confirm};
use crate::measure::TestEvent;
use crate::outcome::{Outcome, TestReport};

/// True if this version was found slower than the other one.
pub(crate) fn wants_confirmation(report: &TestReport) -> bool {
    let is_judged = matches!(report.outcome, Outcome::Passed | Outcome::Failed);
    is_judged && report.comparisons.iter().any(|change| is_of_versions(change) && is_regressed(change))
}

fn is_of_versions(change: &ChangeReport) -> bool {
    change.reference == BEFORE
}

fn is_regressed(change: &ChangeReport) -> bool {
    change.verdict == ChangeVerdict::Regressed
}

/// The figures of the first measurement, with what the second one says about its verdict.
pub(crate) fn confirmed(first: TestReport, second: TestReport) -> TestReport {
    let mut report = first;
    report.elapsed += second.elapsed;
    report.after.extend(second.after);
    let event = "measured again, with servers started anew, because it seemed slower".to_owned();
    report.events.push(TestEvent { at_s: None, text: event });
    let reason = second.reason.unwrap_or_default();
    match second.outcome {
        // What was measured first stays, and nothing can be said about the change.
        Outcome::Interrupted | Outcome::Errored => {
            report.outcome = second.outcome;
            report.reason = Some(format!("measured again because it seemed slower: {reason}"));
        }
        Outcome::Failed => {
            report.warnings.push(format!("measured again because it seemed slower, it failed: {reason}"));
        }
        Outcome::Invalid => report.warnings.push(format!("measured again because it seemed slower, invalid: {reason}")),
        _ => {}
    }
    // The figures of an invalid measurement confirm nothing.
    let is_valid = matches!(second.outcome, Outcome::Passed | Outcome::Failed);
    let of_second: Vec<ChangeReport> = if is_valid { second.comparisons } else { Vec::new() };
    let again = of_second.into_iter().find(is_of_versions).unwrap_or_else(|| not_comparable(reason, &[]));
    let decide = |change: ChangeReport| if is_of_versions(&change) { confirm(change, &again) } else { change };
    report.comparisons = report.comparisons.into_iter().map(decide).collect();
    report
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::{ComparisonMethod, MetricChange};
    use crate::kind::Kind;
    use crate::measure::Measured;
    use crate::runner::report::not_run;
    use crate::runner::tests::fake;

    /// A test whose mean came out like this.
    fn measured(outcome: Outcome, verdict: ChangeVerdict) -> TestReport {
        let test = fake::test(Kind::Load, &[], &[], |_: &_, _: &_, _: &_, _: &_, _: &_| Measured::default());
        let mean = MetricChange {
            metric: "mean".to_owned(),
            before: Some(0.1),
            after: Some(0.2),
            change: None,
            verdict,
            values: 30,
            note: None,
        };
        let method = ComparisonMethod::Interleaved;
        let change = ChangeReport { changes: vec![mean], method, verdict, ..not_comparable(String::new(), &[]) };
        let reason = (outcome != Outcome::Passed).then(|| "why".to_owned());
        TestReport { outcome, reason, comparisons: vec![change], ..not_run(&test) }
    }

    fn after(second: TestReport) -> (Outcome, ChangeVerdict, Option<bool>) {
        let report = confirmed(measured(Outcome::Passed, ChangeVerdict::Regressed), second);
        (report.outcome, report.comparisons[0].verdict, report.comparisons[0].confirmed)
    }

    #[test]
    fn only_a_regression_of_figures_that_count_is_measured_again() {
        let wants = |outcome, verdict| wants_confirmation(&measured(outcome, verdict));
        assert!(wants(Outcome::Passed, ChangeVerdict::Regressed) && wants(Outcome::Failed, ChangeVerdict::Regressed));
        assert!(
            !wants(Outcome::Passed, ChangeVerdict::CannotTell) && !wants(Outcome::Invalid, ChangeVerdict::Regressed)
        );
    }

    #[test]
    fn both_measurements_must_agree() {
        let second = measured(Outcome::Passed, ChangeVerdict::Regressed);
        assert_eq!(after(second), (Outcome::Passed, ChangeVerdict::Regressed, Some(true)));
        let second = measured(Outcome::Passed, ChangeVerdict::NoWorse);
        assert_eq!(after(second), (Outcome::Passed, ChangeVerdict::CannotTell, Some(false)));
    }

    #[test]
    fn a_second_measurement_that_is_invalid_confirms_nothing() {
        let second = measured(Outcome::Invalid, ChangeVerdict::Regressed);
        assert_eq!(after(second), (Outcome::Passed, ChangeVerdict::CannotTell, Some(false)));
    }

    #[test]
    fn a_server_that_dies_in_the_second_measurement_is_an_error_of_the_test() {
        let broken = TestReport { comparisons: Vec::new(), ..measured(Outcome::Errored, ChangeVerdict::Regressed) };
        let report = confirmed(measured(Outcome::Passed, ChangeVerdict::Regressed), broken);
        assert_eq!(report.outcome, Outcome::Errored);
        assert_eq!(report.reason.as_deref(), Some("measured again because it seemed slower: why"));
        assert_eq!(report.comparisons[0].confirmed, Some(false));
    }
}
