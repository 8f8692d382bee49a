//! The folder in which another version of the code lies and is built: `target/proofload/against`.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::session::exit::{NOT_STARTED, Problem};
use crate::session::output::complain;

/// The folder of the version that is compared with. There is one: what two versions share is then compiled once.
#[derive(Debug, Clone)]
pub(super) struct AgainstFolder(PathBuf);

/// Held from before the files are checked out to the end of the run: the servers run from there.
#[derive(Debug)]
pub(super) struct FolderLock {
    _file: File,
}

impl AgainstFolder {
    /// In the target folder of this binary.
    pub(super) fn within(target: &Path) -> AgainstFolder {
        AgainstFolder(target.join("proofload/against"))
    }

    /// The files of the version.
    pub(super) fn tree(&self) -> PathBuf {
        self.0.join("tree")
    }

    /// What cargo builds of them.
    pub(super) fn target(&self) -> PathBuf {
        self.0.join("target")
    }

    /// Makes it, and waits until no other run uses it, unless `no_wait`.
    pub(super) fn lock(&self, no_wait: bool) -> Result<FolderLock, Problem> {
        let failed = |error: io::Error| {
            Problem::not_started(format!("--against needs {}, which cannot be used: {error}", self.0.display()))
        };
        fs::create_dir_all(&self.0).map_err(failed)?;
        let path = self.0.join("lock");
        let file = OpenOptions::new().write(true).create(true).truncate(false).open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::Error(error)) => return Err(failed(error)),
            Err(TryLockError::WouldBlock) if no_wait => {
                let text = format!("another run with --against uses {}, and --no-wait was given", self.0.display());
                return Err(Problem { text, exit_code: NOT_STARTED });
            }
            Err(TryLockError::WouldBlock) => {
                complain(&format!("another run with --against uses {}; waiting until it has ended", self.0.display()));
                file.lock().map_err(failed)?;
            }
        }
        Ok(FolderLock { _file: file })
    }
}
