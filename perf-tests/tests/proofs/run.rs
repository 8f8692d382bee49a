//! Runs one test of the probe as a person runs it, and reads its record and its server's.

use std::panic::Location;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use crate::closed_form::tolerance_s;
use crate::held_up::{SATURATED_SHARE, disturbed, unsteady};

/// A specification: a sentence and the function that checks it.
pub(crate) type Trials = &'static [(&'static str, fn())];

/// The file in which the records of both sides are left for the proof.
pub(crate) const RECORD: &str = "PROOF_RECORD";
/// In that file: the server's own record.
pub(crate) const SERVER: &str = "server";
/// In that file: each hold-up of the generator, in seconds.
pub(crate) const GENERATOR: &str = "generator_held_up_s";
/// The file to which each measurement adds a line when it begins.
pub(crate) const BEGUN: &str = "PROOF_BEGUN";
/// The parameters with which the server of a proof is configured.
pub(crate) const CONFIGURE: &str = "PROOF_CONFIGURE";
/// What makes this binary the perf binary of `probe`.
pub(crate) const PROBE: &str = "PROOF_PROBE";

/// How often a run that proves nothing is done again, at least.
const TRIES: usize = 5;

/// For how long it is done again, at least: a calm run of half a second is a matter of a few tries on a machine that is held
/// up a few times each second, as one with neighbours is. More would not end before CI does.
const PATIENCE: Duration = Duration::from_secs(120);

/// How often, and for how long (25 ticks of the system), a saturated machine is looked at before a run is done again.
const LOOKS: usize = 80;
const LOOK: Duration = Duration::from_millis(250);

/// How long a probe may take to begin its measurement: its server starts at once, but another perf run may hold the machine.
const BEGINS_WITHIN: Duration = Duration::from_secs(900);

/// One test of the probe, with the server as the proof wants it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Proof<'a> {
    /// The whole name of the test.
    pub(crate) test: &'a str,
    /// For the server's `/configure`.
    pub(crate) configure: &'a str,
}

/// A probe while it runs.
#[derive(Debug)]
pub(crate) struct Running {
    pid: u32,
    begun: PathBuf,
}

/// What a run said, and what its server did.
#[derive(Debug)]
pub(crate) struct Told {
    /// The test in `run.json`.
    pub(crate) test: Value,
    /// The server's `/record`; null if the test left none.
    pub(crate) server: Value,
    /// Both sides' records, for their hold-ups.
    pub(crate) witnessed: Value,
    /// What the run printed; a proof that fails shows it, before its own message.
    pub(crate) printed: String,
    /// The exit code of the run.
    pub(crate) code: Option<i32>,
}

impl Proof<'_> {
    /// Runs until a run is valid. A wrong run is never done again.
    pub(crate) fn valid(self) -> Told {
        self.valid_while(|_| {})
    }

    /// Runs until a run is valid and nothing held up either side so often that a percentile up to `q` can be off: a proof
    /// to within two wake-ups says nothing about Proofload where others keep both sides from their cores. The witnesses
    /// alone decide, before anyone looks at what was measured, so that a wrong run is never done again here, either.
    pub(crate) fn calm(self, q: f64) -> Told {
        self.until(&[], |_| {}, |told| unproven(told).or_else(|| disturbed(told, q))).remove(0)
    }

    /// Runs until a run is valid and no hold-up was so long that the tolerance, of which it is a part, would hold anything.
    pub(crate) fn steady(self) -> Told {
        self.until(&[], |_| {}, |told| unproven(told).or_else(|| unsteady(told))).remove(0)
    }

    /// As [`Proof::valid`], and while each runs does `meddle` with it.
    pub(crate) fn valid_while(self, meddle: impl Fn(&Running)) -> Told {
        self.valid_with(&[], meddle).remove(0)
    }

    /// As [`Proof::valid_while`], together with `others`, until all are valid: what was told of each, this test first.
    pub(crate) fn valid_with(self, others: &[&str], meddle: impl Fn(&Running)) -> Vec<Told> {
        self.until(others, meddle, unproven)
    }

    /// Runs until no test has a `flaw`, which says why its run proves nothing.
    fn until(self, others: &[&str], meddle: impl Fn(&Running), flaw: impl Fn(&Told) -> Option<String>) -> Vec<Told> {
        let (begun, mut reasons) = (Instant::now(), Vec::new());
        while reasons.len() < TRIES || begun.elapsed() < PATIENCE {
            let told = self.run(others, &meddle);
            let Some(reason) = told.iter().find_map(&flaw) else { return told };
            println!("    {} proves nothing and is done again: {reason}", self.test);
            reasons.push(reason);
            wait_for_calm();
        }
        let (tries, last) = (reasons.len(), reasons[reasons.len().saturating_sub(TRIES)..].join("\n"));
        panic!("none of {tries} runs of {} proves anything on this machine; the last:\n{last}", self.test);
    }

    /// Runs once, whatever comes of it.
    pub(crate) fn once(self) -> Told {
        self.while_running(|_| {})
    }

    /// Runs once, and meanwhile does `meddle` with it.
    pub(crate) fn while_running(self, meddle: impl FnOnce(&Running)) -> Told {
        self.run(&[], meddle).remove(0)
    }

    fn run(self, others: &[&str], meddle: impl FnOnce(&Running)) -> Vec<Told> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        std::fs::write(folder.path().join("Cargo.toml"), "[workspace]\n").expect("a manifest");
        let probe = self.command(folder.path()).args(others).spawn().expect("the probe starts");
        meddle(&Running { pid: probe.id(), begun: folder.path().join("begun") });
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
        command.env(BEGUN, folder.join("begun"));
        command.env("CARGO_MANIFEST_DIR", folder).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command
    }
}

