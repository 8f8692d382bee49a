//! Writes the results of a finished run: the record, the baselines, GitHub, the closing tables.

use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use super::folder::{Folders, WriteError, read_if_there, write_atomically};
use super::output::print_commands;
use super::requests_csv::WrittenRequests;
use crate::baseline::{Acceptance, Baselines, KnownTests, MergedBaselines};
use crate::outcome::{Outcome, RunReport};
use crate::report::record;
use crate::report::terminal::WrittenFile;
use crate::report::{github, markdown};

/// What was written and what was not. Does not change any verdict.
#[derive(Debug, Default)]
pub(super) struct Results {
    pub(super) errors: Vec<String>,
    pub(super) notes: Vec<String>,
    pub(super) written: Vec<WrittenFile>,
}

impl Results {
    /// The path is shown relative to the workspace: cargo runs tests in the package's folder, not in the current directory.
    pub(super) fn note_written(&mut self, what: &str, path: &Path, folders: &Folders) {
        let place = path.strip_prefix(&folders.workspace).unwrap_or(path).display().to_string();
        self.written.push(WrittenFile { description: what.to_owned(), path: place });
    }

    /// The same for what need not be a path.
    pub(super) fn note_place(&mut self, what: &str, place: String) {
        self.written.push(WrittenFile { description: what.to_owned(), path: place });
    }

    /// A source tree may be read-only, as in a container or a checkout of another user; the verdicts are as they are.
    fn note_unwritable(&mut self, error: &WriteError) {
        self.notes.push(format!("baselines not updated: {error}"));
    }

    /// Files that grew while the tests ran.
    pub(super) fn note_requests(&mut self, requests: &WrittenRequests, folders: &Folders) {
        requests.paths.iter().for_each(|path| self.note_written("requests", path, folders));
        self.errors.extend_from_slice(&requests.errors);
    }

    fn note_error(&mut self, result: Result<(), WriteError>) {
        if let Err(error) = result {
            self.errors.push(error.to_string());
        }
    }
}

/// Writes the record, the baselines and GitHub's summary.
pub(super) fn write(run: &RunReport, folders: &Folders, baselines: BaselinesWanted<'_>) -> Results {
    let mut results = Results::default();
    write_record(run, folders, &mut results);
    match baselines {
        BaselinesWanted::Yes { known_tests, acceptance } => {
            write_baselines(run, folders, (known_tests, acceptance), &mut results);
        }
        BaselinesWanted::No { why: Some(why) } => results.notes.push(format!("baselines not updated: {why}")),
        BaselinesWanted::No { why: None } => {}
    }
    write_github(run, &mut results);
    results
}

/// Whether this run may replace rows of the baselines.
#[derive(Debug, Clone, Copy)]
pub(super) enum BaselinesWanted<'a> {
    Yes { known_tests: &'a KnownTests, acceptance: Acceptance<'a> },
    No { why: Option<&'static str> },
}

/// The record of this run as it is now; `None` if it is missing or cannot be read.
pub(super) fn read(folders: &Folders) -> Option<RunReport> {
    record::parse(&read_if_there(&folders.record()).ok()??).ok()
}

/// `run.json`; processes of one cargo-nextest run write into the same record.
fn write_record(run: &RunReport, folders: &Folders, results: &mut Results) {
    let errors = results.errors.len();
    update_record(run, folders, results);
    if results.errors.len() == errors {
        results.note_written("run record", &folders.record(), folders);
        results.note_error(folders.point_latest());
        // The next run tries again, so this does not change the exit code.
        results.notes.extend(folders.prune().iter().map(ToString::to_string));
    }
}

/// Merges `run` into its record.
pub(super) fn update_record(run: &RunReport, folders: &Folders, results: &mut Results) {
    let path = folders.record();
    let fresh = run.clone();
    // Released when it is dropped. Without it, two processes of cargo-nextest may lose a test; alone, nothing is lost.
    let _lock = folders.lock_run();
    let merged = match read_if_there(&path) {
        Ok(None) => fresh,
        Ok(Some(text)) => match record::parse(&text) {
            Ok(before) => record::merge_runs(before, fresh),
            Err(error) => {
                return results.errors.push(format!("{} is left as it is: {error}", path.display()));
            }
        },
        Err(source) => return results.errors.push(WriteError { path, source }.to_string()),
    };
    results.note_error(write_atomically(&path, &record::to_json(&merged)));
}

