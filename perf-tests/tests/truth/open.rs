//! The open workload model: proofs 1 (stall), 2 (overload, recovery), 3 (freeze), 5 (constant delay), 8 (offered load)
//! and 9 (ramps).

use std::time::Duration;

use proofload::kind::Kind;
use proofload::outcome::{Outcome, judge};

use crate::closed_form::{Stalled, exact_quantile, overloaded_s, ramp_arrivals, recovery_s, tolerance_s};
use crate::offer::{Load, Offered, is_near, reads};
use crate::run::{Proof, Trials};

pub(crate) const TRIALS: Trials = &[
    ("open: a stalled server reads as its closed form, and its service time hides it at a cap of 10", stalled),
    (
        "open: a stalled server of known capacity reads as its closed form in the record of a test",
        stalled_with_capacity,
    ),
    ("open: ten per cent too much grows as its closed form", overloaded),
    ("open: a spike is recovered from as its closed form says", recovers),
    ("open: a server that freezes for the last 30 % loses 30 %, at the time-out", freezes),
    ("open: a constant delay of 1 ms reads as 1 ms at every percentile", constant_1_ms),
    ("open: a constant delay of 5 ms reads as 5 ms at every percentile", constant_5_ms),
    ("open: a constant delay of 50 ms reads as 50 ms at every percentile", constant_50_ms),
    ("open: the server sees every arrival of 100/s when it is due", offered_100),
    ("open: the server sees every arrival of 1 000/s when it is due", offered_1_000),
    ("open: the server sees every arrival of 10 000/s", offered_10_000),
    ("open: the server sees the arrivals of ramps where the plan's integral has them", ramps),
];

const CONSERVED: &str = "every intended request ended in one place";

fn stalled() {
    // Two periods. A tenth of them is stalled, so p95 and p99 lie well away from the jump at q = 0.9.
    let truth = Stalled { stall_s: 0.25, period_s: 2.5, service_s: 0.0, utilisation: 0.0 };
    let mut load = Load::steady("stall", "stall_ms=250&period_ms=2500", 200.0, 5.0);
    load.max_in_flight = 10;
    let offered = load.valid();
    reads_as_stalled(&offered, truth, 200.0);
    // Ten of 500 requests in each period wait at the server, the others at the cap, where service time does not look.
    let service_time = &offered.total().service_time;
    reads(service_time, 0.95, 0.0, 0.010);
}

/// Through attribute, session and record, as a test of a project goes.
fn stalled_with_capacity() {
    // μ = 1 000/s: ρ = 0.2, so each stall takes a quarter longer to be worked off.
    let truth = Stalled { stall_s: 0.25, period_s: 2.5, service_s: 0.001, utilisation: 0.2 };
    assert!(truth.recovers(), "the closed form holds");
    let configure = "stall_ms=250&period_ms=2500&capacity_per_s=1000";
    let told = Proof { test: "probe::open::stalled", configure }.valid();
    told.is_conserved();
    assert_eq!(told.number("generator/planned").to_bits(), 1_000.0f64.to_bits(), "200/s for 5 s");
    let tolerance_s = tolerance_s(200.0, told.number("generator/pacer_lag/p99_s"));
    for (name, q) in [("p50_s", 0.5), ("p95_s", 0.95), ("p99_s", 0.99)] {
        told.is_near(&format!("totals/response_time/{name}"), truth.quantile_s(q), tolerance_s);
    }
    told.is_near("totals/response_time/mean_s", truth.mean_s(), tolerance_s);
    told.is_near("totals/response_time/max_s", truth.max_s(), tolerance_s);
}

fn reads_as_stalled(offered: &Offered, truth: Stalled, rate_per_s: f64) {
    assert!(truth.recovers(), "the closed form holds");
    assert!(offered.total().requests.is_conserved(), "{CONSERVED}");
    let tolerance_s = tolerance_s(rate_per_s, offered.lag_s());
    let times = &offered.total().response_time;
    for q in [0.5, 0.95, 0.99] {
        reads(times, q, truth.quantile_s(q), tolerance_s);
    }
    is_near("mean", times.mean_s.expect("samples"), truth.mean_s(), tolerance_s);
    is_near("max", times.max_s.expect("samples"), truth.max_s(), tolerance_s);
}

