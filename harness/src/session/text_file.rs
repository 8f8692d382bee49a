//! Small files of text, written in one step.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

/// A file or folder could not be written. No verdict changes.
#[derive(Debug, Error)]
#[error("cannot write {}: {source}", path.display())]
pub(super) struct WriteError {
    pub(super) path: PathBuf,
    pub(super) source: io::Error,
}

/// Replaces a file in one step: a reader sees the old text or the new one, and a full disk leaves the old one.
pub(super) fn write_atomically(path: &Path, text: &str) -> Result<(), WriteError> {
    let write = || written_beside(path, text)?.persist(path).map(drop).map_err(|error| error.error);
    write().map_err(|source| WriteError { path: path.to_owned(), source })
}

/// The same for a file that must not be there yet.
pub(super) fn write_new(path: &Path, text: &str) -> Result<(), WriteError> {
    let write = || written_beside(path, text)?.persist_noclobber(path).map(drop).map_err(|error| error.error);
    write().map_err(|source| WriteError { path: path.to_owned(), source })
}

/// A temporary file with this text in the folder of `path`.
fn written_beside(path: &Path, text: &str) -> io::Result<NamedTempFile> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::Builder::new().permissions(readable_by_all()).tempfile_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    Ok(file)
}

/// What a plain file gets before the umask; temporary files are private by default.
fn readable_by_all() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt;
    fs::Permissions::from_mode(0o666)
}

/// The text of a file; `None` if it does not exist.
pub(super) fn read_if_there(path: &Path) -> io::Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
