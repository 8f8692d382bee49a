//! Small files of text, written in one step.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;
use thiserror::Error;

/// Links that lead to links, as many as Linux follows.
const MOST_LINKS: usize = 40;

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

/// Writes where a person asked for it: to a pipe, a device or standard output as it comes, and otherwise in one step, to the file that a
/// link leads to.
pub(super) fn write_where_asked(path: &Path, text: &str) -> Result<(), WriteError> {
    let failed = |source| WriteError { path: path.to_owned(), source };
    // A folder in the way is an error of the last line.
    let found = fs::metadata(path).ok().filter(|found| !found.is_dir());
    let stream = found.and_then(|found| match standard_stream(&found) {
        None if found.is_file() => None,
        None => Some(OpenOptions::new().write(true).open(path)),
        Some(stream) => Some(Ok(stream)),
    });
    match stream {
        Some(stream) => stream.and_then(|mut stream| stream.write_all(text.as_bytes())).map_err(failed),
        None => write_atomically(&behind_links(path), text).map_err(|error| failed(error.source)),
    }
}

/// Standard output or standard error, if this is one of them: what is printed later then follows what is written.
fn standard_stream(found: &fs::Metadata) -> Option<File> {
    let streams = [io::stdout().as_fd().try_clone_to_owned(), io::stderr().as_fd().try_clone_to_owned()];
    let is_same = |file: &File| file.metadata().is_ok_and(|of| (of.dev(), of.ino()) == (found.dev(), found.ino()));
    streams.into_iter().flatten().map(File::from).find(is_same)
}

/// The path of the file itself, which need not be there yet.
fn behind_links(path: &Path) -> PathBuf {
    let mut target = path.to_owned();
    for _ in 0..MOST_LINKS {
        let Ok(next) = fs::read_link(&target) else { break };
        // An absolute one takes the place of the folder.
        target = target.parent().unwrap_or(Path::new("")).join(next);
    }
    target
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

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{FileTypeExt, symlink};

    use super::*;

    #[test]
    fn a_pipe_that_was_asked_for_is_written_to_and_stays_a_pipe() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("pipe");
        rustix::fs::mkfifoat(rustix::fs::CWD, &path, rustix::fs::Mode::RWXU).unwrap();
        // Open for both, so that neither end waits for the other.
        let mut pipe = OpenOptions::new().read(true).write(true).open(&path).unwrap();
        write_where_asked(&path, "figures\n").unwrap();
        assert!(fs::symlink_metadata(&path).unwrap().file_type().is_fifo());
        let mut bytes = [0; 8];
        io::Read::read_exact(&mut pipe, &mut bytes).unwrap();
        assert_eq!(&bytes, b"figures\n");
    }

    #[test]
    fn a_link_that_was_asked_for_stays_and_leads_to_the_text() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        fs::create_dir(at("elsewhere")).unwrap();
        fs::write(at("elsewhere/old.json"), "old").unwrap();
        for (link, target) in [("direct", "elsewhere/old.json"), ("twice", "direct"), ("new", "elsewhere/new.json")] {
            symlink(target, at(link)).unwrap();
            write_where_asked(&at(link), link).unwrap();
            assert!(fs::symlink_metadata(at(link)).unwrap().is_symlink(), "{link}");
            assert_eq!(fs::read_to_string(at(link)).unwrap(), link);
        }
        let read = |name: &str| fs::read_to_string(at(name)).unwrap();
        assert_eq!([read("elsewhere/old.json"), read("elsewhere/new.json")], ["twice", "new"]);
    }

    #[test]
    fn a_folder_in_the_place_of_a_file_is_an_error_with_the_path_that_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("there")).unwrap();
        symlink("there", folder.path().join("link")).unwrap();
        let text = write_where_asked(&folder.path().join("link"), "text").unwrap_err().to_string();
        assert!(text.starts_with("cannot write ") && text.contains("/link: "), "{text}");
    }
}
