//! Why the rows of a file cannot be used.

use std::io;
use std::path::PathBuf;

use thiserror::Error;

/// A file whose rows cannot be used.
#[derive(Debug, Error)]
pub(super) enum RowsError {
    /// It cannot be read at all.
    #[error("cannot read the rows of `{}`: {source}; a path is relative to the package of the test, which is {}", path.display(), package.display())]
    Unreadable { path: PathBuf, package: PathBuf, source: io::Error },
    /// It is not what its form says.
    #[error("`{}`: {why}", path.display())]
    Malformed { path: PathBuf, why: String },
    /// One row does not have the form that the test expects.
    #[error("`{}`: row {number}{place}: {why}", path.display())]
    Row { path: PathBuf, number: usize, place: String, why: String },
    /// There is nothing to give to users.
    #[error("`{}` has no rows: {expected}", path.display())]
    Empty { path: PathBuf, expected: &'static str },
}