impl Running {
    /// Waits until the `count`-th measurement begins.
    pub(crate) fn wait_for_measurement(&self, count: usize) {
        let until = Instant::now() + BEGINS_WITHIN;
        let begun = || std::fs::read_to_string(&self.begun).map_or(0, |text| text.lines().count());
        while begun() < count {
            assert!(Instant::now() < until, "measurement {count} did not begin");
            std::thread::sleep(Duration::from_millis(1));
        }
    }

    /// Stops the generator, and not its server, for a while.
    pub(crate) fn stop_for(&self, pause: Duration) {
        self.signal("STOP");
        std::thread::sleep(pause);
        self.signal("CONT");
    }

    /// Sends a signal by its name, as a person does.
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([format!("-{name}"), self.pid.to_string()]).status().expect("kill runs");
        assert!(sent.success());
    }
}

/// Why a run says of itself that it is invalid.
fn unproven(told: &Told) -> Option<String> {
    (told.outcome() == "invalid").then(|| told.test["reason"].to_string())
}

/// Waits until the host is not saturated; at most [`LOOKS`] looks, and one where the system does not tell.
fn wait_for_calm() {
    for _ in 0..LOOKS {
        let before = host_ticks();
        std::thread::sleep(LOOK);
        let Some(((busy_before, all_before), (busy, all))) = before.zip(host_ticks()) else { return };
        if (busy - busy_before) <= SATURATED_SHARE * (all - all_before) {
            return;
        }
    }
}

/// Time that all cores together have been busy, and all their time, in the system's ticks.
fn host_ticks() -> Option<(f64, f64)> {
    let stat = std::fs::read_to_string("/proc/stat").ok()?;
    // user, nice, system, idle, iowait, irq, softirq, steal; guests are part of user.
    let ticks: Vec<f64> = stat.lines().next()?.split(' ').filter_map(|word| word.parse().ok()).take(8).collect();
    let all: f64 = ticks.iter().sum();
    Some((all - ticks.get(3)? - ticks.get(4)?, all))
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
    let witnessed = if has_record { read("record.json") } else { Value::Null };
    Told { test, server: witnessed[SERVER].clone(), witnessed, printed, code: output.status.code() }
}

impl Drop for Told {
    /// Here and not in a message: what a log keeps of a failure is its end, which is the messages.
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.printed);
        }
    }
}

impl Told {
    /// For the message of a proof that fails: where it stands, and what the witnesses say.
    #[track_caller]
    pub(crate) fn why(&self) -> String {
        let place = Location::caller();
        format!(
            "{}:{}: {}; {}",
            place.file(),
            place.line(),
            self.test["name"].as_str().unwrap_or_default(),
            self.witnesses()
        )
    }

    /// How far a figure of a steady run at such a rate may lie from its closed form: as [`tolerance_s`] has it, and the
    /// longest hold-up of either side, by which any request may be late.
    #[track_caller]
    pub(crate) fn tolerance_s(&self, rate_per_s: f64) -> f64 {
        tolerance_s(rate_per_s, self.lag_s()) + self.longest_hold_up_s()
    }

    pub(crate) fn outcome(&self) -> &str {
        self.test["outcome"].as_str().unwrap_or_default()
    }

    /// A number of the test's record, by its path: `totals/service_time/p95_s`.
    #[track_caller]
    pub(crate) fn number(&self, path: &str) -> f64 {
        let value = self.test.pointer(&format!("/{path}")).and_then(Value::as_f64);
        value.unwrap_or_else(|| panic!("no {path} in {:#}: {}", self.test, self.why()))
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
            "{path} is {actual:.6}, not {expected:.6} ± {tolerance:.6}: {}",
            self.why()
        );
    }

    /// The 99th percentile of the pacer's own lag.
    #[track_caller]
    pub(crate) fn lag_s(&self) -> f64 {
        self.number("generator/pacer_lag/p99_s")
    }

    /// Requests that were sent and not answered in time.
    #[track_caller]
    pub(crate) fn lost(&self) -> f64 {
        self.number("totals/requests/timed_out") + self.number("totals/requests/in_flight_at_end")
    }

    /// Fails unless every intended request ended in exactly one place.
    #[track_caller]
    pub(crate) fn is_conserved(&self) {
        let count = |name: &str| self.number(&format!("totals/requests/{name}"));
        let ends = ["ok", "failed", "timed_out", "in_flight_at_end", "never_sent"].map(count);
        assert_eq!(count("intended") as u64, ends.iter().sum::<f64>() as u64, "{ends:?}: {}", self.why());
    }
}
