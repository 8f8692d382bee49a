//! `--compare A..B`: two recorded runs, without running anything.

use std::path::PathBuf;

use super::complete::when_unclear;
use super::earlier::{EarlierRun, RunsOf, UnknownRun};
use super::two_runs::compare_test;
use crate::cli::CompareOptions;
use crate::outcome::{RunReport, TestReport, judge_changes};

/// Two recorded runs, compared.
#[derive(Debug)]
pub(crate) struct ComparedRuns {
    /// The later run with what it was compared with, in each test that both have.
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
    let environment = after.run.environment.clone();
    let compared = after.run.tests.into_iter().map(|test| {
        let comparisons = compare_test(&before, &test, &after.name, &environment);
        // What was said of it at the time is not what was asked now.
        judge_changes(TestReport { comparisons, ..test }, when_unclear(options))
    });
    let tests = compared.filter(|test| !test.comparisons.is_empty()).collect();
    Ok(ComparedRuns { run: RunReport { tests, ..after.run }, record: after.record })
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
