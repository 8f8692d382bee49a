//! The closed workload model: proofs 5 (constant delay), 6 (interactive law) and 7 (drawn service times).

use proofload_testing::specification::Specification;

use crate::closed_form::{closed_throughput_per_s, exact_quantile};
use crate::probe_run::ProbeRun;
use crate::proof::Proof;

pub(crate) const SPECIFICATION: Specification = &[
    ("closed: a constant delay of 1 ms reads as 1 ms at every percentile", constant_1_ms),
    ("closed: a constant delay of 5 ms reads as 5 ms at every percentile", constant_5_ms),
    ("closed: a constant delay of 50 ms reads as 50 ms at every percentile", constant_50_ms),
    ("closed: drawn service times read as in the server's own record", drawn),
    ("closed: users with think time obey the interactive response-time law", thinking),
];

/// Those in a record.
pub(crate) const QUANTILES: [(&str, f64); 6] =
    [("p50_s", 0.5), ("p75_s", 0.75), ("p90_s", 0.9), ("p95_s", 0.95), ("p99_s", 0.99), ("p999_s", 0.999)];

/// 2 ms: two wake-ups, of generator and server. A closed model has no plan, so there is neither spacing nor lag.
///
/// Only of the requests of a calm run (`Proof::calm`) that no hold-up touched: where others use all cores, each of the two
/// waits for its turn, for longer than that.
pub(crate) const TWO_WAKE_UPS_S: f64 = 0.002;

fn constant_1_ms() {
    constant("delay_ms=1", 0.001, 0.99);
}

fn constant_5_ms() {
    constant("delay_ms=5", 0.005, 0.95);
}

fn constant_50_ms() {
    constant("delay_ms=50", 0.050, 0.75);
}

/// Up to the percentile beyond which four users have at least ten requests in a second and a half.
fn constant(configure: &'static str, delay_s: f64, highest_q: f64) {
    let run = Proof { test: "probe::closed::constant", configure }.calm(highest_q);
    let (given, touched) = (run.served("service_time_s"), run.touched_share());
    for (name, q) in QUANTILES.into_iter().take_while(|(_, q)| *q <= highest_q) {
        // The server records its own lateness, and the requests that a hold-up touched may all be beyond the percentile;
        // what is left is the generator's to answer for.
        let server_lateness_s = exact_quantile(&given, q + touched) - delay_s;
        run.is_near(&format!("totals/service_time/{name}"), delay_s, server_lateness_s + TWO_WAKE_UPS_S);
    }
    // No request is faster than the server's delay, but for the histogram's three significant digits.
    assert!(run.number("totals/service_time/min_s") >= delay_s * 0.999, "{:#}", run.test["totals"]);
    is_response_time_too(&run);
}

fn drawn() {
    // Median 4 ms, and a 99th percentile of 4·e^(0.7·2.33) = 20 ms.
    let proof = Proof { test: "probe::closed::drawn", configure: "delay_ms=4&sigma=0.7&seed=7" };
    let run = proof.calm(0.99);
    let (given, touched) = (run.served("service_time_s"), run.touched_share());
    assert_eq!(given.len() as f64, run.number("totals/requests/ok"), "the same requests: {}", run.why());
    for (name, q) in QUANTILES.into_iter().take_while(|(_, q)| *q <= 0.99) {
        let path = format!("totals/service_time/{name}");
        // A percentile is at most the one beyond it by the share that a hold-up touched.
        let (given_s, beyond_s) = (exact_quantile(&given, q), exact_quantile(&given, q + touched));
        run.is_near(&path, given_s, beyond_s - given_s + TWO_WAKE_UPS_S);
        // Each request takes longer outside the server than inside, so no percentile can be below the server's own,
        // but for the histogram's three significant digits.
        assert!(run.number(&path) >= given_s * 0.998, "{path} is below the truth: {}", run.why());
    }
    let mean_s = given.iter().sum::<f64>() / given.len() as f64;
    run.is_near("totals/service_time/mean_s", mean_s, TWO_WAKE_UPS_S);
    is_response_time_too(&run);
}

pub(crate) fn thinking() {
    let run = Proof { test: "probe::closed::thinking", configure: "delay_ms=5" }.valid();
    // Timers of whole milliseconds make a thought of 200 ms on average half of one longer: 0.25 %. The rest of the 2 % is
    // chance: 4 s hold 20 thoughts of each of 100 users, whose sum deviates by 0.6 %, and those cut at either end.
    let mean_service_s = run.number("totals/service_time/mean_s");
    let expected = closed_throughput_per_s(100.0, mean_service_s, 0.200);
    run.is_near("totals/throughput_per_s", expected, 0.02 * expected);
    let gap = run.number("generator/closed_law_gap");
    assert!(gap < 0.02, "the run's own check of the law reads {gap}");
}

/// In a closed model no user waits before sending, so the two times are the same.
fn is_response_time_too(run: &ProbeRun) {
    for name in ["p50_s", "mean_s", "max_s"] {
        let service_time_s = run.number(&format!("totals/service_time/{name}"));
        run.is_near(&format!("totals/response_time/{name}"), service_time_s, 0.0);
    }
}
