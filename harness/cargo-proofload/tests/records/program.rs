//! The program in a folder of its own.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use proofload_testing::http_server::{Reply, ScriptedServer};
use serde_json::Value;
use tempfile::TempDir;

/// A folder in which the program is started, outside any project; removed at the end.
pub(crate) struct Desk {
    folder: TempDir,
}

/// The program has ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Desk {
    pub(crate) fn new() -> Desk {
        Desk { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofload"));
        command.args(arguments).current_dir(self.folder.path()).env("XDG_STATE_HOME", self.folder.path().join("state"));
        command.env_remove("CARGO_MANIFEST_DIR").env_remove("NEXTEST_RUN_ID").env_remove("GITHUB_ACTIONS");
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ended {
        let output = self.command(arguments).output().expect("the program starts");
        Ended {
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }

    /// Writes a file; returns its path as an argument.
    pub(crate) fn write(&self, name: &str, text: &str) -> String {
        let path = self.path(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(&path, text).expect("it can be written");
        name.to_owned()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
    }

    /// A short closed load of `url`.
    pub(crate) fn offer(&self, url: &str) -> Ended {
        self.run(&["closed", url, "-n", "60", "-c", "2"])
    }

    /// The ids of the runs, the oldest first.
    pub(crate) fn runs(&self) -> Vec<String> {
        let entries = std::fs::read_dir(self.path("state/proofload/runs")).into_iter().flatten().flatten();
        let mut ids: Vec<String> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
        ids.sort();
        ids
    }

    pub(crate) fn record(&self, path: &str) -> Value {
        serde_json::from_str(&self.read(path)).expect("JSON")
    }
}

impl Ended {
    #[track_caller]
    pub(crate) fn exits_with(&self, code: i32) -> &Ended {
        assert_eq!(self.code, Some(code), "--- stdout\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn prints(&self, text: &str) -> &Ended {
        assert!(self.stdout.contains(text), "expected `{text}` in\n{}\n--- stderr\n{}", self.stdout, self.stderr);
        self
    }

    #[track_caller]
    pub(crate) fn complains(&self, text: &str) -> &Ended {
        assert!(self.stderr.contains(text), "expected `{text}` in\n{}", self.stderr);
        self
    }
}

/// A server that answers each request at once.
pub(crate) fn server() -> ScriptedServer {
    ScriptedServer::start(|_| Reply::ok())
}

/// The committed record of a perf binary: six seconds of an open load.
pub(crate) fn record_of_a_perf_binary() -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/records/open.json");
    serde_json::from_str(&std::fs::read_to_string(path).expect("it is committed")).expect("JSON")
}
