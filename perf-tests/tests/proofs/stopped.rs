//! The generator itself stopped from outside: proof 4. What it missed is its own fault and never counts against the server.

use std::time::Duration;

use proofload_testing::specification::Specification;

use crate::probe_run::ProbeRun;
use crate::proof::{Proof, Running};

pub(crate) const SPECIFICATION: Specification = &[
    ("stopped: a generator stopped in one measurement measures again, and the second counts", once),
    ("stopped: a generator stopped in both measurements is invalid, and the server is not blamed", twice),
];

const PROOF: Proof<'static> = Proof { test: "probe::open::stopped", configure: "" };

/// A little more than the 500 ms that the lag must show: the first arrival that is missed is due within one spacing, 5 ms,
/// after the stop.
const STOPPED: Duration = Duration::from_millis(510);
/// From the set-up of the server until it is the middle of the three seconds that are measured.
const UNTIL_MIDDLE: Duration = Duration::from_millis(1_200);

fn stop_in(running: &Running, measurement: usize) {
    running.wait_for_measurement(measurement);
    std::thread::sleep(UNTIL_MIDDLE);
    running.stop_for(STOPPED);
}

fn once() {
    let run = PROOF.valid_while(|running| stop_in(running, 1));
    assert_eq!((run.outcome(), run.code), ("passed", Some(0)), "{}", run.why());
    assert!(run.number("generator/pacer_lag/max_s") < STOPPED.as_secs_f64(), "the second measurement counts");
    let warnings = run.test["warnings"].to_string();
    println!("    {warnings}");
    assert!(warnings.contains("measured twice: the first measurement was invalid (the generator"), "{warnings}");
    nothing_is_blamed(&run);
}

fn twice() {
    let run = PROOF.while_running(|running| {
        stop_in(running, 1);
        stop_in(running, 2);
    });
    let reason = run.test["reason"].as_str().unwrap_or_default();
    println!("    {reason}");
    assert_eq!((run.outcome(), run.code), ("invalid", Some(102)), "{}", run.why());
    assert!(run.printed.contains("INVALID"), "{}", run.why());
    assert!(reason.contains("the generator"), "{reason}");
    let lag_s = run.number("generator/pacer_lag/max_s");
    println!("    lag at worst {lag_s:.6} s");
    assert!(lag_s >= 0.500, "{lag_s}");
    nothing_is_blamed(&run);
}

/// Every request was answered, in no time once it was sent, and no text speaks of a breach.
fn nothing_is_blamed(run: &ProbeRun) {
    run.is_conserved();
    let requests = run.number("totals/requests/intended");
    assert_eq!(requests.to_bits(), run.number("totals/requests/ok").to_bits(), "{}", run.why());
    assert_eq!(run.test["totals"]["failures"], serde_json::json!({}), "{}", run.why());
    // Those few that were under way when the generator stopped, and nothing at the percentile that is judged.
    assert!(run.number("totals/service_time/p95_s") < 0.050, "{}", run.why());
    assert!(!run.printed.contains("breached"), "{}", run.why());
}
