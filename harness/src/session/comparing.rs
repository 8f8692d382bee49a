//! What the session does with the comparisons of a test that has ended.

use crate::cli::CompareOptions;
use crate::outcome::{TestReport, WhenUnclear, judge_changes};

/// How the tests of this run are compared with others.
#[derive(Debug)]
pub(super) struct Comparing {
    when_unclear: WhenUnclear,
}

impl Comparing {
    pub(super) fn read(options: &CompareOptions) -> Comparing {
        Comparing { when_unclear: if options.strict { WhenUnclear::Fail } else { WhenUnclear::Pass } }
    }

    /// The test with its verdict after everything that it was compared with.
    pub(super) fn complete(&self, test: TestReport) -> TestReport {
        judge_changes(test, self.when_unclear)
    }
}
