//! Verdicts: proofs 4 (the generator itself stopped) and 10 (a known leak; for the known capacity see `capacity`).

use std::io::{BufRead, BufReader, Read};
use std::process::{Command, ExitCode, Stdio};
use std::time::Duration;

use proofload::kind::Kind;
use proofload::outcome::{Outcome, judge};
use serde_json::{Value, json};

use crate::offer::{Load, percentile};
use crate::run::{Proof, Trials};

pub(crate) const TRIALS: Trials = &[
    ("verdict: a generator that is stopped for 500 ms makes the run invalid, and the server is not blamed", stopped),
    ("verdict: the leak of a leaky server is found, and none in a server that does not leak", leak),
];

/// What makes this binary the generator that is stopped.
pub(crate) const GENERATOR: &str = "TRUTH_GENERATOR";

/// A little more than the 500 ms that the lag must show: the first arrival that is missed is due within one spacing, 5 ms,
/// after the stop.
const STOPPED: Duration = Duration::from_millis(510);

/// A run of its own process: says when it begins, and at its end what it measured and decided.
pub(crate) fn generate() -> ExitCode {
    println!("begins");
    let offered = Load::steady("hello", "", 200.0, 3.0).once();
    let thresholds = ["p95 < 50ms", "success_rate >= 99%"].map(|text| text.parse().expect("a threshold"));
    let judgement = judge(&offered.measured, &thresholds, Kind::Load, true);
    let figures = json!({
        "outcome": format!("{:?}", judgement.outcome),
        "reason": judgement.reason,
        "lag_s": offered.measured.generator.pacer_lag.max_s,
        "pool_wait_s": offered.measured.generator.pool_wait.max_s,
        "service_time_p95_s": offered.total().service_time.percentile_s(percentile(0.95)),
        "success_rate": offered.total().requests.success_rate(),
    });
    println!("{figures}");
    ExitCode::SUCCESS
}

fn stopped() {
    let figures = stop_generator();
    println!("    {figures}");
    let number = |name: &str| figures[name].as_f64().unwrap_or(f64::NAN);
    assert_eq!(figures["outcome"], format!("{:?}", Outcome::Invalid), "{figures}");
    assert!(figures["reason"].as_str().is_some_and(|reason| reason.contains("generator")), "{figures}");
    assert!(number("lag_s") >= 0.500, "{figures}");
    // Nothing is the server's: every request was answered, and in no time once it was sent.
    assert!(number("success_rate") >= 1.0, "{figures}");
    assert!(number("service_time_p95_s") < 0.050, "{figures}");
}

fn stop_generator() -> Value {
    let mut command = Command::new(std::env::current_exe().expect("this binary"));
    command.env(GENERATOR, "1").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::inherit());
    let mut generator = command.spawn().expect("the generator starts");
    let mut output = BufReader::new(generator.stdout.take().expect("its output is piped"));
    let mut line = String::new();
    output.read_line(&mut line).expect("it says that it begins");
    // In the middle of its three seconds, whatever its server took to start.
    std::thread::sleep(Duration::from_millis(1_500));
    signal("STOP", generator.id());
    std::thread::sleep(STOPPED);
    signal("CONT", generator.id());
    let mut rest = String::new();
    output.read_to_string(&mut rest).expect("it says what it measured");
    assert!(generator.wait().expect("it ends").success());
    serde_json::from_str(&rest).unwrap_or_else(|error| panic!("{error}: {rest}"))
}

/// Sends a signal by its name, as a person does.
fn signal(name: &str, pid: u32) {
    let sent = Command::new("kill").args([format!("-{name}"), pid.to_string()]).status().expect("kill runs");
    assert!(sent.success());
}

fn leak() {
    // About a hundred requests a second that keep 16 KiB each: 94 MiB a minute, in one run with a server that keeps nothing.
    let told = Proof { test: "probe::soak::keeps", configure: "leak_bytes=16384" }.valid();
    assert_eq!(told.outcome(), "failed", "{}", told.printed);
    let reason = told.test["reason"].as_str().unwrap_or_default();
    println!("    {reason}\n    {}", told.test["warnings"]);
    assert!(reason.contains("`leaky` leaks"), "{}", told.printed);
    assert!(!reason.contains("`hello` leaks"), "{}", told.printed);
    assert!(told.test["warnings"].to_string().contains("`hello` does not leak"), "{}", told.printed);
}
