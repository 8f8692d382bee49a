//! Where a run writes: its own folder, the link to the latest, and the baselines of the workspace.

use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use thiserror::Error;

/// A file or folder could not be written. The verdicts stand.
#[derive(Debug, Error)]
#[error("cannot write {}: {source}", path.display())]
pub(super) struct WriteError {
    pub(super) path: PathBuf,
    pub(super) source: io::Error,
}

/// The places a run writes to.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    /// The workspace of the package under test.
    pub(super) workspace: PathBuf,
    /// Where the runs lie.
    pub(super) output: PathBuf,
    /// The name of this run.
    pub(super) id: String,
}

impl Folders {
    /// The places for a run of the package in `manifest_dir`; `output_dir` moves the record, not the baselines.
    ///
    /// A relative `output_dir` is seen from the workspace: cargo runs tests in the package's folder, where nobody stands.
    pub(super) fn find(manifest_dir: &Path, output_dir: Option<&Path>, id: String) -> Folders {
        let workspace = workspace_root(manifest_dir);
        let output = workspace.join(output_dir.unwrap_or(Path::new("target/proofload")));
        Folders { workspace, output, id }
    }

    /// `target/proofload/runs/<id>`
    pub(super) fn run(&self) -> PathBuf {
        self.output.join("runs").join(&self.id)
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

/// The name of a new run: cargo-nextest's own if it started us, so that its processes share one record.
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

/// The text of a file; `None` if there is none.
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
