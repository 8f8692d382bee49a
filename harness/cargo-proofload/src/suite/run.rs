//! Runs the tests of a command.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use proofload::__command::{GivenTests, run_given};

use super::declared::DeclaredTest;

/// Tests with the options that a perf binary would be run with.
#[derive(Debug, Default)]
pub(crate) struct CommandSuite {
    tests: Vec<DeclaredTest>,
    options: Vec<OsString>,
}

impl CommandSuite {
    pub(crate) fn of(tests: Vec<DeclaredTest>) -> CommandSuite {
        let fixed = ["--no-baselines", "--history", "none"];
        CommandSuite { tests, options: fixed.into_iter().map(OsString::from).collect() }
    }

    /// Adds an option of a perf binary: `--html`, or `--html=FILE`.
    pub(crate) fn option(&mut self, option: impl Into<OsString>) {
        self.options.push(option.into());
    }

    /// Runs the tests; the exit code is that of a perf binary.
    pub(crate) fn run(mut self, output_folder: &Path) -> ExitCode {
        self.option("--output-dir");
        self.option(output_folder);
        let tests = self.tests.iter().map(|test| test.0).collect();
        run_given(GivenTests { tests, options: self.options })
    }
}

/// Where runs are kept: beside those of the tests in a Cargo project, else with what programs keep for their user.
pub(crate) fn home_of_runs() -> PathBuf {
    let here = std::env::current_dir().unwrap_or_default();
    if let Some(project) = here.ancestors().find(|folder| folder.join("Cargo.lock").is_file()) {
        return project.join("target/proofload");
    }
    let state = std::env::var_os("XDG_STATE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".local/state"));
    state.or_else(home).unwrap_or_else(std::env::temp_dir).join("proofload")
}
