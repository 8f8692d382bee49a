//! Where a run writes: its own folder, the link to the latest, and the baselines of the workspace.

use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use thiserror::Error;

use super::cargo;
pub(super) use super::text_file::{WriteError, read_if_there, write_atomically, write_new};

/// The folders and files that a run writes.
#[derive(Debug, Clone)]
pub(super) struct Folders {
    /// The workspace of the package under test.
    pub(super) workspace: PathBuf,
    /// The folder of all runs.
    pub(super) output: PathBuf,
    /// The name of this run.
    pub(super) id: String,
    /// The package and the test target: `shop.perf`.
    target: String,
    /// A person has named the folder of all runs.
    is_chosen: bool,
}

/// From where a run is started.
#[derive(Debug, Clone, Copy)]
pub(super) struct Start<'a> {
    /// The folder of the package under test.
    pub(super) manifest_dir: &'a Path,
    /// This binary.
    pub(super) binary: &'a Path,
    /// Moves the record, not the baselines.
    pub(super) output_dir: Option<&'a Path>,
}

impl Folders {
    /// The places for the run called `id`: by default in the target folder that the binary lies in.
    ///
    /// A relative `output_dir` is relative to the workspace: cargo runs tests in the package's folder, which need not be
    /// the folder in which the person started cargo.
    pub(super) fn find(start: Start<'_>, id: String) -> Folders {
        let workspace = cargo::workspace_root(start.manifest_dir);
        let target_folder = || cargo::target_folder(start.binary).unwrap_or_else(|| workspace.join("target"));
        let output = match start.output_dir {
            Some(chosen) => workspace.join(chosen),
            None => target_folder().join("proofload"),
        };
        let names = [cargo::package_name(start.manifest_dir), cargo::target_name(start.binary)];
        let target = names.into_iter().flatten().collect::<Vec<_>>().join(".");
        Folders { workspace, output, id, target, is_chosen: start.output_dir.is_some() }
    }

    /// Makes sure that this run can write. The default folder gives way to one among the temporary files, and the text says
    /// so; one that a person has named does not.
    pub(super) fn prepare(&mut self) -> Result<Option<String>, WriteError> {
        let Err(error) = try_to_write(&self.output.join("runs")) else { return Ok(None) };
        let elsewhere = self.elsewhere();
        if self.is_chosen || try_to_write(&elsewhere.join("runs")).is_err() {
            return Err(error);
        }
        self.output = elsewhere;
        Ok(Some(format!("{error}; what this run writes is in {}", self.output.display())))
    }

    /// Where runs write if the target folder cannot be written.
    fn elsewhere(&self) -> PathBuf {
        let workspace = self.workspace.to_string_lossy().replace('/', "-");
        std::env::temp_dir().join(format!("proofload-{}{workspace}", rustix::process::getuid().as_raw()))
    }

    /// `target/proofload/runs/<id>`
    pub(super) fn run(&self) -> PathBuf {
        self.output.join("runs").join(&self.id)
    }

