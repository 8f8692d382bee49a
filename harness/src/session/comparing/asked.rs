//! What `--compare` asks for.

use thiserror::Error;

use super::earlier::{EarlierRun, RunsOf, UnknownRun};
use super::stored_pair::{ComparedRuns, compare_stored, two_names};
use crate::cli::{CompareOptions, Origin};

/// What `--compare` asks for.
#[derive(Debug)]
pub(crate) enum AskedComparison {
    /// It was not given.
    Nothing,
    /// Each test with the same test of this run.
    With(EarlierRun),
    /// Two recorded runs: the tests that both have, and what changed.
    Recorded(ComparedRuns),
}

/// `--compare` names a run that does not exist or cannot be read.
#[derive(Debug, Error)]
#[error("{origin}: {source}")]
pub(crate) struct CompareError {
    origin: Origin,
    source: UnknownRun,
}

/// Finds the runs that `--compare` names, before any load is offered.
pub(crate) fn asked(options: &CompareOptions, of: RunsOf<'_>) -> Result<AskedComparison, CompareError> {
    let Some(given) = &options.compare else { return Ok(AskedComparison::Nothing) };
    let failed = |source| CompareError { origin: given.origin.clone(), source };
    if let Some(names) = two_names(&given.text) {
        return compare_stored(names, options, of).map(AskedComparison::Recorded).map_err(failed);
    }
    EarlierRun::find(&given.text, of).map(AskedComparison::With).map_err(failed)
}
