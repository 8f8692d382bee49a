//! A file of history that is there, and why it could not be written or read.

use std::path::{Path, PathBuf};

use thiserror::Error;

use super::git::BranchError;
use crate::session::folder::WriteError;

/// History could not be written or read.
#[derive(Debug, Error)]
pub(crate) enum StoreError {
    /// In a folder.
    #[error(transparent)]
    Folder(#[from] WriteError),
    /// A folder or a file could not be read.
    #[error("cannot read {}: {source}", path.display())]
    Unreadable { path: PathBuf, source: std::io::Error },
    /// In a repository.
    #[error(transparent)]
    Branch(#[from] BranchError),
}

/// A file that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredFile {
    /// `<machine>/<month>/<time>-<id>.json`
    pub(super) path: String,
    /// What git has it under; empty in a folder.
    pub(super) object: String,
}

/// The last part of a path.
pub(super) fn name(path: &str) -> &str {
    Path::new(path).file_name().and_then(|name| name.to_str()).unwrap_or(path)
}
