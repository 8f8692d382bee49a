//! The open workload model: proofs 1 (stall), 2 (overload), 3 (freeze), 5 (constant delay) and 7 (drawn service times).

use proofload_testing::specification::Specification;

use crate::closed::{QUANTILES, TWO_WAKE_UPS_S};
use crate::closed_form::{Stalled, exact_quantile, overloaded_s};
use crate::probe_run::ProbeRun;
use crate::proof::Proof;

pub(crate) const SPECIFICATION: Specification = &[
    ("open: a stalled server reads as its closed form, and its service time hides it at a cap of 10", stalled),
    ("open: a stalled server of known capacity reads as its closed form", stalled_with_capacity),
    ("open: ten per cent too much grows as its closed form", overloaded),
    ("open: a server that freezes for the last 30 % loses 30 %, at the time-out, and fails the test", freezes),
    ("open: a constant delay of 1 ms reads as 1 ms at every percentile", constant_1_ms),
    ("open: a constant delay of 5 ms reads as 5 ms at every percentile", constant_5_ms),
    ("open: a constant delay of 50 ms reads as 50 ms at every percentile", constant_50_ms),
    ("open: drawn service times read as in the server's own record", drawn),
];

fn stalled() {
    // Two periods. A tenth of them is stalled, so p95 and p99 lie well away from the jump at q = 0.9.
    let truth = Stalled { stall_s: 0.25, period_s: 2.5, service_s: 0.0, utilisation: 0.0 };
    let proof = Proof { test: "probe::open::stalled_at_a_cap", configure: "stall_ms=250&period_ms=2500" };
    let run = proof.steady();
    reads_as_stalled(&run, truth, 200.0);
    // Ten of 500 requests in each period wait at the server, the others at the cap, where service time does not look: only
    // 2 % were longer than a round trip. 10 ms is the bar: a fiftieth of the true time.
    run.is_near("totals/service_time/p95_s", 0.0, 0.010);
}

pub(crate) fn stalled_with_capacity() {
    // μ = 1 000/s: ρ = 0.2, so each stall takes a quarter longer to be worked off.
    let truth = Stalled { stall_s: 0.25, period_s: 2.5, service_s: 0.001, utilisation: 0.2 };
    let configure = "stall_ms=250&period_ms=2500&capacity_per_s=1000";
    let run = Proof { test: "probe::open::stalled", configure }.steady();
    assert_eq!(run.number("generator/planned").to_bits(), 500.0f64.to_bits(), "200/s for 2.5 s, which is one period");
    reads_as_stalled(&run, truth, 200.0);
}

/// Holds the response times of a test over whole periods against theory.
pub(crate) fn reads_as_stalled(run: &ProbeRun, truth: Stalled, rate_per_s: f64) {
    assert!(truth.recovers(), "the closed form holds");
    run.is_conserved();
    let tolerance_s = run.tolerance_s(rate_per_s);
    for (name, q) in [("p50_s", 0.5), ("p95_s", 0.95), ("p99_s", 0.99)] {
        run.is_near(&format!("totals/response_time/{name}"), truth.quantile_s(q), tolerance_s);
    }
    run.is_near("totals/response_time/mean_s", truth.mean_s(), tolerance_s);
    run.is_near("totals/response_time/max_s", truth.max_s(), tolerance_s);
}

pub(crate) fn overloaded() {
    // 220/s for 5 s on a capacity of 200/s.
    let (rho, run_s, service_s) = (1.1, 5.0, 0.005);
    let run = Proof { test: "probe::open::overloaded", configure: "service_ms=5" }.steady();
    run.is_conserved();
    assert_eq!(run.number("totals/requests/ok").to_bits(), 1_100.0f64.to_bits(), "late is not lost");
    let tolerance_s = run.tolerance_s(220.0);
    // T(q) is a straight line, so five of its points are all of it.
    for (name, q) in QUANTILES.into_iter().take(5) {
        let path = format!("totals/response_time/{name}");
        run.is_near(&path, overloaded_s(q, rho, run_s, service_s), tolerance_s);
    }
    run.is_near("totals/response_time/min_s", service_s, tolerance_s);
    run.is_near("totals/response_time/mean_s", overloaded_s(0.5, rho, run_s, service_s), tolerance_s);
    run.is_near("totals/response_time/max_s", overloaded_s(1.0, rho, run_s, service_s), tolerance_s);
}

