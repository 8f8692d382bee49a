//! What `--compare` asks for.

use thiserror::Error;

use super::earlier::{EarlierRun, RunsOf, UnknownRun};
use super::stored_pair::compare_stored;
use crate::cli::{CompareOptions, Origin};
use crate::outcome::RunReport;

/// What `--compare` asks for.
#[derive(Debug)]
pub(crate) enum AskedComparison {
    /// It was not given.
    Nothing,
    /// Each test with the same test of this run.
    With(EarlierRun),
    /// Two recorded runs: the tests that both have, and what changed.
    Recorded(RunReport),
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
    if let Some(run) = compare_stored(&given.text, options, of).map_err(failed)? {
        return Ok(AskedComparison::Recorded(run));
    }
    EarlierRun::find(&given.text, of).map(AskedComparison::With).map_err(failed)
}
