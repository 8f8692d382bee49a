//! `--last-failed`: the tests that did not pass when they ran last.

use std::path::Path;

use super::folder::read_if_there;
use crate::outcome::TestId;
use crate::report::record;

/// The tests that did not pass in the record at `path`; none if there is no record.
///
/// # Errors
/// The record cannot be read; the text says why and what to do.
pub(super) fn tests(path: &Path) -> Result<Vec<TestId>, String> {
    let explain = |why: String| {
        format!("--last-failed: cannot read {}: {why}; run the tests once without --last-failed", path.display())
    };
    let Some(text) = read_if_there(path).map_err(|error| explain(error.to_string()))? else {
        return Ok(Vec::new());
    };
    let run = record::parse(&text).map_err(|error| explain(error.to_string()))?;
    Ok(run.tests.into_iter().filter(|test| test.outcome.is_problem()).map(|test| test.id).collect())
}