pub(crate) fn freezes() {
    // 100/s for 3 s; the server answers for 2.1 s from the first arrival on, which is due at 5 ms.
    let run = Proof { test: "probe::open::frozen", configure: "after_ms=2100" }.steady();
    run.is_conserved();
    assert_eq!((run.outcome(), run.code), ("failed", Some(101)), "{}", run.why());
    assert_eq!(run.number("totals/requests/intended").to_bits(), 300.0f64.to_bits(), "as many as the plan has");
    // One arrival either side of the moment at which it froze, and the half by which that lies between two; and those that
    // came after it because they were held up.
    run.is_near("totals/success_rate", 0.7, (1.5 + 100.0 * run.longest_hold_up_s()) / 300.0);
    let server = |name: &str| run.server[name].as_f64().unwrap_or(f64::NAN);
    assert_eq!(run.number("totals/requests/ok").to_bits(), server("answered").to_bits(), "{}", run.why());
    assert_eq!(run.lost().to_bits(), server("left").to_bits(), "{}", run.why());
    let tolerance_s = run.tolerance_s(100.0);
    run.is_near("totals/response_time/p50_s", 0.0, tolerance_s);
    run.is_near("totals/response_time/p95_s", 0.4, tolerance_s);
}

fn constant_1_ms() {
    constant("delay_ms=1", 0.001);
}

fn constant_5_ms() {
    constant("delay_ms=5", 0.005);
}

pub(crate) fn constant_50_ms() {
    constant("delay_ms=50", 0.050);
}

fn constant(configure: &str, delay_s: f64) {
    let run = Proof { test: "probe::open::delayed", configure }.calm(0.99);
    run.is_conserved();
    let (given, touched) = (run.served("service_time_s"), run.touched_share());
    for (name, q) in QUANTILES.into_iter().take_while(|(_, q)| *q <= 0.99) {
        // Without a queue no percentile lies between two arrivals, so `2/R` falls away; the server records its own
        // lateness, the generator its lag, and the requests that a hold-up touched may all be beyond the percentile.
        let server_lateness_s = exact_quantile(&given, q + touched) - delay_s;
        let tolerance_s = TWO_WAKE_UPS_S + server_lateness_s + run.lag_s();
        run.is_near(&format!("totals/response_time/{name}"), delay_s, tolerance_s);
    }
    // No request is faster than the server's delay, but for the histogram's three significant digits.
    assert!(run.number("totals/response_time/min_s") >= delay_s * 0.999, "{:#}", run.test["totals"]);
}

fn drawn() {
    // Median 4 ms, and a 99th percentile of 4·e^(0.7·2.33) = 20 ms.
    let proof = Proof { test: "probe::open::delayed", configure: "delay_ms=4&sigma=0.7&seed=7" };
    let run = proof.calm(0.99);
    let (given, touched) = (run.served("service_time_s"), run.touched_share());
    assert_eq!(given.len() as f64, run.number("totals/requests/ok"), "the same requests: {}", run.why());
    for (name, q) in QUANTILES.into_iter().take_while(|(_, q)| *q <= 0.99) {
        let path = format!("totals/response_time/{name}");
        // A percentile is at most the one beyond it by the share that a hold-up touched.
        let (given_s, beyond_s) = (exact_quantile(&given, q), exact_quantile(&given, q + touched));
        run.is_near(&path, given_s, beyond_s - given_s + TWO_WAKE_UPS_S + run.lag_s());
        // Each request takes longer outside the server than inside, but for the histogram's three significant digits.
        assert!(run.number(&path) >= given_s * 0.998, "{path} is below the truth: {}", run.why());
    }
}
