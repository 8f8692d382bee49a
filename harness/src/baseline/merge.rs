//! Which rows a run may touch.

use std::collections::BTreeSet;

use super::baselines::Baselines;
use super::row::Row;
use crate::outcome::{Outcome, RunReport, TestId};

/// All declared tests, selected or not. A run changes nothing about test binaries of which no test is listed.
pub type KnownTests = BTreeSet<TestId>;

impl Baselines {
    /// These baselines after `run`.
    ///
    /// A test that passed in an optimised build replaces or adds its row; any other outcome leaves the row as it is, and
    /// an interrupted run leaves all of them. Rows of tests that `known_tests` lists no more are dropped within the
    /// binaries it lists. A row whose rounded figures did not change keeps its date and commit, so that the file stays
    /// the same.
    #[must_use]
    pub fn merge(&self, run: &RunReport, known_tests: &KnownTests) -> Baselines {
        let mut merged = self.clone();
        if run.interrupted.is_some() {
            return merged;
        }
        merged.rows.retain(|row| {
            known_tests.contains(&row.id) || !known_tests.iter().any(|known| known.is_in_same_binary(&row.id))
        });
        if run.environment.optimised {
            let passed = run.tests.iter().filter(|test| test.outcome == Outcome::Passed);
            let rows = passed.filter_map(|test| Row::of(test, &run.environment, run.finished));
            rows.for_each(|row| merged.put(row));
        }
        merged.sort();
        merged
    }

    fn put(&mut self, row: Row) {
        match self.rows.iter_mut().find(|old| old.id.matches(&row.id)) {
            Some(old) if old.same_figures(&row) => {}
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
    }
}

#[cfg(test)]
mod tests;
