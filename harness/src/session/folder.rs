//! Where a run writes: its own folder, the link to the latest, and the baselines of the workspace.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use thiserror::Error;

/// A file or folder could not be written. No verdict changes.
#[derive(Debug, Error)]
#[error("cannot write {}: {source}", path.display())]
pub(super) struct WriteError {
    pub(super) path: PathBuf,
    pub(super) source: io::Error,
}

/// The folders and files that a run writes.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    /// The workspace of the package under test.
    pub(super) workspace: PathBuf,
    /// The folder of all runs.
    pub(super) output: PathBuf,
    /// The name of this run.
    pub(super) id: String,
}

impl Folders {
    /// The places for a run of the package in `manifest_dir`; `output_dir` moves the record, not the baselines.
    ///
    /// A relative `output_dir` is relative to the workspace: cargo runs tests in the package's folder, which need not be
    /// the folder in which the person started cargo.
    pub(super) fn find(manifest_dir: &Path, output_dir: Option<&Path>, id: String) -> Folders {
        let workspace = workspace_root(manifest_dir);
        let output = workspace.join(output_dir.unwrap_or(Path::new("target/proofload")));
        Folders { workspace, output, id }
    }

    /// `target/proofload/runs/<id>`
    pub(super) fn run(&self) -> PathBuf {
        self.output.join("runs").join(&self.id)
    }

    /// Locks the run's folder against the other processes of the same run; `None` if there is none, or no lock.
    pub(super) fn lock_run(&self) -> Option<fs::File> {
        let folder = fs::File::open(self.run()).ok()?;
        folder.lock().ok()?;
        Some(folder)
    }

    /// `target/proofload/runs/<id>/run.json`
    pub(super) fn record(&self) -> PathBuf {
        self.run().join("run.json")
    }

    /// `target/proofload/latest/run.json`
    pub(super) fn latest_record(&self) -> PathBuf {
        self.output.join("latest/run.json")
    }

    /// `docs/performance-baselines.md`
    pub(super) fn baselines_page(&self) -> PathBuf {
        self.workspace.join("docs/performance-baselines.md")
    }

    /// `docs/performance-baselines.json`
    pub(super) fn baselines_data(&self) -> PathBuf {
        self.workspace.join("docs/performance-baselines.json")
    }

    /// Points `latest` at this run, in one step, so that a reader never finds it missing.
    pub(super) fn point_latest(&self) -> Result<(), WriteError> {
        let link = self.output.join("latest");
        let fresh = self.output.join(format!(".latest-{}", std::process::id()));
        let replace = || {
            match fs::remove_file(&fresh) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            std::os::unix::fs::symlink(Path::new("runs").join(&self.id), &fresh)?;
            fs::rename(&fresh, &link)
        };
        replace().map_err(|source| WriteError { path: link.clone(), source })
    }
}

/// How many runs are kept.
const KEPT_RUNS: usize = 50;

/// An old run could not be removed.
#[derive(Debug, Error)]
#[error("cannot remove the old run {}: {source}", path.display())]
pub(super) struct PruneError {
    path: PathBuf,
    source: io::Error,
}

impl Folders {
    /// Removes all but the newest runs; never this one, nor the one that `latest` names. A folder whose name is not that
    /// of a run is left alone.
    pub(super) fn prune(&self) -> Vec<PruneError> {
        let runs = self.output.join("runs");
        let failed = |path: &Path| {
            let path = path.to_owned();
            move |source| PruneError { path, source }
        };
        let entries = match fs::read_dir(&runs) {
            Ok(entries) => entries,
            Err(source) => return vec![failed(&runs)(source)],
        };
        let latest = fs::read_link(self.output.join("latest")).ok();
        let is_kept = |name: &std::ffi::OsStr| {
            name == self.id.as_str() || latest.as_deref().and_then(Path::file_name).is_some_and(|latest| latest == name)
        };
        let mut old: Vec<(SystemTime, PathBuf)> = entries
            // An entry that vanished meanwhile needs no removal.
            .flatten()
            .filter(|entry| is_run_id(&entry.file_name().to_string_lossy()) && !is_kept(&entry.file_name()))
            .filter_map(|entry| Some((entry.metadata().ok()?.modified().ok()?, entry.path())))
            .collect();
        old.sort();
        let excess = (old.len() + 1).saturating_sub(KEPT_RUNS);
        let removed = old.iter().take(excess).map(|(_, path)| match fs::remove_dir_all(path) {
            // Another process of the same cargo-nextest run has removed it.
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            result => result.map_err(failed(path)),
        });
        removed.filter_map(Result::err).collect()
    }
}