    /// True if other processes of cargo-nextest write into the same folder.
    pub(super) fn is_shared_run(&self) -> bool {
        self.id.starts_with(NEXTEST)
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

    /// Those of the run that is recorded at `record`, whose history is beside its runs.
    pub(super) fn of_record(&self, record: &Path) -> Folders {
        let record = record.canonicalize().unwrap_or_else(|_| record.to_owned());
        let run = record.parent().and_then(|run| Some((run.parent()?, run.file_name()?)));
        match run {
            Some((runs, id)) if runs.ends_with("runs") => {
                Folders { output: runs.with_file_name(""), id: id.to_string_lossy().into_owned(), ..self.clone() }
            }
            _ => self.clone(),
        }
    }

    /// The record of the last run of the same test target: `target/proofload/latest-shop.perf/run.json`.
    pub(super) fn latest_record(&self) -> PathBuf {
        let record = |output: &Path| output.join(self.latest_of_target()).join("run.json");
        let usual = record(&self.output);
        if self.is_chosen || usual.exists() {
            usual
        } else {
            Some(record(&self.elsewhere())).filter(|path| path.exists()).unwrap_or(usual)
        }
    }

    fn latest_of_target(&self) -> String {
        format!("{LATEST}-{}", self.target)
    }

    /// `docs/performance-baselines.md`
    pub(super) fn baselines_page(&self) -> PathBuf {
        self.workspace.join("docs/performance-baselines.md")
    }

    /// `docs/performance-baselines.json`
    pub(super) fn baselines_data(&self) -> PathBuf {
        self.workspace.join("docs/performance-baselines.json")
    }

    /// Points `latest`, and the link of the same name for this test target, at this run.
    pub(super) fn point_latest(&self) -> Result<(), WriteError> {
        self.point(&self.latest_of_target())?;
        self.point(LATEST)
    }

    /// Points a link at this run, in one step, so that a reader never finds it missing.
    fn point(&self, name: &str) -> Result<(), WriteError> {
        let link = self.output.join(name);
        let fresh = self.output.join(format!(".{name}-{}", std::process::id()));
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

/// The link to the last run of all, and the beginning of the names of those to the last run of each test target.
const LATEST: &str = "latest";

/// Makes the folder, and a file in it that is gone at once.
fn try_to_write(folder: &Path) -> Result<(), WriteError> {
    let written = fs::create_dir_all(folder).and_then(|()| tempfile::tempfile_in(folder)).map(drop);
    written.map_err(|source| WriteError { path: folder.to_owned(), source })
}

/// How the name of a run begins that cargo-nextest has started.
const NEXTEST: &str = "nextest-";

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
    /// Removes all but the newest runs; never this one, nor one that is the latest of a
    /// test target. A folder whose name is not that
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
        let latest = self.latest_runs();
        let is_kept = |name: &OsStr| name == self.id.as_str() || latest.iter().any(|latest| latest == name);
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

impl Folders {
    /// The names of the runs that `latest` and the like name.
    fn latest_runs(&self) -> Vec<OsString> {
        let entries = fs::read_dir(&self.output).into_iter().flatten().flatten();
        let links = entries.filter(|entry| entry.file_name().to_string_lossy().starts_with(LATEST));
        links.filter_map(|link| Some(fs::read_link(link.path()).ok()?.file_name()?.to_owned())).collect()
    }
}

/// True for names as [`run_id`] makes them.
pub(super) fn is_run_id(name: &str) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    name.starts_with(NEXTEST) || name.split_once('-').is_some_and(|(at, pid)| is_number(at) && is_number(pid))
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

#[cfg(test)]
mod tests {
    use super::*;

    /// The run `id` of a test target of the package in `root`, which is also the folder of all runs.
    fn at(root: &Path, target: &str, id: &str) -> Folders {
        let binary = Path::new("/built/debug/deps").join(target);
        Folders::find(Start { manifest_dir: root, binary: &binary, output_dir: Some(root) }, id.to_owned())
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
        let at = |id: &str| at(root.path(), "perf", id);
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
            let folders = at(root.path(), "perf", id);
            write_atomically(&folders.record(), id).unwrap();
            folders.point_latest().unwrap();
            assert_eq!(fs::read_to_string(folders.latest_record()).unwrap(), id);
        }
    }

    #[test]
    fn each_test_target_has_a_latest_run_of_its_own_which_is_kept() {
        let root = tempfile::tempdir().unwrap();
        fs::write(root.path().join("Cargo.toml"), "[package]\nname = 'shop'\n").unwrap();
        let (soak, perf) = (at(root.path(), "soak-0123456789abcdef", "1-7"), at(root.path(), "perf", "2-7"));
        for folders in [&soak, &perf] {
            write_atomically(&folders.record(), &folders.id).unwrap();
            folders.point_latest().unwrap();
        }
        let read = |path: &Path| fs::read_to_string(path).unwrap();
        assert_eq!(read(&soak.latest_record()), "1-7");
        assert_eq!(read(&root.path().join("latest-shop.perf/run.json")), "2-7");
        assert_eq!(read(&root.path().join("latest/run.json")), "2-7");
        assert_eq!(perf.latest_runs().len(), 3);
    }

    #[test]
    fn by_default_a_run_writes_into_the_target_folder_of_its_binary() {
        let root = tempfile::tempdir().unwrap();
        let find = |binary: &str| {
            let start = Start { manifest_dir: root.path(), binary: Path::new(binary), output_dir: None };
            Folders::find(start, String::new()).output
        };
        assert_eq!(find("/built/here/debug/deps/perf-0123456789abcdef"), Path::new("/built/here/proofload"));
        assert_eq!(find("/opt/perf"), root.path().join("target/proofload"));
    }
}
