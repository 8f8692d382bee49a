//! What to do about a comparison that failed its test.

use crate::comparison::{ChangeVerdict, ComparisonMethod};
use crate::outcome::{Outcome, TestReport};

const LONGER: &str =
    "measure for longer (`duration` or `requests`), or on a quieter machine, so that smaller changes can be seen";
const MORE_RUNS: &str = "run more often on this machine: with more stored runs, smaller changes can be seen";
const ALTERNATE: &str = "compare with `--against REVISION`: what disturbs one of two versions that alternate in one run disturbs the other, too";

/// What to do next; nothing for a test that passed, or of which no comparison is in doubt.
pub(super) fn next_steps(test: &TestReport) -> Vec<String> {
    if test.outcome != Outcome::Failed {
        return Vec::new();
    }
    let in_doubt = test.comparisons.iter().filter(|report| match report.verdict {
        ChangeVerdict::CannotTell => true,
        ChangeVerdict::Regressed => report.confirmed != Some(true),
        ChangeVerdict::NoWorse | ChangeVerdict::Improved | ChangeVerdict::NotComparable => false,
    });
    let mut steps = Vec::new();
    for report in in_doubt {
        let of_method: &[&str] = match report.method {
            ComparisonMethod::Interleaved => &[LONGER],
            ComparisonMethod::StoredRuns => &[MORE_RUNS, ALTERNATE],
            ComparisonMethod::OneAfterTheOther => &[LONGER],
            ComparisonMethod::TwoRuns => &[ALTERNATE],
        };
        steps.extend(of_method.iter().map(|step| (*step).to_owned()));
    }
    steps.sort();
    steps.dedup();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::{WhenUnclear, judge_changes, samples};

    #[test]
    fn a_comparison_that_leaves_a_doubt_says_what_would_help() {
        let unclear = judge_changes(samples::stored(ChangeVerdict::CannotTell), WhenUnclear::Fail);
        assert_eq!(next_steps(&unclear), [ALTERNATE, MORE_RUNS]);
        let mut versus = samples::versus();
        (versus.outcome, versus.comparisons[0].verdict) = (Outcome::Failed, ChangeVerdict::CannotTell);
        assert_eq!(next_steps(&versus), [LONGER]);
        assert_eq!(next_steps(&samples::regressed()), [""; 0], "it is certain");
        assert_eq!(next_steps(&samples::stored(ChangeVerdict::CannotTell)), [""; 0], "it passed");
    }
}