fn overloaded() {
    // 220/s for 5 s on a capacity of 200/s.
    let offered = Load::steady("one_at_a_time", "service_ms=5", 220.0, 5.0).valid();
    assert!(offered.total().requests.is_conserved(), "{CONSERVED}");
    let times = &offered.total().response_time;
    for q in [0.25, 0.5, 0.75, 0.95, 0.99] {
        reads(times, q, overloaded_s(q, 1.1, 5.0, 0.005), tolerance_s(220.0, offered.lag_s()));
    }
}

fn recovers() {
    // Capacity 200/s: a second at ρ = 2 leaves a second of work, which at ρ = 0.5 takes two to work off.
    let (after_s, base_rho) = (4.0, 0.5);
    let mut load = Load::steady("one_at_a_time", "service_ms=5", 100.0, 1.0);
    load.stages = vec![(100.0, 100.0, 1.0), (400.0, 400.0, 1.0), (100.0, 100.0, after_s)];
    let offered = load.valid();
    assert!(offered.total().requests.is_conserved(), "{CONSERVED}");
    // In the stage after the spike, waiting falls from a second to nothing over the recovery.
    let recovery_s = recovery_s(2.0, 1.0, base_rho);
    assert!(recovery_s < after_s, "the closed form holds");
    let (times, tolerance_s) = (&offered.stage(2).total.response_time, tolerance_s(100.0, offered.lag_s()));
    let waiting_s = |q: f64| (1.0 - base_rho) * (recovery_s - (1.0 - q) * after_s).max(0.0);
    for q in [0.25, 0.6, 0.75, 0.9, 0.95] {
        reads(times, q, 0.005 + waiting_s(q), tolerance_s);
    }
    // While the spike lasts, it reads as any overload: at its end 1 s.
    reads(&offered.stage(1).total.response_time, 0.95, overloaded_s(0.95, 2.0, 1.0, 0.005), tolerance_s);
}

fn freezes() {
    // 100/s for 3 s; the server answers for 2.1 s from the first arrival on, which is due at 5 ms.
    let mut load = Load::steady("freezes", "after_ms=2100", 100.0, 3.0);
    load.timeout = Duration::from_millis(400);
    let offered = load.valid();
    let requests = offered.total().requests;
    println!("    {requests:?}");
    assert!(requests.is_conserved(), "{CONSERVED}");
    assert_eq!(requests.intended, 300, "as many as the plan has");
    // One arrival either side of the moment at which it froze.
    is_near("success rate", requests.success_rate().expect("requests"), 0.7, 1.5 / 300.0);
    assert_eq!(requests.timed_out + requests.in_flight_at_end, requests.not_ok(), "nothing else went wrong");
    let times = &offered.total().response_time;
    reads(times, 0.5, 0.0, tolerance_s(100.0, offered.lag_s()));
    reads(times, 0.95, 0.4, tolerance_s(100.0, offered.lag_s()));
    let thresholds = ["success_rate >= 99%", "p95 < 100ms"].map(|text| text.parse().expect("a threshold"));
    assert_eq!(judge(&offered.measured, &thresholds, Kind::Load, true).outcome, Outcome::Failed);
}

fn constant_1_ms() {
    constant("delay_ms=1", 0.001);
}

fn constant_5_ms() {
    constant("delay_ms=5", 0.005);
}

fn constant_50_ms() {
    constant("delay_ms=50", 0.050);
}

fn constant(configure: &'static str, delay_s: f64) {
    let offered = Load::steady("delay", configure, 300.0, 2.0).valid();
    assert!(offered.total().requests.is_conserved(), "{CONSERVED}");
    let given = offered.served("service_time_s");
    // Without a queue no percentile lies between two arrivals, so `2/R` falls away; the server confesses its own lateness.
    for q in [0.5, 0.75, 0.9, 0.95] {
        let server_lateness_s = exact_quantile(&given, q) - delay_s;
        let tolerance_s = 0.002 + server_lateness_s + offered.lag_s();
        reads(&offered.total().response_time, q, delay_s, tolerance_s);
    }
    let min_s = offered.total().response_time.min_s.expect("samples");
    assert!(min_s >= delay_s, "{min_s} is faster than the server");
}

fn offered_100() {
    seen(100.0, 2.0, Some(0.010));
}

fn offered_1_000() {
    // On a quiet machine it is below 250 µs; here others may be at work, and a proof must not fail for them.
    seen(1_000.0, 2.0, Some(0.010));
}

