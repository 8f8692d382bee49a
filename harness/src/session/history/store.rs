//! A place for the files of history: a [`HistoryStore`].

use std::path::PathBuf;

use super::branch;
use super::entry::{StoreError, StoredFile, name};
use super::files;
use super::git::Git;
use crate::cli::HistoryPlace;
use crate::session::folder::Folders;
use crate::session::typed_in;

/// Where the files of history are.
#[derive(Debug, Clone)]
pub(crate) enum HistoryStore {
    /// Below a folder.
    Folder(PathBuf),
    /// In a branch of its own, which is never checked out.
    Branch(Git),
    /// Nowhere: nothing is written and nothing read.
    Nowhere,
}

impl HistoryStore {
    pub(crate) fn of(place: &HistoryPlace, folders: &Folders) -> HistoryStore {
        match place {
            HistoryPlace::BesideRuns => HistoryStore::beside_runs(folders),
            HistoryPlace::Folder(path) => HistoryStore::Folder(typed_in::folder(folders).join(path)),
            HistoryPlace::Git => HistoryStore::Branch(Git::in_folder(&folders.workspace)),
            HistoryPlace::Nowhere => HistoryStore::Nowhere,
        }
    }

    /// `target/proofload/history`
    pub(crate) fn beside_runs(folders: &Folders) -> HistoryStore {
        HistoryStore::Folder(folders.output.join("history"))
    }

    /// Writes a new file. Returns where it is, for people.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result<String, StoreError> {
        match self {
            HistoryStore::Folder(folder) => Ok(files::write(&folder.join(path), text)?.display().to_string()),
            HistoryStore::Branch(git) => {
                branch::write(git, path, text)?;
                Ok(format!("branch {}: {path}", branch::NAME))
            }
            HistoryStore::Nowhere => Ok(String::new()),
        }
    }

    /// Every file of one machine, or of all, the newest first.
    pub(super) fn list(&self, machine: Option<&str>) -> Result<Vec<StoredFile>, StoreError> {
        let mut found = match self {
            HistoryStore::Folder(folder) => files::list(folder, machine)?,
            HistoryStore::Branch(git) => branch::list(git, machine)?,
            HistoryStore::Nowhere => Vec::new(),
        };
        // Their names begin with the time.
        found.sort_by(|one, other| name(&other.path).cmp(name(&one.path)));
        Ok(found)
    }

    /// The texts of these files, in their order; `None` for one that cannot be read.
    pub(super) fn texts(&self, files: &[StoredFile]) -> Result<Vec<Option<String>>, StoreError> {
        match self {
            HistoryStore::Folder(folder) => {
                let text = |file: &StoredFile| std::fs::read_to_string(folder.join(&file.path)).ok();
                Ok(files.iter().map(text).collect())
            }
            HistoryStore::Branch(git) => Ok(branch::texts(git, files)?),
            HistoryStore::Nowhere => Ok(Vec::new()),
        }
    }
}
