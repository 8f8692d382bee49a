//! Exit codes.

use super::interrupt;
use super::output::complain;
use super::plan::PlanError;
use crate::outcome::{Outcome, RunReport, TestReport};

const USAGE: u8 = 2;
pub(super) const NOT_STARTED: u8 = 102;
pub(super) const NOT_WRITTEN: u8 = 1;

/// Why nothing was run.
pub(super) struct Problem {
    pub(super) text: String,
    pub(super) exit_code: u8,
}

impl Problem {
    /// The command, the environment or a declaration is wrong.
    pub(super) fn usage(error: impl std::fmt::Display) -> Problem {
        Problem { text: error.to_string(), exit_code: USAGE }
    }

    /// Prints it; returns the exit code.
    pub(super) fn complain(self) -> u8 {
        complain(&format!("error: {}", self.text));
        self.exit_code
    }

    /// The system refused what every run needs.
    pub(super) fn not_started(error: impl std::fmt::Display) -> Problem {
        Problem { text: format!("the run could not be started: {error}"), exit_code: NOT_STARTED }
    }
}

impl From<PlanError> for Problem {
    fn from(error: PlanError) -> Problem {
        Problem { exit_code: error.exit_code(), text: error.to_string() }
    }
}

/// Problems beside the tests' own outcomes.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct SideProblems {
    /// A result could not be written.
    pub(super) unwritten: bool,
    /// A tear-down between or after the tests failed.
    pub(super) tear_down_failed: bool,
    /// A command was asked for figures and not for a verdict.
    pub(super) unjudged: bool,
}

/// The exit code of a finished run.
pub(super) fn exit_code(run: &RunReport, problems: SideProblems) -> u8 {
    let any = |outcome| run.tests.iter().any(|test| test.outcome == outcome);
    if let Some(signal) = run.interrupted.as_deref() {
        return interrupt::exit_code(signal);
    }
    if any(Outcome::Failed) {
        return 101;
    }
    let tear_down_failed = problems.tear_down_failed || run.tests.iter().any(|test| !test.after.is_empty());
    let is_invalid = |test: &TestReport| {
        test.outcome == Outcome::Invalid && !(problems.unjudged && test.has_figures_without_question())
    };
    if run.tests.iter().any(is_invalid) || any(Outcome::Errored) || tear_down_failed {
        return 102;
    }
    if problems.unwritten { NOT_WRITTEN } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn where_nothing_was_required_a_measurement_that_proves_nothing_is_no_failure() {
        let invalid = TestReport { outcome: Outcome::Invalid, ..samples::passed() };
        let run = RunReport { tests: vec![invalid], ..samples::run() };
        let unjudged = SideProblems { unjudged: true, ..SideProblems::default() };
        assert_eq!((exit_code(&run, SideProblems::default()), exit_code(&run, unjudged)), (102, 0));
        let unmeasured = TestReport { measured: None, ..run.tests[0].clone() };
        let run = RunReport { tests: vec![unmeasured], ..run };
        assert_eq!(exit_code(&run, unjudged), 102, "there are no figures");
    }
}
