//! One run of the probe: what it reported, what its server recorded, and what held up either side.

use std::panic::Location;

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use serde_json::Value;

use crate::closed_form::tolerance_s;
use crate::exchange::{GENERATOR, SERVER};

/// The least hold-up that is recorded, which the tolerances allow anyway.
const LEAST_S: f64 = 0.002;

/// Half of `closed::TWO_WAKE_UPS_S`, a wake-up of one side. What begins in the last millisecond of a hold-up is not later
/// than that, and so not touched.
const WAKE_UP_S: f64 = 0.001;

/// What a run reported, and what its server recorded.
#[derive(Debug)]
pub(crate) struct ProbeRun {
    /// The test in `run.json`.
    pub(crate) test: Value,
    /// The server's `/record`; null if the test left none.
    pub(crate) server: Value,
    /// Both sides' records, for their hold-ups.
    witnessed: Value,
    /// What the run printed; a proof that fails shows it, before its own message.
    pub(crate) printed: String,
    /// The exit code of the run.
    pub(crate) code: Option<i32>,
}

impl Drop for ProbeRun {
    /// Here and not in a message: what a log keeps of a failure is its end, which is the messages.
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("{}", self.printed);
        }
    }
}

/// The result of the test called `name`, of a run that has ended in this workspace.
pub(crate) fn read(name: &str, workspace: &Workspace, finished: &FinishedRun) -> ProbeRun {
    let witnessed = std::fs::read_to_string(workspace.path().join("record.json")).unwrap_or_else(|_| "null".to_owned());
    let witnessed: Value = serde_json::from_str(&witnessed).unwrap_or_else(|error| panic!("{error}: {witnessed}"));
    let (server, printed) = (witnessed[SERVER].clone(), finished.printed());
    ProbeRun { test: finished.test(name), server, witnessed, printed, code: finished.code }
}

impl ProbeRun {
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

impl ProbeRun {
    /// Each hold-up of the generator's worker threads, and of the server's thread, in seconds.
    fn held_up_s(&self) -> Option<(Vec<f64>, Vec<f64>)> {
        let list =
            |value: &Value| -> Option<Vec<f64>> { Some(value.as_array()?.iter().filter_map(Value::as_f64).collect()) };
        let mut generator = list(&self.witnessed[GENERATOR])?;
        // What delayed an arrival before its thread was watched, with its first arrival.
        let lag_s = self.test.pointer("/generator/pacer_lag/max_s").and_then(Value::as_f64).unwrap_or_default();
        if lag_s > longest(&generator) + LEAST_S {
            generator.push(lag_s);
        }
        Some((generator, list(&self.witnessed[SERVER]["held_up_s"])?))
    }

    /// The longest hold-up of either side, where both are watched.
    pub(crate) fn longest_recorded_s(&self) -> Option<f64> {
        self.held_up_s().map(|(generator, server)| longest(&generator).max(longest(&server)))
    }

    pub(crate) fn host_cpu_share(&self) -> Option<f64> {
        self.test.pointer("/generator/host_cpu_share").and_then(Value::as_f64)
    }

    /// By how much hold-ups can have delayed any request: one of either side, the longest.
    pub(crate) fn longest_hold_up_s(&self) -> f64 {
        let (generator, server) = self.held_up_s().expect("the server of this proof is watched");
        longest(&generator) + longest(&server)
    }

    /// The share of all requests that hold-ups can have touched without the server's own record of it.
    ///
    /// Open: while a worker of the generator is held up, its arrivals are sent late, and those answers are seen late that
    /// come meanwhile, which may be others: `2h ÷ span` of its requests, where h is without the last millisecond. While the
    /// server is held up, it reads late what comes meanwhile: `h ÷ span`. (It answers late, too, which is in its record.)
    /// Closed: however long a hold-up is, it touches each user once, for a user waits for an answer before the next request.
    pub(crate) fn touched_share(&self) -> f64 {
        let (generator, server) = self.held_up_s().expect("the server of this proof is watched");
        let workers = self.number("generator/workers");
        if self.test["generator"]["planned"].is_null() {
            let users = self.number("workload/users");
            let touched = generator.len() as f64 * (users / workers).ceil() + server.len() as f64 * users;
            return touched / self.number("totals/requests/intended");
        }
        let sum = |held_up_s: &[f64]| held_up_s.iter().map(|held_up_s| held_up_s - WAKE_UP_S).sum::<f64>();
        (2.0 * sum(&generator) / workers + sum(&server)) / self.number("span_s")
    }

    /// What the witnesses of this run say, in a line.
    pub(crate) fn witnesses(&self) -> String {
        let side = |name: &str, held_up_s: &[f64]| {
            let [count, sum, longest] = [
                held_up_s.len() as f64,
                1e3 * held_up_s.iter().fold(0.0, |sum, held_up_s| sum + held_up_s),
                1e3 * longest(held_up_s),
            ];
            format!("{name} held up {count} times, {sum:.1} ms in all, {longest:.1} ms at most")
        };
        let sides =
            self.held_up_s().map(|(generator, server)| [side("generator", &generator), side("server", &server)]);
        let sides = sides.map_or_else(|| "not watched".to_owned(), |sides| sides.join("; "));
        let figure = |path: &str| self.test.pointer(path).and_then(Value::as_f64);
        let lag = figure("/generator/pacer_lag/p99_s")
            .map_or(String::new(), |lag_s| format!("; lag p99 {:.3} ms", 1e3 * lag_s));
        let busy = figure("/generator/host_cpu_share")
            .map_or(String::new(), |busy| format!("; host {:.0} % busy", 100.0 * busy));
        format!("{sides}{lag}{busy}; the run {}", self.outcome())
    }
}

fn longest(held_up_s: &[f64]) -> f64 {
    held_up_s.iter().copied().fold(0.0, f64::max)
}
