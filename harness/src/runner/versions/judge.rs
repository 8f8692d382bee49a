//! The verdict on a test of two versions: thresholds are about `now`, and what `before` lacks is no failure of it. Pure.

use super::comparable::not_comparable;
use super::names::{BEFORE, NOW};
use crate::comparison::ChangeReport;
use crate::kind::Kind;
use crate::measure::Ended;
use crate::outcome::{Judgement, Outcome, judge};
use crate::runner::arms::{ArmsResult, JudgedArm, judge_arms};
use crate::runner::attempts::is_worth_repeating;
use crate::threshold::Threshold;

/// Judges `now` by the thresholds. A `before` that broke leaves nothing to compare with, and one that the generator disturbed makes the
/// comparison invalid; one that answers no request as expected cannot be compared with.
pub(crate) fn judge_versions(
    arms: Vec<JudgedArm>,
    comparisons: Vec<ChangeReport>,
    thresholds: &[Threshold],
    kind: Kind,
) -> ArmsResult {
    let lost = arms.iter().find_map(lost_worker);
    let (now, others): (Vec<_>, Vec<_>) = arms.into_iter().partition(|arm| arm.name == NOW);
    let is_now_there = !now.is_empty();
    let mut result = judge_arms(now, comparisons, thresholds, kind);
    for arm in others {
        let has_ended = arm.measured.ended == Ended::AsPlanned;
        let Judgement { outcome, reason, warnings, .. } = &judge(&arm.measured, &[], kind);
        let reason = format!("`{BEFORE}`: {}", reason.as_deref().unwrap_or("it ended early"));
        match outcome {
            Outcome::Failed if has_ended => result.comparisons = vec![not_comparable(reason, &[])],
            Outcome::Passed if is_now_there => {}
            Outcome::Invalid if result.outcome == Outcome::Passed => {
                result.is_worth_repeating = is_worth_repeating(&judge(&arm.measured, &[], kind));
                (result.outcome, result.reason) = (Outcome::Invalid, Some(reason));
            }
            Outcome::Invalid => {}
            _ => {
                let reasons = std::iter::once(reason).chain(result.reason.take().filter(|_| is_now_there));
                (result.outcome, result.reason) = (Outcome::Errored, Some(reasons.collect::<Vec<_>>().join("; ")));
                result.is_worth_repeating = false;
            }
        }
        let about_base = warnings.iter().filter(|warning| !result.warnings.contains(warning));
        let about_base: Vec<String> = about_base.map(|warning| format!("`{BEFORE}`: {warning}")).collect();
        result.warnings.extend(about_base);
        result.arms.insert(0, arm);
    }
    if let Some(reason) = lost {
        (result.outcome, result.reason, result.is_worth_repeating) = (Outcome::Invalid, Some(reason), false);
    }
    result
}

/// The other version ended because of that, and not because of a server.
fn lost_worker(arm: &JudgedArm) -> Option<String> {
    match &arm.measured.ended {
        Ended::WorkerLost(which) => Some(format!("`{}`: {which}", arm.name)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::ChangeVerdict;
    use crate::measure::Measured;
    use crate::runner::tests::fake::{disturbed, figures, plan, thresholds};

    fn judged(before: Measured, now: Option<Measured>, limits: &[&str]) -> ArmsResult {
        let workload = plan(Kind::Load, &[]).workload;
        let arms = [(BEFORE, Some(before)), (NOW, now)].into_iter().filter_map(|(name, measured)| {
            Some(JudgedArm { name: name.to_owned(), workload: workload.clone(), measured: measured? })
        });
        judge_versions(arms.collect(), Vec::new(), &thresholds(limits), Kind::Load)
    }

    #[test]
    fn a_threshold_that_only_the_base_breaches_holds() {
        let result = judged(figures(500), Some(figures(10)), &["p95 < 100ms"]);
        assert_eq!((result.outcome, result.reason), (Outcome::Passed, None));
        assert_eq!(result.arms.iter().map(|arm| arm.name.as_str()).collect::<Vec<_>>(), [BEFORE, NOW]);
        assert_eq!(result.thresholds.iter().map(|verdict| verdict.arm.as_deref()).collect::<Vec<_>>(), [Some(NOW)]);
        assert_eq!(judged(figures(10), Some(figures(500)), &["p95 < 100ms"]).outcome, Outcome::Failed);
    }

    #[test]
    fn a_base_that_died_is_an_error_that_comes_first() {
        let dead = |why: &str| Measured { ended: Ended::Stopped(why.to_owned()), ..figures(10) };
        let result = judged(dead("the server `a (before)` died"), Some(dead("the other one ended")), &[]);
        assert_eq!(result.outcome, Outcome::Errored);
        assert_eq!(
            result.reason.as_deref(),
            Some("`before`: the server `a (before)` died; `now`: the other one ended")
        );
        let alone = judged(dead("the server `a (before)` died"), None, &["p95 < 1s"]);
        assert_eq!(alone.reason.as_deref(), Some("`before`: the server `a (before)` died"));
    }

    #[test]
    fn a_worker_that_was_lost_makes_the_test_invalid_whichever_version_it_was_offering_load_to() {
        let lost = || Measured { ended: Ended::WorkerLost("worker 1 on b was lost".to_owned()), ..figures(10) };
        let ended = || Measured { ended: Ended::Stopped("the other one ended".to_owned()), ..figures(500) };
        for (before, now, reason) in
            [(lost(), ended(), "`before`: worker 1 on b was lost"), (ended(), lost(), "`now`: worker 1 on b was lost")]
        {
            let result = judged(before, Some(now), &["p95 < 100ms"]);
            assert_eq!((result.outcome, result.is_worth_repeating), (Outcome::Invalid, false));
            assert_eq!(result.reason.as_deref(), Some(reason));
        }
    }

    #[test]
    fn a_base_whose_requests_all_failed_cannot_be_compared_with_and_fails_nothing() {
        let mut failed = figures(10);
        failed.total.requests.failed = std::mem::take(&mut failed.total.requests.ok);
        let result = judged(failed, Some(figures(10)), &[]);
        assert_eq!((result.outcome, result.comparisons.len()), (Outcome::Passed, 1));
        assert_eq!(result.comparisons[0].verdict, ChangeVerdict::NotComparable);
        assert!(result.comparisons[0].notes[0].starts_with("`before`: "), "{:?}", result.comparisons[0].notes);
    }

    #[test]
    fn a_base_that_was_disturbed_makes_the_comparison_invalid_and_it_is_measured_again() {
        let result = judged(disturbed(10), Some(figures(10)), &[]);
        assert_eq!((result.outcome, result.is_worth_repeating), (Outcome::Invalid, true));
    }
}
