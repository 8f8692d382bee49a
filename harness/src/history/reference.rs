//! What a test is compared with: its [`StoredReference`].

use super::collection::{HistoryRun, StoredHistory};
use crate::baseline::{Baselines, FEW_RUNS, Machine, Row, RunFigures, WorkloadFingerprint, differences};
use crate::outcome::TestId;

/// A test as it is planned now, and where it runs.
#[derive(Debug, Clone, Copy)]
pub struct ReferenceQuery<'a> {
    /// Which test.
    pub test: &'a TestId,
    /// The load that it plans.
    pub load: &'a WorkloadFingerprint,
    /// This machine.
    pub machine: &'a Machine,
}

/// What a test is compared with.
#[derive(Debug, Clone, PartialEq)]
pub enum StoredReference {
    /// The test is new.
    Nothing,
    /// There is a baseline, and this is why it says nothing about this run.
    NotComparable(Vec<String>),
    /// These runs, oldest first.
    Runs {
        /// What they came to.
        figures: Vec<RunFigures>,
        /// What a reader should know of them.
        notes: Vec<String>,
    },
}

impl StoredReference {
    /// The baseline of the test on this machine, with the first runs since it was accepted; without one, the newest runs on this
    /// machine.
    ///
    /// The runs behind a baseline are the first ones and not the newest: so a change that comes in many small steps is seen.
    pub fn find(baselines: Option<&Baselines>, history: &StoredHistory, query: ReferenceQuery<'_>) -> StoredReference {
        let ReferenceQuery { test, load, machine } = query;
        let row = baselines.and_then(|baselines| baselines.row(test));
        let obstacles = row.map(|row| obstacles(row, query)).unwrap_or_default();
        let Some(row) = row.filter(|_| obstacles.is_empty()) else {
            let newest = history.runs_of(test, load, machine);
            return without_row(&newest, obstacles);
        };
        let since = match row.accepted_at() {
            Some(accepted) => history.runs_since(accepted, test, load, machine),
            None => history.runs_of(test, load, machine),
        };
        if since.len() as u64 >= FEW_RUNS {
            return runs(&since, Vec::new());
        }
        let behind = row.runs_behind();
        if behind.len() >= since.len() {
            StoredReference::Runs { figures: behind, notes: Vec::new() }
        } else {
            runs(&since, Vec::new())
        }
    }
}

/// Why a row says nothing about this run.
fn obstacles(row: &Row, ReferenceQuery { load, machine, .. }: ReferenceQuery<'_>) -> Vec<String> {
    let differing = differences(&row.machine, machine);
    if !differing.is_empty() {
        let of_machine = |difference| format!("the baseline is of another machine: {difference}");
        return differing.into_iter().map(of_machine).collect();
    }
    let is_same = row.load.workload.as_ref().is_none_or(|known| known == load);
    if is_same { Vec::new() } else { vec!["the load has changed since the baseline was accepted".to_owned()] }
}

fn without_row(newest: &[&HistoryRun], obstacles: Vec<String>) -> StoredReference {
    // Few runs do not stand in for a baseline of another machine.
    match newest.len() as u64 {
        0 if obstacles.is_empty() => StoredReference::Nothing,
        few if few < FEW_RUNS && !obstacles.is_empty() => StoredReference::NotComparable(obstacles),
        many => {
            let instead = format!("compared with the last {many} runs on this machine");
            runs(newest, obstacles.into_iter().map(|obstacle| format!("{obstacle}; {instead}")).collect())
        }
    }
}

fn runs(runs: &[&HistoryRun], mut notes: Vec<String>) -> StoredReference {
    let dirty = runs.iter().filter(|run| run.dirty == Some(true)).count();
    if dirty > 0 {
        notes.push(format!("{dirty} of {} stored runs are of a work tree with changes", runs.len()));
    }
    StoredReference::Runs { figures: runs.iter().map(|run| run.figures.clone()).collect(), notes }
}

#[cfg(test)]
mod tests;