/// The page and the data it is generated from; untouched when nothing passed that may replace a row.
fn write_baselines(
    run: &RunReport,
    folders: &Folders,
    (known_tests, acceptance): (&KnownTests, Acceptance<'_>),
    results: &mut Results,
) {
    let (data, page) = (folders.baselines_data(), folders.baselines_page());
    let before = match read_if_there(&data) {
        Ok(text) => text.map_or_else(|| Ok(Baselines::default()), |text| Baselines::from_json(&text)),
        Err(source) => return results.note_unwritable(&WriteError { path: data, source }),
    };
    let before = match before {
        Ok(before) => before,
        Err(error) => return results.errors.push(format!("{} is left as it is: {error}", data.display())),
    };
    if !run.tests.iter().any(|test| test.outcome == Outcome::Passed) {
        return;
    }
    if !run.environment.optimised {
        return results.notes.push("baselines not updated: this build is not optimised".to_owned());
    }
    let MergedBaselines { baselines: merged, note } = before.merge(run, known_tests, acceptance);
    results.notes.extend(note);
    // The data first: a page that could not be written is made from it by the next run.
    for (path, text) in [(&data, merged.to_json()), (&page, markdown::baselines(&merged))] {
        let is_current = read_if_there(path).is_ok_and(|old| old.as_deref() == Some(text.as_str()));
        if is_current {
            continue;
        }
        match write_atomically(path, &text) {
            Ok(()) if path == &page => results.note_written("baselines", path, folders),
            Ok(()) => {}
            Err(error) => return results.note_unwritable(&error),
        }
    }
}

/// The step summary and the annotations, on GitHub only.
fn write_github(run: &RunReport, results: &mut Results) {
    if std::env::var_os("GITHUB_ACTIONS").is_none() {
        return;
    }
    print_commands(&github::annotations(run));
    // A variable that is set to nothing counts as not set.
    if let Some(path) = std::env::var_os("GITHUB_STEP_SUMMARY").filter(|path| !path.is_empty()) {
        append_summary(run, Path::new(&path), results);
    }
}

/// A container may have the variable and not the file: the verdicts are as they are.
fn append_summary(run: &RunReport, path: &Path, results: &mut Results) {
    let append =
        || OpenOptions::new().create(true).append(true).open(path)?.write_all(github::step_summary(run).as_bytes());
    if let Err(source) = append() {
        let error = WriteError { path: path.to_owned(), source };
        results.notes.push(format!("the step summary of GitHub was not written: {error}"));
    }
}

#[cfg(test)]
mod tests {
    use super::super::folder::Start;
    use super::*;
    use crate::outcome::samples;

    #[test]
    fn documents_that_cannot_be_written_are_one_warning_and_no_error() {
        let root = tempfile::tempdir().unwrap();
        // Root may write anywhere, so a file stands where the folder should be.
        std::fs::write(root.path().join("docs"), "in the way").unwrap();
        let start = Start { manifest_dir: root.path(), binary: Path::new("perf"), output_dir: Some(root.path()) };
        let folders = Folders::find(start, "1-7".to_owned());
        let run = RunReport { tests: vec![samples::passed()], ..samples::run() };
        let known_tests = KnownTests::new();
        let mut results = Results::default();
        write_baselines(&run, &folders, (&known_tests, Acceptance::Necessary), &mut results);
        assert_eq!((results.errors.len(), results.notes.len()), (0, 1), "{results:?}");
        let note = &results.notes[0];
        assert!(note.starts_with("baselines not updated: cannot write") && note.contains("docs/"), "{note}");
    }

    #[test]
    fn a_step_summary_that_cannot_be_written_is_a_note_and_no_error() {
        let folder = tempfile::tempdir().unwrap();
        let mut results = Results::default();
        append_summary(&samples::run(), &folder.path().join("not mounted/summary"), &mut results);
        assert_eq!((results.errors.len(), results.notes.len()), (0, 1), "{results:?}");
        assert!(
            results.notes[0].starts_with("the step summary of GitHub was not written: cannot write"),
            "{results:?}"
        );
        append_summary(&samples::run(), &folder.path().join("summary"), &mut results);
        assert!(folder.path().join("summary").exists() && results.notes.len() == 1);
    }
}
