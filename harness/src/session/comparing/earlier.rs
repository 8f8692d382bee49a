//! `--compare RUN`: finds an earlier run.

use std::path::{Path, PathBuf};
use std::{fs, io};

use thiserror::Error;

use crate::outcome::timestamp::rfc3339;
use crate::outcome::{RunReport, TestId, TestReport};
use crate::report::record::{self, RecordError};
use crate::session::folder::Folders;
use crate::session::typed_in;

/// Runs that are named in a message.
const MOST_NAMED: usize = 10;

/// A run that has been recorded.
#[derive(Debug)]
pub(crate) struct EarlierRun {
    /// Its id, or the path of its record.
    pub(crate) name: String,
    /// The path of its record.
    pub(crate) record: PathBuf,
    pub(crate) run: RunReport,
}

/// There is no such run, or it cannot be read.
#[derive(Debug, Error)]
pub(crate) enum UnknownRun {
    #[error("there is no run `{name}`{}", existing(.whose, .known))]
    Missing {
        name: String,
        /// `of this test target`, `in /shop/target/proofload/runs`
        whose: String,
        /// The newest first.
        known: Vec<String>,
    },
    #[error("`{name}`: {} cannot be read: {source}", path.display())]
    Unreadable { name: String, path: PathBuf, source: io::Error },
    #[error("`{name}`: {}: {source}", path.display())]
    Record { name: String, path: PathBuf, source: RecordError },
}

fn existing(whose: &str, known: &[String]) -> String {
    if known.is_empty() {
        return format!(": no run {whose} has been recorded yet; run a test once, or name a folder or a run.json");
    }
    let more =
        if known.len() > MOST_NAMED { format!("\n  and {} more", known.len() - MOST_NAMED) } else { String::new() };
    let lines: String = known.iter().take(MOST_NAMED).map(|line| format!("\n  {line}")).collect();
    format!(
        "; `latest`, `latest~1`, an id, a folder or a run.json is one. The runs {whose}, the newest first:{lines}{more}"
    )
}

/// Where runs are looked for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RunsOf<'r> {
    pub(crate) folders: &'r Folders,
    /// Any test of the test target: runs of other targets are not among the latest. Without one, all runs in the folder are.
    pub(crate) member: Option<&'r TestId>,
}

impl RunsOf<'_> {
    fn missing(self, name: &str) -> UnknownRun {
        let in_folder = || format!("in {}", runs_folder(self.folders).display());
        let whose = self.member.map_or_else(in_folder, |_| "of this test target".to_owned());
        UnknownRun::Missing { name: name.to_owned(), whose, known: RunsOfTarget::read(self).described() }
    }
}

impl EarlierRun {
    /// `latest`, `latest~1`, an id, a folder with a run, or a record. The run that is being made now is never one.
    pub(crate) fn find(name: &str, of: RunsOf<'_>) -> Result<EarlierRun, UnknownRun> {
        let folders = of.folders;
        if let Some(back) = back_from_latest(name) {
            let mut runs = RunsOfTarget::read(of);
            let run = if back < runs.0.len() { Some(runs.0.swap_remove(back)) } else { None };
            return run.ok_or_else(|| of.missing(name));
        }
        let is_id = !name.is_empty() && !name.contains('/');
        let by_id = is_id.then(|| runs_folder(folders).join(name).join("run.json")).filter(|path| path.is_file());
        let typed = || typed_in::folder(folders).join(name);
        let path = by_id.or_else(|| record_at(&typed()));
        let Some(path) = path.filter(|_| !name.is_empty()) else {
            return Err(of.missing(name));
        };
        let text = fs::read_to_string(&path).map_err(|source| UnknownRun::Unreadable {
            name: name.to_owned(),
            path: path.clone(),
            source,
        })?;
        let run = record::parse(&text).map_err(|source| UnknownRun::Record {
            name: name.to_owned(),
            path: path.clone(),
            source,
        })?;
        let id = if run.id.is_empty() { path.display().to_string() } else { run.id.clone() };
        Ok(EarlierRun { name: id, record: path, run })
    }
}

impl EarlierRun {
    /// The test with this identity.
    pub(super) fn test(&self, id: &TestId) -> Option<&TestReport> {
        self.run.tests.iter().find(|test| test.id.matches(id))
    }
}

fn runs_folder(folders: &Folders) -> PathBuf {
    folders.run().with_file_name("")
}

/// 0 for `latest`, 2 for `latest~2`.
fn back_from_latest(name: &str) -> Option<usize> {
    match name.strip_prefix("latest")? {
        "" => Some(0),
        "~" => Some(1),
        rest => rest.strip_prefix('~')?.parse().ok(),
    }
}

/// The path itself, or the record in the folder.
fn record_at(path: &Path) -> Option<PathBuf> {
    let inside = path.join("run.json");
    [inside, path.to_owned()].into_iter().find(|path| path.is_file())
}

/// The recorded runs with a test of this target, the newest first.
struct RunsOfTarget(Vec<EarlierRun>);

