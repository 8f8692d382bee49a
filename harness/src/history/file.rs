//! The file of one run: a [`HistoryFile`].

use std::collections::BTreeSet;
use std::time::SystemTime;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::baseline::{KnownTests, Machine, RunFigures, WorkloadFingerprint};
use crate::kind::Kind;
use crate::outcome::{Outcome, RunReport, TestId, timestamp};

/// What the `schema` field of this version says.
pub const SCHEMA: &str = "proofload/history/1";

/// What one process of one run has seen.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryFile {
    schema: String,
    /// When the last test ended.
    #[serde(with = "timestamp")]
    pub time: SystemTime,
    /// Name of the run's folder.
    pub run: String,
    /// The commit of the workspace.
    pub commit: Option<String>,
    /// The work tree differed from the commit.
    pub dirty: Option<bool>,
    /// What it was measured on.
    pub machine: Machine,
    /// The whole release of the kernel: `6.18.44`.
    pub kernel_release: Option<String>,
    /// What was measured of each test.
    pub tests: Vec<HistoryTest>,
}

/// What a test came to in one run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HistoryTest {
    /// Which test.
    #[serde(flatten)]
    pub id: TestId,
    /// What it asks.
    pub kind: Kind,
    /// How it ended: passed or failed.
    pub outcome: Outcome,
    /// The load that was planned.
    pub workload: WorkloadFingerprint,
    /// What it came to.
    pub figures: RunFigures,
}

/// Why a text is not a file of history.
#[derive(Debug, Error)]
pub enum HistoryError {
    /// Not JSON, or a field is missing.
    #[error("it cannot be read: {0}")]
    Unreadable(#[from] serde_json::Error),
    /// Written by another version.
    #[error("it is of schema `{0}`, and this version of proofload reads `{SCHEMA}`")]
    Schema(String),
}

/// Only the part that every version has.
#[derive(Deserialize)]
struct HistoryHeader {
    schema: String,
}

impl HistoryFile {
    /// What is worth keeping of a run: each test that passed or failed, with its own load on its own servers. `None` without such a
    /// test, or if a browser watched the run, which takes time from what is measured.
    ///
    /// A test of `only_unclear` failed for no other reason than that a comparison could not tell: it counts as one that passed.
    pub fn of(run: &RunReport, known_tests: &KnownTests, only_unclear: &BTreeSet<TestId>) -> Option<HistoryFile> {
        let tests: Vec<HistoryTest> = run
            .tests
            .iter()
            // The figures of a test of several servers are those of one of them, in turn with the others.
            .filter(|test| matches!(test.outcome, Outcome::Passed | Outcome::Failed) && test.arms.is_empty())
            .filter_map(|test| {
                let (workload, figures) = (known_tests.get(&test.id)?.clone(), RunFigures::of(test)?);
                let outcome = if only_unclear.contains(&test.id) { Outcome::Passed } else { test.outcome };
                Some(HistoryTest { id: test.id.clone(), kind: test.kind, outcome, workload, figures })
            })
            .collect();
        let environment = &run.environment;
        (!tests.is_empty() && !run.was_watched()).then(|| HistoryFile {
            schema: SCHEMA.to_owned(),
            time: run.finished,
            run: run.id.clone(),
            commit: environment.git_commit.clone(),
            dirty: environment.git_dirty,
            machine: Machine::of(environment),
            kernel_release: environment.kernel.clone(),
            tests,
        })
    }

    /// Where it belongs: `<machine>/2026-11/20261120T185717.250Z-<id>.json`. `process` distinguishes the processes of one run of
    /// cargo-nextest.
    pub fn path(&self, process: u32) -> String {
        let time = timestamp::rfc3339(self.time);
        let (month, compact) = (&time[..7], time.replace(['-', ':'], ""));
        let run: String = self.run.chars().map(|c| if c.is_ascii_alphanumeric() { c } else { '-' }).collect();
        format!("{}/{month}/{compact}-{run}-{process}.json", self.machine.id())
    }

    /// The file as JSON, one test on a line.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string(self).expect("strings, numbers and options always serialise");
        // A person may look at it, and a repository stores lines.
        format!("{}\n", text.replace("{\"package\":", "\n{\"package\":"))
    }

    /// Reads what [`to_json`](HistoryFile::to_json) wrote. Unknown fields are ignored.
    ///
    /// # Errors
    /// The text is not JSON, or of another schema.
    pub fn from_json(text: &str) -> Result<HistoryFile, HistoryError> {
        let header: HistoryHeader = serde_json::from_str(text)?;
        if header.schema != SCHEMA {
            return Err(HistoryError::Schema(header.schema));
        }
        Ok(serde_json::from_str(text)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;
    use crate::workload::RunPlan;

    fn known() -> KnownTests {
        let load = WorkloadFingerprint::of(Kind::Load, &samples::workload(), &RunPlan::default(), None);
        samples::run().tests.into_iter().map(|test| (test.id, load.clone())).collect()
    }

    fn file() -> HistoryFile {
        HistoryFile::of(&samples::run(), &known(), &BTreeSet::new()).expect("tests that passed")
    }

    #[test]
    fn tests_that_passed_or_failed_are_kept_and_no_others() {
        let outcomes: Vec<Outcome> = file().tests.iter().map(|test| test.outcome).collect();
        assert!(outcomes.contains(&Outcome::Passed) && outcomes.contains(&Outcome::Failed));
        assert!(outcomes.iter().all(|outcome| matches!(outcome, Outcome::Passed | Outcome::Failed)), "{outcomes:?}");
    }

    #[test]
    fn a_test_that_failed_only_because_nothing_could_be_told_counts_as_passed() {
        let only_unclear = BTreeSet::from([samples::failed().id]);
        let file = HistoryFile::of(&samples::run(), &known(), &only_unclear).expect("tests");
        assert!(file.tests.iter().all(|test| test.outcome == Outcome::Passed));
    }

    #[test]
    fn a_run_that_was_watched_or_measured_nothing_is_not_kept() {
        let watched = RunReport { viewers_peak: Some(1), ..samples::run() };
        let empty = RunReport { tests: vec![samples::ignored(), samples::invalid()], ..samples::run() };
        let of = |run| HistoryFile::of(run, &known(), &BTreeSet::new());
        assert_eq!((of(&watched), of(&empty)), (None, None));
    }

    #[test]
    fn its_path_has_the_machine_the_month_the_time_and_the_run() {
        let path = file().path(7);
        let expected = format!("{}/2026-11/20261120T185717.250Z-20261120-185544-4711-7.json", file().machine.id());
        assert_eq!(path, expected);
    }

    #[test]
    fn what_is_written_reads_back_as_the_same() {
        let text = file().to_json();
        assert_eq!(text.lines().count(), file().tests.len() + 1);
        let read = HistoryFile::from_json(&text).expect("our own text");
        assert_eq!(read.to_json(), text);
        assert_eq!((read.time, read.dirty, &read.tests[0].id), (file().time, Some(false), &file().tests[0].id));
    }

    #[test]
    fn another_schema_and_broken_text_are_refused() {
        let newer = file().to_json().replace("history/1", "history/2");
        assert!(HistoryFile::from_json(&newer).unwrap_err().to_string().contains("proofload/history/2"));
        assert!(matches!(HistoryFile::from_json("{").unwrap_err(), HistoryError::Unreadable(_)));
    }
}
