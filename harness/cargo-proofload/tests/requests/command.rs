//! Runs the command in a folder of its own.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;
use tempfile::TempDir;

/// A temporary folder in which the command runs, and where it keeps its records.
#[derive(Debug)]
pub(crate) struct Place {
    folder: TempDir,
}

/// What the command did.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    /// Both streams.
    pub(crate) text: String,
    /// The record of the run; `Null` if the run wrote no record.
    pub(crate) record: Value,
}

impl Place {
    pub(crate) fn new() -> Place {
        Place { folder: tempfile::tempdir().expect("a temporary folder") }
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn file(&self, name: &str, content: impl AsRef<[u8]>) {
        std::fs::write(self.path().join(name), content).expect("a file in a temporary folder");
    }

    /// `program` with these arguments, in this folder.
    pub(crate) fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        for (name, _) in std::env::vars_os() {
            if name.to_string_lossy().starts_with("PROOFLOAD_") {
                command.env_remove(name);
            }
        }
        command.env("XDG_STATE_HOME", self.path().join("state"));
        // What is sent is the same whatever else this machine does.
        command.env("PROOFLOAD_INTERNAL_LOCK", self.path().join("lock"));
        command.args(arguments).current_dir(self.path()).output().unwrap_or_else(|error| panic!("{program}: {error}"))
    }

    /// `proofload closed URL` with these options: by default one user and one request.
    pub(crate) fn closed(&self, url: &str, options: &[&str]) -> Ended {
        let load: &[_] = if options.contains(&"-n") { &["-c", "1"] } else { &["-c", "1", "-n", "1"] };
        let url: &[_] = if url.is_empty() { &[] } else { &[url] };
        let output = self.run(env!("CARGO_BIN_EXE_proofload"), &[&["closed"], url, load, options].concat());
        let text = [output.stdout, output.stderr].map(|text| String::from_utf8_lossy(&text).into_owned()).concat();
        let record = std::fs::read(self.path().join("state/proofload/latest/run.json"));
        let record = record.ok().and_then(|record| serde_json::from_slice(&record).ok()).unwrap_or_default();
        Ended { code: output.status.code().expect("no signal ended it"), text, record }
    }

    /// The same, which must succeed.
    #[track_caller]
    pub(crate) fn passes(&self, url: &str, options: &[&str]) -> Ended {
        let ended = self.closed(url, options);
        assert_eq!(ended.code, 0, "{options:?}: {}", ended.text);
        ended
    }

    /// The same, which must be refused before anything is sent.
    #[track_caller]
    pub(crate) fn refused(&self, url: &str, options: &[&str]) -> String {
        let ended = self.closed(url, options);
        assert_eq!((ended.code, &ended.record), (2, &Value::Null), "{options:?}: {}", ended.text);
        ended.text
    }
}

impl Ended {
    /// The names that requests were counted under, with how many each.
    pub(crate) fn endpoints(&self) -> Vec<(String, u64)> {
        let endpoints = self.record["tests"][0]["endpoints"].as_array().cloned().unwrap_or_default();
        let of = |endpoint: &Value| {
            let name = endpoint["name"].as_str().expect("each has a name").to_owned();
            (name, endpoint["requests"]["intended"].as_u64().expect("each is counted"))
        };
        endpoints.iter().map(of).collect()
    }
}
