//! Runs the tests of a command.

use std::ffi::OsString;
use std::path::PathBuf;
use std::process::ExitCode;

pub(crate) use proofload::__command::Printed;
use proofload::__command::{GivenTests, run_given};

use super::declared::DeclaredTest;

/// Tests with the options that a perf binary would be run with.
#[derive(Debug)]
pub(crate) struct CommandSuite {
    tests: Vec<DeclaredTest>,
    options: Vec<OsString>,
    /// Where the run is kept.
    folder: PathBuf,
    printed: Printed,
}

impl CommandSuite {
    pub(crate) fn of(tests: Vec<DeclaredTest>) -> CommandSuite {
        let fixed = ["--no-baselines", "--history", "none", "--include-ignored"];
        let options = fixed.into_iter().map(OsString::from).collect();
        CommandSuite { tests, options, folder: home_of_runs(), printed: Printed::default() }
    }

    /// Adds an option of a perf binary: `--html`, or `--html=FILE`.
    pub(crate) fn option(&mut self, option: impl Into<OsString>) {
        self.options.push(option.into());
    }

    /// Keeps the run there, and not at [`home_of_runs`].
    pub(crate) fn keep_in(&mut self, folder: impl Into<PathBuf>) {
        self.folder = folder.into();
    }

    /// What is printed on standard output.
    pub(crate) fn print(&mut self, printed: Printed) {
        self.printed = printed;
    }

    /// Runs the tests; the exit code is that of a perf binary.
    pub(crate) fn run(mut self) -> ExitCode {
        let folder = self.folder.clone();
        self.option("--output-dir");
        self.option(folder);
        let required = self.tests.iter().flat_map(|test| test.required.clone()).collect();
        let tests = self.tests.iter().map(|test| test.declaration).collect();
        run_given(GivenTests { tests, options: self.options, printed: self.printed, required })
    }
}

/// Where runs are kept: beside those of the tests in a Cargo project, else with what programs keep for their user.
pub(crate) fn home_of_runs() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    if let Some(project) = here.ancestors().find(|folder| folder.join("Cargo.lock").is_file()) {
        return project.join("target/proofload");
    }
    home_of_state()
}

/// What programs keep for their user, and this program in it.
pub(crate) fn home_of_state() -> PathBuf {
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    state.or_else(home).unwrap_or_else(std::env::temp_dir).join("proofload")
}