/// True for names as [`run_id`] makes them.
fn is_run_id(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.starts_with("nextest-") || name.split_once('-').is_some_and(|(at, pid)| is_number(at) && is_number(pid))
}

/// The name of a new run: cargo-nextest's own if it started this process, so that its processes share one record.
pub(super) fn run_id(nextest_run_id: Option<&str>, now: SystemTime) -> String {
    match nextest_run_id {
        Some(id) => format!("nextest-{id}"),
        None => {
            let seconds = now.duration_since(UNIX_EPOCH).unwrap_or_default();
            format!("{}-{}", seconds.as_millis(), std::process::id())
        }
    }
}

/// The nearest folder at or above `manifest_dir` whose `Cargo.toml` declares a workspace, else `manifest_dir` itself.
pub(super) fn workspace_root(manifest_dir: &Path) -> PathBuf {
    let declares_workspace = |folder: &&Path| {
        fs::read_to_string(folder.join("Cargo.toml"))
            .is_ok_and(|text| text.lines().any(|line| line.trim_start().starts_with("[workspace")))
    };
    manifest_dir.ancestors().find(declares_workspace).unwrap_or(manifest_dir).to_owned()
}

/// Replaces a file in one step: a reader sees the old text or the new one, and a full disk leaves the old one.
pub(super) fn write_atomically(path: &Path, text: &str) -> Result<(), WriteError> {
    let write = || -> io::Result<()> {
        let folder = path.parent().unwrap_or(Path::new("."));
        fs::create_dir_all(folder)?;
        let mut file = tempfile::Builder::new().permissions(readable_by_all()).tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    };
    write().map_err(|source| WriteError { path: path.to_owned(), source })
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
    use super::*;

    #[test]
    fn the_workspace_is_the_nearest_folder_that_declares_one() {
        let root = tempfile::tempdir().unwrap();
        let member = root.path().join("a/b");
        fs::create_dir_all(&member).unwrap();
        fs::write(member.join("Cargo.toml"), "[package]\nname = \"b\"\n").unwrap();
        assert_eq!(workspace_root(&member), member);
        fs::write(root.path().join("Cargo.toml"), "[workspace]\n").unwrap();
        assert_eq!(workspace_root(&member), root.path());
    }

    #[test]
    fn a_write_that_fails_names_the_path_and_leaves_the_old_file() {
        let root = tempfile::tempdir().unwrap();
        let blocked = root.path().join("docs");
        fs::write(&blocked, "a file where a folder should be").unwrap();
        let error = write_atomically(&blocked.join("page.md"), "new").unwrap_err().to_string();
        assert!(error.contains("docs/page.md"), "{error}");
        assert_eq!(fs::read_to_string(&blocked).unwrap(), "a file where a folder should be");
    }

    #[test]
    fn only_the_newest_runs_are_kept_and_other_folders_are_not_touched() {
        let root = tempfile::tempdir().unwrap();
        let at = |id: &str| Folders::find(root.path(), Some(root.path()), id.to_owned());
        let second = std::time::Duration::from_secs(1);
        for number in 0..KEPT_RUNS as u32 + 10 {
            let folders = at(&format!("{number}-7"));
            write_atomically(&folders.record(), "{}").unwrap();
            fs::File::open(folders.run()).unwrap().set_modified(UNIX_EPOCH + second * number).unwrap();
        }
        fs::create_dir(root.path().join("runs/notes of mine")).unwrap();
        at("0-7").point_latest().unwrap();
        let newest = at(&format!("{}-7", KEPT_RUNS + 9));
        assert!(newest.prune().is_empty());
        let is_there = |id: &str| root.path().join("runs").join(id).exists();
        assert!(is_there("0-7"), "`latest` names it");
        assert!(!is_there("1-7") && !is_there("9-7") && is_there("10-7") && newest.run().exists());
        assert!(is_there("notes of mine"));
        assert!(newest.prune().is_empty(), "nothing is left to do");
    }

    #[test]
    fn the_name_of_a_run_is_recognised() {
        assert!(is_run_id(&run_id(None, SystemTime::now())) && is_run_id(&run_id(Some("5f-1"), SystemTime::now())));
        assert!(!is_run_id("notes") && !is_run_id("2026-old") && !is_run_id("-"));
    }

    #[test]
    fn latest_points_at_the_newest_run() {
        let root = tempfile::tempdir().unwrap();
        for id in ["1", "2"] {
            let folders = Folders::find(root.path(), Some(root.path()), id.to_owned());
            write_atomically(&folders.record(), id).unwrap();
            folders.point_latest().unwrap();
            assert_eq!(fs::read_to_string(folders.latest_record()).unwrap(), id);
        }
    }
}
