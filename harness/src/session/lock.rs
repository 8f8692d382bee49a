//! Two loads on one machine measure each other, so perf runs wait for one another.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::{Path, PathBuf};

use thiserror::Error;

/// Held for as long as a run offers load. The system releases it however the process ends.
#[derive(Debug)]
pub(super) struct MachineLock {
    _file: File,
}

/// The lock cannot be taken at all.
#[derive(Debug, Error)]
#[error("cannot lock {}, which prevents two perf runs at once on one machine: {source}\n  make the file readable for this user, or remove it when no perf run is active", path.display())]
pub(super) struct LockError {
    path: PathBuf,
    source: io::Error,
}

/// The file that all runs on this machine agree on.
pub(super) fn machine_lock_path() -> PathBuf {
    std::env::temp_dir().join("proofload.lock")
}

impl MachineLock {
    /// Takes the lock. If another run holds it, calls `waiting` once with the name of that process, then waits.
    pub(super) fn acquire(path: &Path, waiting: impl FnOnce(&str)) -> Result<MachineLock, LockError> {
        let failed = |source| LockError { path: path.to_owned(), source };
        let mut file = open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                waiting(&holder(&mut file));
                file.lock().map_err(failed)?;
            }
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // Another user's file may be read-only. The lock works without the name, which only improves a message.
        let _name_written = write_name(&mut file);
        Ok(MachineLock { _file: file })
    }
}

fn open(path: &Path) -> io::Result<File> {
    match OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path) {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => File::open(path),
        opened => opened,
    }
}

/// The process that holds the lock, as it wrote its name.
fn holder(file: &mut File) -> String {
    let mut text = String::new();
    match file.read_to_string(&mut text) {
        Ok(_) if !text.trim().is_empty() => text.trim().to_owned(),
        _ => "a process that left no name".to_owned(),
    }
}

fn write_name(file: &mut File) -> io::Result<()> {
    let program = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    file.set_len(0)?;
    file.rewind()?;
    write!(file, "process {} ({program})", std::process::id())?;
    file.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_run_gets_the_name_of_the_first_and_the_lock_after_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("lock");
        let first = MachineLock::acquire(&path, |_| panic!("the lock is free")).unwrap();
        let mut first = Some(first);
        let mut reported = String::new();
        let second = MachineLock::acquire(&path, |holder| {
            reported = holder.to_owned();
            first.take();
        });
        assert!(second.is_ok());
        assert!(reported.starts_with(&format!("process {}", std::process::id())), "{reported}");
    }
}
