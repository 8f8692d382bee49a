//! Two loads on one machine measure each other, so only one perf run at a time may offer load.

use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use rustix::fs::OFlags;
use thiserror::Error;

/// Held for as long as a run offers load. The system releases it however the process ends.
#[derive(Debug)]
pub(super) struct MachineLock {
    _file: File,
}

/// What became of an attempt to take the lock.
#[derive(Debug)]
pub(super) enum LockAttempt {
    /// It was free.
    Locked(MachineLock),
    /// Another run holds it: the process, with its number and program.
    HeldBy(String),
}

/// The lock cannot be taken at all.
#[derive(Debug, Error)]
#[error("cannot lock {}, which prevents two perf runs at once on one machine: {source}\n  make the file readable for this user, or remove it when no perf run is active", path.display())]
pub(super) struct LockError {
    path: PathBuf,
    source: io::Error,
}

/// Another file to lock, for this project's own tests.
const OTHER_LOCK: &str = "PROOFLOAD_INTERNAL_LOCK";

/// The file that all runs on this machine agree on, whatever their `TMPDIR`.
pub(super) fn machine_lock_path() -> PathBuf {
    lock_path(std::env::var_os(OTHER_LOCK).map(PathBuf::from), Path::new("/tmp"), &std::env::temp_dir())
}

/// The folder of this process is only for systems without the shared one.
fn lock_path(other: Option<PathBuf>, shared: &Path, own: &Path) -> PathBuf {
    let folder = if shared.is_dir() { shared } else { own };
    other.unwrap_or_else(|| folder.join("proofload.lock"))
}

impl MachineLock {
    /// Takes the lock if it is free.
    pub(super) fn attempt(path: &Path) -> Result<LockAttempt, LockError> {
        let failed = |source| LockError { path: path.to_owned(), source };
        let mut file = open(path).map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(LockAttempt::HeldBy(holder(&mut file))),
            Err(TryLockError::Error(source)) => return Err(failed(source)),
        }
        // Another user's file may be read-only. The lock works without the name, which only improves a message.
        let _name_written = write_name(&mut file);
        Ok(LockAttempt::Locked(MachineLock { _file: file }))
    }
}

/// Does not follow a link, because anyone may have put one in a shared folder, and the file is overwritten.
fn open(path: &Path) -> io::Result<File> {
    let no_link = i32::try_from(OFlags::NOFOLLOW.bits()).unwrap_or(0);
    let opened =
        OpenOptions::new().read(true).write(true).create(true).truncate(false).custom_flags(no_link).open(path);
    match opened {
        Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            OpenOptions::new().read(true).custom_flags(no_link).open(path)
        }
        opened => opened,
    }
}

/// The process that holds the lock. The system knows it at once; its own signature may be missing or of an earlier run.
fn holder(file: &mut File) -> String {
    let mut signature = String::new();
    // A file that cannot be read has no signature.
    let _bytes = file.read_to_string(&mut signature);
    let signature = signature.trim();
    let locks = std::fs::read_to_string("/proc/locks").unwrap_or_default();
    let process = file.metadata().ok().and_then(|file| process_in(&locks, file.dev(), file.ino()));
    match process {
        Some(process) if signature.starts_with(&format!("process {process} ")) => signature.to_owned(),
        Some(process) => format!("process {process} ({})", program(process)),
        None if signature.is_empty() => "a process that has not signed yet".to_owned(),
        None => signature.to_owned(),
    }
}

/// Which process has locked the file, by the lines of `/proc/locks`: `1: FLOCK ADVISORY WRITE 4711 fe:00:1234 0 EOF`.
fn process_in(locks: &str, device: u64, inode: u64) -> Option<u32> {
    let file = format!("{:02x}:{:02x}:{inode}", rustix::fs::major(device), rustix::fs::minor(device));
    let holds = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        // A process of another container has the number 0.
        (words.get(1) == Some(&"FLOCK") && words.get(5) == Some(&file.as_str()))
            .then(|| words[4].parse().ok().filter(|process| *process > 0))?
    };
    locks.lines().find_map(holds)
}

/// The program of a process, as it was started.
fn program(process: u32) -> String {
    let line = std::fs::read(format!("/proc/{process}/cmdline")).unwrap_or_default();
    let program = line.split(|byte| *byte == 0).next().unwrap_or_default();
    match program {
        [] => "its program is not known".to_owned(),
        program => String::from_utf8_lossy(program).into_owned(),
    }
}

fn write_name(file: &mut File) -> io::Result<()> {
    let program = std::env::current_exe().map(|path| path.display().to_string()).unwrap_or_default();
    // Whatever the umask: other users wait for this run too. It fails for another user's file.
    let _opened_to_all = file.set_permissions(Permissions::from_mode(0o666));
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
        let LockAttempt::Locked(first) = MachineLock::attempt(&path).unwrap() else { panic!("the lock is free") };
        let LockAttempt::HeldBy(holder) = MachineLock::attempt(&path).unwrap() else { panic!("it is held") };
        assert!(holder.starts_with(&format!("process {} (", std::process::id())), "{holder}");
        drop(first);
        assert!(matches!(MachineLock::attempt(&path).unwrap(), LockAttempt::Locked(_)));
    }

    #[test]
    fn the_lock_is_one_for_the_machine_whatever_the_folder_for_temporary_files() {
        let (shared, own) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let lock = |shared: &Path| lock_path(None, shared, own.path());
        assert_eq!(lock(shared.path()), shared.path().join("proofload.lock"));
        assert_eq!(lock(Path::new("/no such folder")), own.path().join("proofload.lock"));
    }

    #[test]
    fn a_link_in_the_place_of_the_lock_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let (path, precious) = (folder.path().join("lock"), folder.path().join("precious"));
        std::fs::write(&precious, "text").unwrap();
        std::os::unix::fs::symlink(&precious, &path).unwrap();
        assert!(MachineLock::attempt(&path).is_err());
        assert_eq!(std::fs::read_to_string(&precious).unwrap(), "text");
    }

    #[test]
    fn the_holder_is_found_among_the_locks_of_the_system() {
        let locks = "1: POSIX  ADVISORY  WRITE 7 fe:00:1234 0 EOF\n\
                     2: FLOCK  ADVISORY  WRITE 4711 fe:00:1234 0 EOF\n\
                     2: -> FLOCK  ADVISORY  WRITE 4712 fe:00:1234 0 EOF\n\
                     3: FLOCK  ADVISORY  WRITE 0 fe:00:99 0 EOF\n";
        let device = rustix::fs::makedev(0xfe, 0);
        assert_eq!(process_in(locks, device, 1234), Some(4711));
        assert_eq!(process_in(locks, device, 99), None, "a process of another container");
        assert_eq!(process_in("", device, 1234), None);
    }
}
