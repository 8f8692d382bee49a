//! Runs one test of the probe as a person runs it, and reads its record and its server's.

use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// A specification: a sentence and the function that checks it.
pub(crate) type Trials = &'static [(&'static str, fn())];

/// The file in which a server's own record is left for the proof.
pub(crate) const RECORD: &str = "TRUTH_RECORD";
/// The parameters with which the server of a proof is configured.
pub(crate) const CONFIGURE: &str = "TRUTH_CONFIGURE";
/// What makes this binary the perf binary of `probe`.
pub(crate) const PROBE: &str = "TRUTH_PROBE";

/// How often a run that says of itself that it proves nothing is done again.
const TRIES: u64 = 5;

/// One test of the probe, with the server as the proof wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof {
    /// The whole name of the test.
    pub(crate) test: &'static str,
    /// For the server's `/configure`.
    pub(crate) configure: &'static str,
}

/// What a run said, and what its server did.
#[derive(Debug)]
pub(crate) struct Told {
    /// The test in `run.json`.
    pub(crate) test: Value,
    /// The server's `/record`; null if the test left none.
    pub(crate) server: Value,
    /// What the run printed.
    pub(crate) printed: String,
}

impl Proof {
    /// Runs until a run is valid. A wrong run is never done again.
    pub(crate) fn valid(self) -> Told {
        self.valid_with(&[]).remove(0)
    }

    /// Runs together with `others` until all are valid: what was told of each, this test first.
    pub(crate) fn valid_with(self, others: &[&'static str]) -> Vec<Told> {
        let mut reasons = Vec::new();
        for pause_s in 1..=TRIES {
            let told = self.run(others, |_| {});
            let Some(invalid) = told.iter().find(|told| told.outcome() == "invalid") else { return told };
            reasons.push(invalid.test["reason"].to_string());
            // Whatever disturbs the machine may be over by then.
            std::thread::sleep(Duration::from_secs(pause_s));
        }
        panic!("no run of {} in {TRIES} was valid on this machine:\n{}", self.test, reasons.join("\n"));
    }

    /// Runs once, whatever comes of it.
    pub(crate) fn once(self) -> Told {
        self.while_running(|_| {})
    }

    /// Runs once, and meanwhile does `meddle` with the process.
    pub(crate) fn while_running(self, meddle: impl FnOnce(&Child)) -> Told {
        self.run(&[], meddle).remove(0)
    }

    fn run(self, others: &[&'static str], meddle: impl FnOnce(&Child)) -> Vec<Told> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").expect("a manifest");
        let probe = self.command(folder.path()).args(others).spawn().expect("the probe starts");
        meddle(&probe);
        let output = probe.wait_with_output().expect("the probe ends");
        [self.test].iter().chain(others).map(|name| told(name, &folder, &output)).collect()
    }

    fn command(self, folder: &Path) -> Command {
        let mut command = Command::new(std::env::current_exe().expect("this binary"));
        for (name, _) in std::env::vars_os() {
            let name = name.to_string_lossy().into_owned();
            if name.starts_with("PROOFLOAD_") || name.starts_with("GITHUB_") || name.starts_with("NEXTEST") {
                command.env_remove(name);
            }
        }
        command.args(["--exact", self.test, "--include-ignored", "--progress", "never"]);
        command.env(PROBE, "1").env(CONFIGURE, self.configure).env(RECORD, folder.join("record.json"));
        command.env("CARGO_MANIFEST_DIR", folder).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

fn told(name: &str, folder: &TempDir, output: &Output) -> Told {
    let printed = format!("{}\n{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let read = |path: &str| {
        let text = std::fs::read_to_string(folder.path().join(path));
        let text = text.unwrap_or_else(|error| panic!("{path}: {error}\n{printed}"));
        serde_json::from_str::<Value>(&text).unwrap_or_else(|error| panic!("{path}: {error}\n{text}"))
    };
    let record = read("target/proofload/latest/run.json");
    let test = record["tests"].as_array().and_then(|tests| tests.iter().find(|test| test["name"] == name));
    let test = test.unwrap_or_else(|| panic!("no {name} in {record:#}\n{printed}")).clone();
    let has_record = folder.path().join("record.json").exists();
    let server = if has_record { read("record.json") } else { Value::Null };
    Told { test, server, printed }
}

impl Told {
    pub(crate) fn outcome(&self) -> &str {
        self.test["outcome"].as_str().unwrap_or_default()
    }

    /// A number of the test's record, by its path: `totals/service_time/p95_s`.
    #[track_caller]
    pub(crate) fn number(&self, path: &str) -> f64 {
        let value = self.test.pointer(&format!("/{path}")).and_then(Value::as_f64);
        value.unwrap_or_else(|| panic!("no {path} in {:#}\n{}", self.test, self.printed))
    }

    /// The server's list of numbers called `name`.
    #[track_caller]
    pub(crate) fn served(&self, name: &str) -> Vec<f64> {
        let list = self.server[name].as_array().unwrap_or_else(|| panic!("no {name} in {:#}", self.server));
        list.iter().filter_map(Value::as_f64).collect()
    }

    /// Fails unless the figure at `path` is within `tolerance` of `expected`; prints all three, so that a log shows how
    /// much of the tolerance was needed.
    #[track_caller]
    pub(crate) fn is_near(&self, path: &str, expected: f64, tolerance: f64) {
        let actual = self.number(path);
        println!("    {} {path}: {actual:.6}, truth {expected:.6} ± {tolerance:.6}", self.test["name"]);
        assert!(
            (actual - expected).abs() <= tolerance,
            "{path} is {actual:.6}, not {expected:.6} ± {tolerance:.6}\n{}",
            self.printed
        );
    }

    /// Fails unless every intended request ended in exactly one place.
    #[track_caller]
    pub(crate) fn is_conserved(&self) {
        let count = |name: &str| self.number(&format!("totals/requests/{name}"));
        let ends = ["ok", "failed", "timed_out", "in_flight_at_end", "never_sent"].map(count);
        assert_eq!(count("intended") as u64, ends.iter().sum::<f64>() as u64, "{ends:?}\n{}", self.printed);
    }
}