impl RunsOfTarget {
    fn read(RunsOf { folders, member }: RunsOf<'_>) -> RunsOfTarget {
        let entries = fs::read_dir(runs_folder(folders)).into_iter().flatten().flatten();
        let others = entries.map(|entry| entry.path()).filter(|path| path.file_name() != Some(folders.id.as_ref()));
        // What cannot be read was interrupted, or is of another version.
        let read = |record: PathBuf| {
            let run = record::parse(&fs::read_to_string(&record).ok()?).ok()?;
            Some(EarlierRun { name: run.id.clone(), record, run })
        };
        let runs = others.filter_map(|path| read(path.join("run.json")));
        let is_of_target = |test: &TestReport| member.is_none_or(|member| test.id.is_in_same_binary(member));
        let mut runs: Vec<EarlierRun> = runs.filter(|earlier| earlier.run.tests.iter().any(is_of_target)).collect();
        runs.sort_by_key(|earlier| std::cmp::Reverse(earlier.run.started));
        RunsOfTarget(runs)
    }

    fn described(&self) -> Vec<String> {
        let line = |earlier: &EarlierRun| {
            let run = &earlier.run;
            let commit =
                run.environment.git_commit.as_deref().map(|commit| format!(", {}", &commit[..commit.len().min(8)]));
            format!(
                "{}  {}, {} test{}{}",
                earlier.name,
                rfc3339(run.started),
                run.tests.len(),
                if run.tests.len() == 1 { "" } else { "s" },
                commit.unwrap_or_default()
            )
        };
        self.0.iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::outcome::samples;
    use crate::session::folder::{Start, write_atomically};

    /// The folder of a target with these runs, the oldest first; the next one is being made.
    fn with_runs(root: &Path, ids: &[&str]) -> Folders {
        fs::write(root.join("Cargo.toml"), "[package]\nname = 'perf-tests'\n").unwrap();
        let start = Start { manifest_dir: root, binary: Path::new("perf"), output_dir: Some(root) };
        for (number, id) in ids.iter().enumerate() {
            let started = samples::run().started + Duration::from_secs(60 * number as u64);
            let run = RunReport { id: (*id).to_owned(), started, tests: vec![samples::passed()], ..samples::run() };
            write_atomically(&root.join("runs").join(id).join("run.json"), &record::to_json(&run)).unwrap();
        }
        Folders::find(start, "9-9".to_owned())
    }

    fn of(folders: &Folders) -> RunsOf<'_> {
        RunsOf { folders, member: None }
    }

    #[test]
    fn the_latest_run_is_one_of_the_same_test_target() {
        let root = tempfile::tempdir().unwrap();
        let folders = with_runs(root.path(), &["1-7"]);
        let other = TestId::new("perf-tests", "nightly", "agent::health");
        let find =
            |member: TestId| EarlierRun::find("latest", RunsOf { folders: &folders, member: Some(&member) }).is_ok();
        assert!(find(samples::passed().id) && !find(other));
    }

    #[test]
    fn a_run_is_found_by_how_long_ago_it_was_by_its_id_and_by_its_path() {
        let root = tempfile::tempdir().unwrap();
        let folders = with_runs(root.path(), &["1-7", "2-7", "3-7", "9-9"]);
        let find = |name: &str| EarlierRun::find(name, of(&folders)).map(|earlier| earlier.name).unwrap_or_default();
        assert_eq!(["latest", "latest~", "latest~2", "2-7"].map(find), ["3-7", "2-7", "1-7", "2-7"]);
        let folder = root.path().join("runs/1-7");
        assert_eq!(find(folder.to_str().unwrap()), "1-7");
        assert_eq!(find(folder.join("run.json").to_str().unwrap()), "1-7");
    }

    #[test]
    fn a_run_that_does_not_exist_is_answered_with_those_that_do() {
        let root = tempfile::tempdir().unwrap();
        let folders = with_runs(root.path(), &["1-7", "2-7"]);
        for name in ["latest~2", "3-7", "nowhere/run.json", "latest~x", ""] {
            let text = EarlierRun::find(name, of(&folders)).unwrap_err().to_string();
            assert!(text.starts_with(&format!("there is no run `{name}`")), "{text}");
            assert!(text.contains("\n  2-7  2026-11-20T") && text.contains(", 1 test, b2cb837f"), "{text}");
        }
        fs::remove_dir_all(root.path().join("runs")).unwrap();
        let text = EarlierRun::find("latest", of(&folders)).unwrap_err().to_string();
        assert!(text.contains(&format!("no run in {}/runs", root.path().display())), "{text}");
        let member = samples::passed().id;
        let of_target = RunsOf { folders: &folders, member: Some(&member) };
        let text = EarlierRun::find("latest", of_target).unwrap_err().to_string();
        assert!(text.contains("no run of this test target has been recorded yet"), "{text}");
    }

    #[test]
    fn a_file_that_is_no_record_is_named_with_the_reason() {
        let root = tempfile::tempdir().unwrap();
        let folders = with_runs(root.path(), &[]);
        let path = root.path().join("run.json");
        fs::write(&path, "{\"schema\": \"proofload/run/9\"}").unwrap();
        let text = EarlierRun::find(path.to_str().unwrap(), of(&folders)).unwrap_err().to_string();
        assert!(text.contains("proofload/run/9") && text.contains("run.json"), "{text}");
    }
}
