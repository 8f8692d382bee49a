//! A temporary Rust project in which `proofload init` is run.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::{Mutex, PoisonError};

use tempfile::TempDir;

/// One project is compiled and measured at a time: a compiler beside a measurement makes it invalid.
static MEASURES: Mutex<()> = Mutex::new(());

/// A project; removed at the end.
#[derive(Debug)]
pub(crate) struct TemporaryProject {
    folder: TempDir,
}

/// What a command printed, and how it ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl TemporaryProject {
    pub(crate) fn with(files: &[(&str, &str)]) -> TemporaryProject {
        let project = TemporaryProject { folder: tempfile::tempdir().expect("a temporary folder") };
        files.iter().for_each(|(path, text)| project.write(path, text));
        project
    }

    /// What `cargo new shop` makes.
    pub(crate) fn binary() -> TemporaryProject {
        TemporaryProject::with(&[
            ("Cargo.toml", "[package]\nname = \"shop\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n"),
            ("src/main.rs", "fn main() {\n    println!(\"Hello, world!\");\n}\n"),
        ])
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.path().join(path);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a new folder");
        std::fs::write(path, text).expect("a new file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.path().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
    }

    /// All files with their texts, without what cargo writes.
    pub(crate) fn files(&self) -> BTreeMap<PathBuf, String> {
        let mut files = BTreeMap::new();
        let mut folders = vec![self.path().to_owned()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(&folder).expect("a folder") {
                let path = entry.expect("an entry").path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.file_name() != Some("Cargo.lock".as_ref()) {
                    let shown = path.strip_prefix(self.path()).expect("below the project").to_owned();
                    files.insert(shown, std::fs::read_to_string(&path).expect("text"));
                }
            }
        }
        files
    }

    /// Runs `proofload init` in a folder of the project.
    pub(crate) fn init_in(&self, folder: &str, arguments: &[&str]) -> Ended {
        let mut command = Command::new(env!("CARGO_BIN_EXE_proofload"));
        command.arg("init").args(arguments).current_dir(self.path().join(folder)).stdin(Stdio::null());
        ended(&command.output().expect("proofload starts"))
    }

    pub(crate) fn init(&self, arguments: &[&str]) -> Ended {
        self.init_in(".", arguments)
    }

    /// `cargo test --test perf` with these arguments for the perf binary: without the network, and in the target folder of this
    /// test, so that the library is compiled once for all projects.
    pub(crate) fn test_perf(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
        let _alone = MEASURES.lock().unwrap_or_else(PoisonError::into_inner);
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors().nth(2).expect("the workspace");
        std::fs::copy(workspace.join("Cargo.lock"), self.path().join("Cargo.lock")).expect("a lock file");
        let target = Path::new(env!("CARGO_BIN_EXE_proofload")).ancestors().nth(2).expect("a target folder");
        let mut command = Command::new(env!("CARGO"));
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PROOFLOAD_")) {
            command.env_remove(name);
        }
        // Without optimisation, which would take minutes and prove no more of what was written into the project; and without line
        // numbers, as this workspace builds most dependencies, so that they are not built again.
        command.args(["test", "--offline", "--profile", "dev", "--test", "perf"]).current_dir(self.path());
        command.env("CARGO_PROFILE_DEV_DEBUG", "0");
        // The record of the workspace's own perf tests lies in the target folder, too.
        command.env("CARGO_TARGET_DIR", target).env("PROOFLOAD_OUTPUT_DIR", self.path().join("target/proofload"));
        command.env("CARGO_INCREMENTAL", "0").envs(variables.iter().copied());
        command.arg("--").args(arguments).stdin(Stdio::null());
        let mut run = || ended(&command.output().expect("cargo starts"));
        // An invalid measurement says that the machine was busy, and nothing about the project.
        let mut ended = run();
        for _ in 0..2 {
            if ended.code == Some(102) && ended.stdout.contains("INVALID") {
                ended = run();
            }
        }
        ended
    }
}

fn ended(output: &Output) -> Ended {
    Ended {
        code: output.status.code(),
        stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
        stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}

/// True if projects are to be compiled and measured, for which the library is compiled with other features than elsewhere: it takes
/// minutes, so `INIT_PROJECTS=all` asks for it, as `.ci/run` does.
pub(crate) fn is_asked_for() -> bool {
    let is_asked_for = std::env::var("INIT_PROJECTS").is_ok_and(|which| which == "all");
    if !is_asked_for {
        eprintln!("the project was not compiled: INIT_PROJECTS=all asks for it");
    }
    is_asked_for
}

/// The text, with the folder of the library as `LIBRARY`: it differs from checkout to checkout.
pub(crate) fn without_checkout(text: &str) -> String {
    let library = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the library");
    text.replace(&library.canonicalize().expect("a folder").display().to_string(), "LIBRARY")
}
