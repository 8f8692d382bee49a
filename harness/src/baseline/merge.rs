//! Which rows a run may touch.

use std::collections::{BTreeMap, BTreeSet};

use super::baselines::Baselines;
use super::row::Row;
use crate::outcome::{Outcome, RunReport};

/// The names of all declared tests, selected or not, by package and test binary. Binaries that are not listed are none of
/// the run's business.
pub type KnownTests = BTreeMap<(String, String), BTreeSet<String>>;

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
            let known = known_tests.get(&(row.package.clone(), row.target.clone()));
            known.is_none_or(|tests| tests.contains(&row.test))
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
        match self.rows.iter_mut().find(|old| old.is_of_same_test(&row)) {
            Some(old) if old.same_figures(&row) => {}
            Some(old) => *old = row,
            None => self.rows.push(row),
        }
    }
}

#[cfg(test)]
mod tests;
