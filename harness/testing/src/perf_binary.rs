//! A test binary that starts itself again as a perf binary, in a temporary workspace.
//!
//! The binary's `main` begins with [`is_wanted`]; the tests start it through a [`Workspace`] and read the [`FinishedRun`].

use std::fmt;
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::process::wait_for;

/// The environment variable that makes a test binary the perf binary of its `probe`.
pub const PROBE: &str = "PROBE";
/// The environment variable with the file to which the probe may write lines.
pub const TRACE: &str = "TRACE";

/// Where a run writes its record, below the workspace.
pub const RECORD: &str = "target/proofload/latest/run.json";

/// True if this process shall be the perf binary, or one of its servers: then its `main` calls `proofload::main`.
#[must_use]
pub fn is_wanted() -> bool {
    let is_child = std::env::args().nth(1).is_some_and(|first| first == "__proofload");
    is_child || std::env::var_os(PROBE).is_some()
}

/// The process that runs the tests: the perf binary that was started only watches over it.
///
/// `None` if there is none yet, or none any more.
#[must_use]
pub fn tests_process(perf_binary: u32) -> Option<u32> {
    let children = std::fs::read_to_string(format!("/proc/{perf_binary}/task/{perf_binary}/children")).ok()?;
    let runs_tests = |pid: &u32| {
        let arguments = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        arguments.split(|&byte| byte == 0).nth(2) == Some(b"tests")
    };
    children.split_whitespace().filter_map(|pid| pid.parse().ok()).find(runs_tests)
}

/// A temporary folder that the perf binary takes for its workspace; removed at the end.
#[derive(Debug)]
pub struct Workspace {
    folder: TempDir,
}

impl Default for Workspace {
    fn default() -> Workspace {
        Workspace::new()
    }
}

impl Workspace {
    /// An empty workspace.
    ///
    /// # Panics
    /// If no temporary folder can be made.
    #[must_use]
    pub fn new() -> Workspace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").expect("a manifest");
        Workspace { folder }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// This binary as the perf binary with these arguments, ready to start.
    ///
    /// # Panics
    /// If this binary has no path.
    #[must_use]
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this binary has a path"));
        command.args(arguments);
        self.prepare(&mut command);
        command
    }

    /// Sets the environment and the folder of a command that starts this binary: those of a person's shell.
    pub fn prepare(&self, command: &mut Command) {
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if ["PROOFLOAD_", "GITHUB_", "NEXTEST"].iter().any(|prefix| name.starts_with(prefix)) {
                command.env_remove(name);
            }
        }
        // The binary lies in the target folder of this project.
        command.env("PROOFLOAD_OUTPUT_DIR", "target/proofload");
        command.env(PROBE, "1").env(TRACE, self.path().join("trace"));
        command.env("CARGO_MANIFEST_DIR", self.path()).current_dir(self.path());
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    }

    /// Runs the perf binary with these arguments to its end.
    #[must_use]
    pub fn run(&self, arguments: &[&str]) -> FinishedRun {
        self.finish(self.command(arguments))
    }

    /// Runs a command to its end.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn finish(&self, mut command: Command) -> FinishedRun {
        let started = Instant::now();
        let output = command.output().expect("the perf binary starts");
        self.finished(&output, started.elapsed())
    }

    /// Starts the perf binary with these arguments.
    ///
    /// # Panics
    /// If it cannot be started.
    #[must_use]
    pub fn start(&self, arguments: &[&str]) -> Child {
        self.command(arguments).spawn().expect("the perf binary starts")
    }

    /// What a run that has ended leaves behind.
    #[must_use]
    pub fn finished(&self, output: &Output, took: Duration) -> FinishedRun {
        FinishedRun {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took,
            record: std::fs::read_to_string(self.path().join(RECORD)).ok(),
        }
    }

    /// The lines that fixtures and servers wrote to the trace file.
    #[must_use]
    pub fn trace(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path().join("trace")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    /// The page of baselines, if there is one.
    #[must_use]
    pub fn page(&self) -> Option<String> {
        std::fs::read_to_string(self.path().join("docs/performance-baselines.md")).ok()
    }

    /// Waits until the trace has a line that starts with `start`, and returns the rest of it.
    #[must_use]
    pub fn wait_for_trace(&self, start: &str) -> String {
        let found = || self.trace().iter().find_map(|line| line.strip_prefix(start).map(str::to_owned));
        wait_for(&format!("`{start}` in the trace"), found)
    }
}

/// A run that has ended.
#[derive(Debug)]
pub struct FinishedRun {
    /// `None` if a signal ended it.
    pub code: Option<i32>,
    /// What it printed.
    pub stdout: String,
    /// What it printed as errors.
    pub stderr: String,
    /// From its start to its end, with the time for which another perf run held the machine.
    pub took: Duration,
    record: Option<String>,
}

impl FinishedRun {
    /// Everything that it printed.
    #[must_use]
    pub fn printed(&self) -> String {
        format!("{}\n{}", self.stdout, self.stderr)
    }

    /// `run.json`.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn record(&self) -> Value {
        let text = self.record.as_ref().unwrap_or_else(|| panic!("there is no record\n{self}"));
        serde_json::from_str(text).unwrap_or_else(|error| panic!("the record is not JSON: {error}\n{text}"))
    }

    /// How long its tests took in all, without the time for which another perf run held the machine.
    ///
    /// # Panics
    /// If there is no record.
    #[must_use]
    pub fn tests_took(&self) -> Duration {
        let record = self.record();
        let tests = record["tests"].as_array().expect("a list of tests").iter();
        tests.map(|test| Duration::from_secs_f64(test["elapsed_s"].as_f64().expect("a time"))).sum()
    }

    /// The record of the test called `name`.
    ///
    /// # Panics
    /// If there is none.
    #[must_use]
    pub fn test(&self, name: &str) -> Value {
        let record = self.record();
        let test = record["tests"].as_array().into_iter().flatten().find(|test| test["name"] == name);
        test.unwrap_or_else(|| panic!("no {name} in {record:#}\n{self}")).clone()
    }

    /// Fails unless it printed this.
    #[track_caller]
    pub fn says(&self, text: &str) -> &FinishedRun {
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "expected `{text}` in\n{self}");
        self
    }

    /// Fails unless it ended with this exit code.
    #[track_caller]
    pub fn exits_with(&self, code: i32) -> &FinishedRun {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

impl fmt::Display for FinishedRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let FinishedRun { code, took, stdout, stderr, .. } = self;
        write!(f, "exit {code:?} after {took:?}\n--- stdout\n{stdout}\n--- stderr\n{stderr}")
    }
}
