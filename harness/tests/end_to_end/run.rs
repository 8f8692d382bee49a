//! Runs the probe and reads what it leaves behind.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

/// A specification: a sentence and the function that checks it.
pub(crate) type Trials = &'static [(&'static str, fn())];

/// A folder that the probe takes for its workspace.
pub(crate) struct Workspace {
    folder: TempDir,
}

/// A finished run of the probe.
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
    pub(crate) took: Duration,
    record: Option<String>,
}

impl Workspace {
    pub(crate) fn new() -> Workspace {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").expect("a manifest");
        Workspace { folder }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The probe with these arguments, ready to start, with the environment of a person's shell.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("PROOFLOAD_") || name.starts_with("GITHUB_") || name.starts_with("NEXTEST") {
                command.env_remove(name);
            }
        }
        command.args(arguments).env("PROBE", "1").env("CARGO_MANIFEST_DIR", self.path()).current_dir(self.path());
        command.env("TRACE", self.path().join("trace"));
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Finished {
        self.finish(self.command(arguments))
    }

    pub(crate) fn finish(&self, mut command: Command) -> Finished {
        let started = Instant::now();
        let output = command.stdin(Stdio::null()).output().expect("the probe starts");
        self.finished(&output, started.elapsed())
    }

    pub(crate) fn start(&self, arguments: &[&str]) -> Child {
        let mut command = self.command(arguments);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("the probe starts")
    }

    pub(crate) fn finished(&self, output: &Output, took: Duration) -> Finished {
        Finished {
            code: output.status.code(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
            took,
            record: std::fs::read_to_string(self.path().join("target/proofload/latest/run.json")).ok(),
        }
    }

    /// The lines that fixtures and servers left in the trace file.
    pub(crate) fn trace(&self) -> Vec<String> {
        let text = std::fs::read_to_string(self.path().join("trace")).unwrap_or_default();
        text.lines().map(str::to_owned).collect()
    }

    pub(crate) fn page(&self) -> Option<String> {
        std::fs::read_to_string(self.path().join("docs/performance-baselines.md")).ok()
    }

    /// Waits until the trace has a line that starts with `start`, and returns the rest of it.
    pub(crate) fn wait_for(&self, start: &str) -> String {
        let found = || self.trace().iter().find_map(|line| line.strip_prefix(start).map(str::to_owned));
        until(&format!("`{start}` in the trace"), found)
    }
}

impl Finished {
    pub(crate) fn record(&self) -> Value {
        let text = self.record.as_ref().unwrap_or_else(|| panic!("there is no record\n{self}"));
        serde_json::from_str(text).expect("the record is JSON")
    }

    /// How long its tests took in all: not the time for which another perf run held the machine.
    pub(crate) fn tests_took(&self) -> Duration {
        let record = self.record();
        let tests = record["tests"].as_array().expect("tests").iter();
        tests.map(|test| Duration::from_secs_f64(test["elapsed_s"].as_f64().expect("a time"))).sum()
    }

    /// The record of the test called `name`.
    pub(crate) fn test(&self, name: &str) -> Value {
        let record = self.record();
        let tests = record["tests"].as_array().expect("tests").clone();
        tests.into_iter().find(|test| test["name"] == name).unwrap_or_else(|| panic!("no {name} in {record:#}"))
    }

    #[track_caller]
    pub(crate) fn says(&self, text: &str) -> &Finished {
        assert!(self.stdout.contains(text) || self.stderr.contains(text), "expected `{text}` in\n{self}");
        self
    }

    #[track_caller]
    pub(crate) fn exits_with(&self, code: i32) -> &Finished {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }
}

impl std::fmt::Display for Finished {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(
            f,
            "exit {:?} after {:?}\n--- stdout\n{}\n--- stderr\n{}",
            self.code, self.took, self.stdout, self.stderr
        )
    }
}

/// Asks again and again until there is an answer, for up to 20 s.
pub(crate) fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + Duration::from_secs(20);
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(Instant::now() < deadline, "waited 20 s for {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

/// True while a process with this number exists and is no zombie.
pub(crate) fn is_alive(pid: &str) -> bool {
    let Ok(stat) = std::fs::read_to_string(format!("/proc/{pid}/stat")) else { return false };
    !stat.rsplit(')').next().unwrap_or_default().trim_start().starts_with('Z')
}

/// Sends a signal by its name, as a person does.
pub(crate) fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().expect("kill runs");
    assert!(sent.success());
}
