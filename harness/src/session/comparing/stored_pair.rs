//! `--compare A..B`: two recorded runs, without running anything.

use std::path::PathBuf;

use super::complete::when_unclear;
use super::earlier::{EarlierRun, RunsOf, UnknownRun};
use super::two_runs::compare_test;
use super::uncompared::{TestInRun, not_run, uncompared};
use crate::cli::CompareOptions;
use crate::outcome::{RunReport, TestReport, judge_changes};

/// Two recorded runs, compared.
#[derive(Debug)]
pub(crate) struct ComparedRuns {
    /// The later run with what each test was compared with, or why it was not; and what only the earlier one has. No test if none was
    /// measured in both.
    pub(crate) run: RunReport,
    /// The path of the later run's record.
    pub(crate) record: PathBuf,
}

/// What changed from the run called `before` to the one called `after`.
///
/// # Errors
/// One of them does not exist or cannot be read.
pub(crate) fn compare_stored(
    (before, after): (&str, &str),
    options: &CompareOptions,
    of: RunsOf<'_>,
) -> Result<ComparedRuns, UnknownRun> {
    let (before, after) = (EarlierRun::find(before, of)?, EarlierRun::find(after, of)?);
    let tests = compared_tests(&before, &after, options);
    Ok(ComparedRuns { run: RunReport { tests, ..after.run }, record: after.record })
}

fn compared_tests(before: &EarlierRun, after: &EarlierRun, options: &CompareOptions) -> Vec<TestReport> {
    let compare = |test: &TestReport| {
        let comparisons = compare_test(before, test, &after.name, &after.run.environment);
        // What was said of it at the time is not what was asked now.
        judge_changes(TestReport { comparisons, ..test.clone() }, when_unclear(options))
    };
    let mut tests: Vec<TestReport> = after.run.tests.iter().map(compare).collect();
    if tests.iter().all(|test| test.comparisons.is_empty()) {
        return Vec::new();
    }
    let reason = |earlier: Option<&TestReport>, later: Option<&TestReport>| {
        let before = TestInRun { run: &before.name, test: earlier };
        uncompared(before, TestInRun { run: &after.name, test: later })
    };
    for test in tests.iter_mut().filter(|test| test.comparisons.is_empty()) {
        let reason = reason(before.test(&test.id), Some(&*test));
        test.comparisons.extend(reason);
    }
    tests.retain(|test| !test.comparisons.is_empty());
    let gone = before.run.tests.iter().filter(|test| after.test(&test.id).is_none());
    tests.extend(gone.filter_map(|test| Some(not_run(test, reason(Some(test), None)?))));
    tests
}

/// `A..B`, where either may be left out for `latest`. A path such as `../runs/7` is one name.
pub(super) fn two_names(text: &str) -> Option<(&str, &str)> {
    let is_separator = |at: &usize| {
        let (before, after) = (&text[..*at], &text[*at + 2..]);
        let is_in_path = after.starts_with(['/', '.']) || before.ends_with(['/', '.']);
        let is_alone = before.is_empty() && after.is_empty();
        !is_in_path && !is_alone
    };
    let at = text.match_indices("..").map(|(at, _)| at).find(is_separator)?;
    let (before, after) = (&text[..at], &text[at + 2..]);
    Some((if before.is_empty() { "latest" } else { before }, if after.is_empty() { "latest" } else { after }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::comparison::ChangeVerdict;
    use crate::outcome::{Outcome, samples};
    use crate::session::exit::{SideProblems, exit_code};

    fn run(name: &str, tests: Vec<TestReport>) -> EarlierRun {
        EarlierRun { name: name.to_owned(), record: "run.json".into(), run: RunReport { tests, ..samples::run() } }
    }

    fn named(name: &str, test: TestReport) -> TestReport {
        let mut test = test;
        name.clone_into(&mut test.id.name);
        test
    }

    /// What errored before its load.
    fn unmeasured(outcome: Outcome) -> TestReport {
        TestReport { outcome, measured: None, ..samples::passed() }
    }

    /// Each test that was not comparable, with its reason.
    fn reasons(tests: &[TestReport]) -> Vec<(&str, &str)> {
        let reports = tests.iter().flat_map(|test| test.comparisons.iter().map(move |report| (test, report)));
        let unclear = reports.filter(|(_, report)| report.verdict == ChangeVerdict::NotComparable);
        unclear.map(|(test, report)| (test.id.name.as_str(), report.notes[0].as_str())).collect()
    }

    #[test]
    fn a_test_that_only_one_run_has_or_that_one_did_not_measure_is_listed_with_the_reason() {
        let passed = |name: &str| named(name, samples::passed());
        let (errored, ignored) = (unmeasured(Outcome::Errored), unmeasured(Outcome::Ignored));
        let before = [passed("both"), passed("gone"), passed("broke"), named("mended", errored.clone())];
        let after = [passed("both"), passed("new"), named("broke", errored), passed("mended")];
        let never = || named("never", ignored.clone());
        let (before, after) = (before.into_iter().chain([never()]), after.into_iter().chain([never()]));
        let tests =
            compared_tests(&run("1-7", before.collect()), &run("2-7", after.collect()), &CompareOptions::default());
        let expected = [
            ("new", "only in 2-7"),
            ("broke", "not measured in 2-7: errored"),
            ("mended", "not measured in 1-7: errored"),
            ("gone", "only in 1-7"),
        ];
        assert_eq!((reasons(&tests), tests.len()), (expected.to_vec(), 5));
        let table = crate::report::changes::table(&run("2-7", tests).run, crate::report::paint::Paint::plain());
        for words in [["broke ", "1-7 → 2-7 (errored)"], ["gone ", "1-7 → 2-7 (no such test)"]] {
            assert!(table.lines().any(|line| words.iter().all(|word| line.contains(word))), "{table}");
        }
    }

    #[test]
    fn a_test_that_errored_in_the_later_run_alone_is_no_success_and_one_that_is_gone_is_no_failure() {
        let code = |later: Vec<TestReport>| {
            let before = run("1-7", vec![named("x", samples::failed()), named("y", samples::passed())]);
            let compared = compared_tests(&before, &run("2-7", later), &CompareOptions::default());
            exit_code(&RunReport { tests: compared, ..samples::run() }, SideProblems::default())
        };
        let y = || named("y", samples::passed());
        assert_eq!(code(vec![y(), named("x", unmeasured(Outcome::Errored))]), 102);
        assert_eq!(code(vec![y()]), 0);
    }

    #[test]
    fn without_a_test_that_both_runs_measured_there_is_nothing_to_compare() {
        let (before, after) = (run("1-7", vec![samples::passed()]), run("2-7", vec![unmeasured(Outcome::Errored)]));
        assert!(compared_tests(&before, &after, &CompareOptions::default()).is_empty());
    }

    #[test]
    fn two_dots_stand_between_two_runs_and_not_in_a_path() {
        assert_eq!(two_names("latest~1..latest"), Some(("latest~1", "latest")));
        assert_eq!(two_names("17-3.."), Some(("17-3", "latest")));
        assert_eq!(two_names("../a..../b"), None);
        assert_eq!(two_names("../runs/1-7/run.json..latest"), Some(("../runs/1-7/run.json", "latest")));
        assert_eq!(two_names("../runs/1-7"), None);
        assert_eq!(two_names("latest~1"), None);
        assert_eq!(two_names(".."), None);
    }
}
