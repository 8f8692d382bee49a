//! The last step of a test: what it is compared with, and what that does to its outcome.

use std::sync::Arc;

use super::earlier::EarlierRun;
use super::two_runs::compare_test;
use crate::cli::CompareOptions;
use crate::outcome::{Environment, TestReport, WhenUnclear, judge_changes};

/// How the tests of this run are compared with others.
#[derive(Debug)]
pub(crate) struct Comparing {
    when_unclear: WhenUnclear,
    /// `--compare`
    earlier: Option<Arc<EarlierRun>>,
    environment: Environment,
}

impl Comparing {
    pub(crate) fn new(
        options: &CompareOptions,
        earlier: Option<Arc<EarlierRun>>,
        environment: Environment,
    ) -> Comparing {
        Comparing { when_unclear: when_unclear(options), earlier, environment }
    }

    /// The test with its verdict after everything that it was compared with.
    pub(crate) fn complete(&self, mut test: TestReport) -> TestReport {
        if let Some(earlier) = &self.earlier {
            test.comparisons.extend(compare_test(earlier, &test, "now", &self.environment));
        }
        judge_changes(test, self.when_unclear)
    }
}

pub(super) fn when_unclear(options: &CompareOptions) -> WhenUnclear {
    if options.strict { WhenUnclear::Fail } else { WhenUnclear::Pass }
}
