//! Runs the command in a folder of its own.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use proofload_testing::http_server::{Reply, ScriptedServer};
use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder in which the command runs, and another in which it keeps its records.
#[derive(Debug)]
pub(crate) struct Place {
    here: TempDir,
    state: TempDir,
}

/// What the command did.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) out: String,
    pub(crate) err: String,
    /// The record of the run; `Null` if the run wrote no record.
    pub(crate) record: Value,
}

impl Place {
    pub(crate) fn new() -> Place {
        let folder = || tempfile::tempdir().expect("a temporary folder");
        Place { here: folder(), state: folder() }
    }

    /// Where the command runs.
    pub(crate) fn path(&self) -> &Path {
        self.here.path()
    }

    /// Where it keeps what it remembers.
    pub(crate) fn state(&self) -> &Path {
        self.state.path()
    }

    pub(crate) fn file(&self, name: &str, content: &str) {
        std::fs::write(self.path().join(name), content).expect("a file in a temporary folder");
    }

    /// `proofload` with these arguments, in this folder.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofload"));
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PROOFLOAD_") {
                command.env_remove(name);
            }
        }
        command.env("XDG_STATE_HOME", self.state()).env_remove("CARGO_MANIFEST_DIR");
        // No test here asserts what else on this machine could change.
        command.env("PROOFLOAD_INTERNAL_LOCK", self.state().join("lock"));
        command.args(arguments).current_dir(self.path()).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().expect("the command starts");
        let [out, err] = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned());
        Ended { code: output.status.code().expect("no signal ended it"), out, err, record: self.record() }
    }

    /// The record of the latest run.
    pub(crate) fn record(&self) -> Value {
        let record = std::fs::read(self.state().join("proofload/latest/run.json"));
        record.ok().and_then(|record| serde_json::from_slice(&record).ok()).unwrap_or_default()
    }
}

impl Ended {
    pub(crate) fn test(&self) -> &Value {
        &self.record["tests"][0]
    }

    /// The requests that were intended, and those that were ok.
    pub(crate) fn counts(&self) -> (u64, u64) {
        let requests = &self.test()["totals"]["requests"];
        let count = |name: &str| requests[name].as_u64().unwrap_or_else(|| panic!("no {name} in {:#}", self.test()));
        (count("intended"), count("ok"))
    }
}

/// Answers `/` with 200, `/slow` after 30 ms, `/busy` with 503, and everything else with 404.
pub(crate) fn server() -> ScriptedServer {
    ScriptedServer::start(|received| match received.path.split('?').next().unwrap_or_default() {
        "/" => Reply::ok(),
        "/slow" => Reply::send_after(Duration::from_millis(30), "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"),
        "/busy" => Reply::response("503 Service Unavailable", "busy"),
        _ => Reply::response("404 Not Found", ""),
    })
}
