//! Which requests are written, and where: [`RequestsCsv`].

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use super::file::RequestsFile;
use super::queue::{RequestQueue, SharedFile, lock};
use crate::measure::RequestSink;
use crate::runner::Test;
use crate::session::folder::WriteError;
use crate::workload::RunPlan;

/// Where the files of tests with `requests_csv = true` are, in the folder of the run.
const FOLDER: &str = "requests";

/// The longest name of a file, without its end.
const LONGEST_NAME: usize = 120;

/// The files of a run of tests. Clones share them.
#[derive(Debug, Clone)]
pub(crate) struct RequestsCsv(Arc<Mutex<Files>>);

#[derive(Debug)]
struct Files {
    /// `--requests-csv FILE`
    given: Option<Given>,
    /// The folder of the run.
    run_folder: PathBuf,
    /// The test that is measured now, and how many runs it has begun in this measurement.
    test: Option<MeasuredTest>,
    /// Every file so far.
    all: Vec<SharedFile>,
    errors: Vec<String>,
}

#[derive(Debug)]
enum Given {
    /// For all tests of this process.
    Shared(SharedFile),
    /// cargo-nextest starts a process for each test, so each test has a file of its own.
    ForEachTest(PathBuf),
}

#[derive(Debug)]
struct MeasuredTest {
    name: String,
    file: SharedFile,
    runs: u32,
}

/// The files that were written, and why some are not complete.
#[derive(Debug, Default)]
pub(crate) struct WrittenRequests {
    pub(crate) paths: Vec<PathBuf>,
    pub(crate) errors: Vec<String>,
}

impl RequestsCsv {
    /// Writes to the file that was given, if one was. `is_one_of_many`: other processes of the same run write, too. `has_classes`: a test
    /// of this process has classes of users.
    pub(crate) fn open(
        given: Option<PathBuf>,
        run_folder: PathBuf,
        is_one_of_many: bool,
        has_classes: bool,
    ) -> Result<RequestsCsv, WriteError> {
        let mut files = Files { given: None, run_folder, test: None, all: Vec::new(), errors: Vec::new() };
        files.given = match given {
            Some(path) if is_one_of_many => Some(Given::ForEachTest(path)),
            Some(path) => Some(Given::Shared(files.keep(RequestsFile::create(&path, has_classes)?))),
            None => None,
        };
        Ok(RequestsCsv(Arc::new(Mutex::new(files))))
    }

    /// A measurement of `test` begins; the rows of an earlier one of the same test are taken back.
    pub(crate) fn begin_measurement(&self, test: &Test) {
        lock(&self.0).begin_measurement(test);
    }

    /// Takes the requests of the next run of `test`, or of one of the servers that it compares, if they are wanted.
    pub(crate) fn begin_run(&self, test: &Test, arm: Option<&str>) -> Option<Arc<dyn RequestSink>> {
        lock(&self.0).begin_run(test, arm)
    }

    /// What there is at the end.
    pub(crate) fn written(&self) -> WrittenRequests {
        let files = lock(&self.0);
        let mut written = WrittenRequests { paths: Vec::new(), errors: files.errors.clone() };
        for file in &files.all {
            let file = lock(file);
            written.paths.push(file.path().to_owned());
            written.errors.extend(file.stopped().map(str::to_owned));
        }
        written
    }
}

impl Files {
    fn keep(&mut self, file: RequestsFile) -> SharedFile {
        let file = Arc::new(Mutex::new(file));
        self.all.push(Arc::clone(&file));
        file
    }

    fn begin_measurement(&mut self, test: &Test) {
        match &mut self.test {
            Some(measured) if measured.name == test.id.name => {
                if lock(&measured.file).take_back() {
                    measured.runs = 0;
                }
            }
            _ => {
                self.test = self.file_of(test).map(|file| {
                    lock(&file).begin_test();
                    MeasuredTest { name: test.id.name.clone(), file, runs: 0 }
                });
            }
        }
    }

    fn begin_run(&mut self, test: &Test, arm: Option<&str>) -> Option<Arc<dyn RequestSink>> {
        let measured = self.test.as_mut().filter(|measured| measured.name == test.id.name)?;
        let is_one_run = matches!(test.runs, RunPlan::Once(_) | RunPlan::Spike(_));
        // A run that is made once more, for longer, takes the place of the one before; the servers of a test each have their run.
        if arm.is_none() && is_one_run && measured.runs > 0 && lock(&measured.file).take_back() {
            measured.runs = 0;
        }
        measured.runs += 1;
        let name = match arm {
            Some(arm) => format!("{} ({arm})", test.id.name),
            None => run_name(&test.id.name, is_one_run, measured.runs),
        };
        match RequestQueue::start(&name, &measured.file) {
            Ok(queue) => Some(Arc::new(queue)),
            Err(error) => {
                self.errors.push(format!("the requests of `{name}` were not written: {error}"));
                None
            }
        }
    }

    /// The file for the rows of `test`; `None` if they are not wanted, or cannot be written.
    fn file_of(&mut self, test: &Test) -> Option<SharedFile> {
        let path = match (&self.given, test.requests_csv) {
            (_, Some(false)) | (None, None) => return None,
            (Some(Given::Shared(file)), _) => return Some(Arc::clone(file)),
            (Some(Given::ForEachTest(path)), _) => beside(path, &file_name(&test.id.name)),
            (None, Some(true)) => unused(&self.run_folder.join(FOLDER), &file_name(&test.id.name)),
        };
        match RequestsFile::create(&path, !test.workload.mix.is_empty()) {
            Ok(file) => Some(self.keep(file)),
            Err(error) => {
                self.errors.push(error.to_string());
                None
            }
        }
    }
}

/// What the column `test` says. The runs of a series differ by their number, as in the table of the report.
pub(super) fn run_name(test: &str, is_one_run: bool, run: u32) -> String {
    if is_one_run && run == 1 { test.to_owned() } else { format!("{test} (run {run})") }
}

/// `all.csv` as `all.agent.health.csv`
pub(super) fn beside(path: &Path, name: &str) -> PathBuf {
    let stem = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    let end = path.extension().map_or_else(String::new, |end| format!(".{}", end.to_string_lossy()));
    path.with_file_name(format!("{stem}.{name}{end}"))
}

/// A path that no other test of the run has: names that differ may have the same name of a file.
pub(super) fn unused(folder: &Path, name: &str) -> PathBuf {
    let mut numbered = (2..).map(|number| format!("{name}-{number}"));
    let mut path = folder.join(format!("{name}.csv"));
    while path.exists() {
        let next = numbered.next().unwrap_or_default();
        path = folder.join(format!("{next}.csv"));
    }
    path
}

/// `agent::health` as `agent.health`: without what a file's name cannot have somewhere.
pub(super) fn file_name(test: &str) -> String {
    let is_plain = |character: char| character.is_alphanumeric() || matches!(character, '_' | '-' | '.');
    let name = test.replace("::", ".");
    name.chars().take(LONGEST_NAME).map(|character| if is_plain(character) { character } else { '-' }).collect()
}
