//! Which rows a run may touch.

use std::collections::BTreeMap;

use super::baselines::Baselines;
use super::figures::RunFigures;
use super::load::WorkloadFingerprint;
use super::machine::differences;
use super::row::Row;
use crate::outcome::{Outcome, RunReport, TestId, TestReport};

/// All declared tests, selected or not, with the load that they plan. A run changes nothing about test binaries of which no test is
/// listed.
pub type KnownTests = BTreeMap<TestId, WorkloadFingerprint>;

/// Earlier runs of the same code, load and machine, for each test.
pub type EarlierRuns = BTreeMap<TestId, Vec<RunFigures>>;

/// Which figures of a run are accepted.
#[derive(Debug, Clone, Copy)]
pub enum Acceptance<'a> {
    /// Those of new rows, and of rows from which a figure is further away than chance explains, on the same machine.
    Necessary,
    /// All, together with these runs.
    All(&'a EarlierRuns),
}

/// What became of baselines.
#[derive(Debug, Clone, PartialEq)]
pub struct MergedBaselines {
    /// The baselines after the run.
    pub baselines: Baselines,
    /// What a reader should know: rows of another machine were left as they are.
    pub note: Option<String>,
}

impl Baselines {
    /// These baselines after `run`.
    ///
    /// A test that passed in an optimised build may replace or add its row, as `acceptance` says; any other outcome leaves the row as
    /// it is, and an interrupted run leaves all of them. Rows of tests that `known_tests` lists no more are dropped within the
    /// binaries it lists.
    #[must_use]
    pub fn merge(&self, run: &RunReport, known_tests: &KnownTests, acceptance: Acceptance<'_>) -> MergedBaselines {
        let mut merged = self.clone();
        if run.interrupted.is_some() {
            return MergedBaselines { baselines: merged, note: None };
        }
        merged.rows.retain(|row| {
            let is_known = known_tests.keys().any(|known| known.matches(&row.id));
            is_known || !known_tests.keys().any(|known| known.is_in_same_binary(&row.id))
        });
        let mut elsewhere = Vec::new();
        if run.environment.optimised {
            // The figures of a test of several servers are those of one of them, in turn with the others.
            let passed = run.tests.iter().filter(|test| test.outcome == Outcome::Passed && test.arms.is_empty());
            for test in passed {
                let load = known_tests.get(&test.id);
                let Some(row) = Row::of(test, load, &run.environment, run.finished) else { continue };
                elsewhere.extend(merged.put(row, test, acceptance));
            }
        }
        merged.sort();
        MergedBaselines { baselines: merged, note: other_machine(&elsewhere) }
    }

    /// Puts the row where it belongs, if it is accepted. Returns the differences of the machine if that is why it is not.
    fn put(&mut self, row: Row, test: &TestReport, acceptance: Acceptance<'_>) -> Option<Vec<String>> {
        let old = self.rows.iter_mut().find(|old| old.id.matches(&row.id));
        let row = match (acceptance, &old) {
            (Acceptance::All(earlier), _) => {
                let earlier = earlier.get(&test.id).map(Vec::as_slice).unwrap_or_default();
                row.with_earlier(&RunFigures::of(test)?, earlier)
            }
            (Acceptance::Necessary, None) => row,
            (Acceptance::Necessary, Some(old)) => {
                let differences = differences(&old.machine, &row.machine);
                if !differences.is_empty() {
                    return Some(differences);
                }
                if old.is_of_load(&row) && !old.is_left_by(&row) {
                    return None;
                }
                row
            }
        };
        match old {
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
        None
    }
}

impl Row {
    /// True if a figure of `run` is further from this row than chance explains. Maximum and p99 vary too much to count.
    fn is_left_by(&self, run: &Row) -> bool {
        let pairs = self.compared().into_iter().zip(run.compared());
        let has_left = pairs.zip(self.evidence.reach()).any(|((row, run), reach)| match (row, run) {
            (Some(row), Some(run)) => run > row * reach || run < row / reach,
            // Whether a short run has a p95 is chance.
            _ => false,
        });
        has_left || self.load.holds_otherwise_than(&run.load)
    }
}

/// One sentence for all tests whose row is of another machine.
fn other_machine(tests: &[Vec<String>]) -> Option<String> {
    let first = tests.first()?;
    let count = match tests.len() {
        1 => "1 test: its row is".to_owned(),
        more => format!("{more} tests: their rows are"),
    };
    Some(format!(
        "baselines not updated for {count} of another machine ({}); `--update-baselines` accepts the figures of this one",
        first.join(", ")
    ))
}

#[cfg(test)]
mod tests;