fn offered_10_000() {
    // Two cores carry generator and server: how late each arrival is depends on them, the count does not.
    seen(10_000.0, 1.0, None);
}

/// The count is exact; where there is a limit, the 99th percentile of lateness stays below it.
fn seen(rate_per_s: f64, seconds: f64, latest_s: Option<f64>) {
    let mut load = Load::steady("arrivals", "", rate_per_s, seconds);
    // At a rate that the machine cannot carry the arrivals come late, but they all come.
    let offered = if latest_s.is_some() {
        load.valid()
    } else {
        load.max_in_flight = 100;
        load.once()
    };
    let received = offered.served("received_s");
    let planned = (rate_per_s * seconds) as usize;
    assert_eq!((received.len(), offered.total().requests.intended), (planned, planned as u64), "the count is exact");
    let due: Vec<f64> = (0..planned).map(|i| (i as f64 + 0.5) / rate_per_s).collect();
    let lateness_s = exact_quantile(&lateness_s(&received, &due), 0.99);
    println!(
        "    {rate_per_s}/s: {planned} seen, lateness p99 {lateness_s:.6} s, own lag p99 {:.6} s",
        offered.lag_s()
    );
    if let Some(latest_s) = latest_s {
        assert!(lateness_s < latest_s, "lateness is {lateness_s}");
    }
}

fn ramps() {
    let stages = [(0.0, 400.0, 2.0), (400.0, 400.0, 1.0), (400.0, 0.0, 1.0)];
    let mut load = Load::steady("arrivals", "", 1.0, 1.0);
    load.stages = stages.to_vec();
    let offered = load.valid();
    let mut received = offered.served("received_s");
    // 400 + 400 + 200, the areas under the three stages.
    // The total holds steady stages only.
    let intended: u64 = offered.measured.stages.iter().map(|stage| stage.total.requests.intended).sum();
    assert_eq!((received.len(), intended), (1_000, 1_000), "the count is the integral");
    let due: Vec<f64> = (0..received.len()).map(|i| due_s(&stages, i as f64 + 0.5)).collect();
    let lateness = lateness_s(&received, &due);
    let lateness_s = exact_quantile(&lateness, 0.99);
    println!("    lateness p99 {lateness_s:.6} s, own lag p99 {:.6} s", offered.lag_s());
    assert!(lateness_s < 0.010, "lateness is {lateness_s}");
    // The plan's zero by the server's clock: no arrival is early.
    received.sort_by(f64::total_cmp);
    let zero_s = received[0] - due[0] - lateness[0];
    for half in 0..8 {
        let (from_s, to_s) = (f64::from(half) / 2.0, f64::from(half + 1) / 2.0);
        let seen = received.iter().filter(|at| (from_s..to_s).contains(&(*at - zero_s))).count();
        let expected = planned_until(&stages, to_s) - planned_until(&stages, from_s);
        // One arrival at either edge, and those that lateness carries over it.
        is_near(&format!("arrivals from {from_s} s"), seen as f64, expected, 2.0 + 400.0 * lateness_s);
    }
}

/// How late each arrival was seen. The two clocks have no common zero, so the earliest counts as in time.
fn lateness_s(received: &[f64], due: &[f64]) -> Vec<f64> {
    let mut received = received.to_vec();
    received.sort_by(f64::total_cmp);
    let late: Vec<f64> = received.iter().zip(due).map(|(received, due)| received - due).collect();
    let least = late.iter().copied().fold(f64::INFINITY, f64::min);
    late.into_iter().map(|late| late - least).collect()
}

/// Arrivals that the plan has until `at_s`.
fn planned_until(stages: &[(f64, f64, f64)], at_s: f64) -> f64 {
    let mut begin_s = 0.0;
    let mut planned = 0.0;
    for &(from, to, over_s) in stages {
        planned += ramp_arrivals(from, to, over_s, 0.0, at_s - begin_s);
        begin_s += over_s;
    }
    planned
}

/// When the plan's integral reaches `count`, by halving.
fn due_s(stages: &[(f64, f64, f64)], count: f64) -> f64 {
    let mut bracket = (0.0, stages.iter().map(|stage| stage.2).sum::<f64>());
    for _ in 0..60 {
        let middle = f64::midpoint(bracket.0, bracket.1);
        if planned_until(stages, middle) < count { bracket.0 = middle } else { bracket.1 = middle }
    }
    bracket.1
}
