//! A surge beyond the capacity: proof 2, its second half.

use proofload_testing::specification::Specification;

use crate::closed_form::{exact_quantile, overloaded_s, recovery_s};
use crate::proof::Proof;

pub(crate) const SPECIFICATION: Specification = &[
    ("spike: twice the capacity for a second is recovered from after two", twice),
    ("spike: half too much for a second and a half is recovered from after one", half),
];

/// Of the server: one request each 5 ms.
const CAPACITY_PER_S: f64 = 200.0;
const SERVICE_S: f64 = 0.005;

/// Response times from slices of a quarter of a second show recovery to within a slice: the one in which the backlog ends is calm
/// if most of what ended in it was, which is so for the later two thirds of its moments.
const SLICE_S: f64 = 0.25;

/// Rates in arrivals a second, times in seconds: as the probe has them.
#[derive(Debug, Clone, Copy)]
struct Surge {
    test: &'static str,
    base_per_s: f64,
    peak_per_s: f64,
    lasting_s: f64,
    after_s: f64,
}

fn twice() {
    // ρ = 2 for 1 s leaves a second of work, which at ρ = 0.5 takes two to work off.
    let surge = Surge { test: "twice", base_per_s: 100.0, peak_per_s: 400.0, lasting_s: 1.0, after_s: 3.25 };
    surge.is_reported(2.0);
}

fn half() {
    // ρ = 1.5 for 1.5 s leaves 0.75 s of work, which at ρ = 0.25 takes one second.
    let surge = Surge { test: "half", base_per_s: 50.0, peak_per_s: 300.0, lasting_s: 1.5, after_s: 2.25 };
    surge.is_reported(1.0);
}

impl Surge {
    fn is_reported(self, by_hand_s: f64) {
        let (base, peak) = (self.base_per_s / CAPACITY_PER_S, self.peak_per_s / CAPACITY_PER_S);
        let recovery_s = recovery_s(peak, self.lasting_s, base);
        assert!((recovery_s - by_hand_s).abs() < 1e-9 && recovery_s + 1.0 <= self.after_s, "the closed form holds");
        let test = format!("probe::spike::surge::{}", self.test);
        let run = Proof { test: &test, configure: "service_ms=5" }.steady();
        run.is_conserved();
        assert_eq!((run.outcome(), run.code), ("passed", Some(0)), "{}", run.why());
        let (lag_s, held_up_s) = (run.lag_s(), run.longest_hold_up_s());

        // The metric, in the record and as its threshold saw it.
        let late_s = exact_quantile(&run.served("lateness_s"), 0.99);
        run.is_near("spike/recovery_s", recovery_s, SLICE_S + lag_s + late_s + held_up_s);
        let verdict = |metric: &str| {
            let mut thresholds = run.test["thresholds"].as_array().into_iter().flatten();
            thresholds.find(|verdict| verdict["metric"] == metric).and_then(|verdict| verdict["actual"].as_f64())
        };
        assert_eq!(verdict("recovery"), run.test["spike"]["recovery_s"].as_f64(), "{}", run.why());

        // While there is a backlog the server gives exactly what it can: of a second one answer at either edge, and those
        // that the server's lateness and a hold-up carry over it.
        let peak_throughput = verdict("peak_throughput").expect("the test has such a threshold");
        let tolerance = 2.0 + CAPACITY_PER_S * (late_s + held_up_s);
        println!("    peak throughput {peak_throughput}, truth {CAPACITY_PER_S} ± {tolerance:.2}");
        assert!((peak_throughput - CAPACITY_PER_S).abs() <= tolerance, "{}", run.why());

        // While the spike lasts it reads as any overload.
        for (name, q) in [("p50_s", 0.5), ("p75_s", 0.75), ("p95_s", 0.95)] {
            let expected_s = overloaded_s(q, peak, self.lasting_s, SERVICE_S);
            run.is_near(&format!("stages/1/totals/response_time/{name}"), expected_s, run.tolerance_s(self.peak_per_s));
        }
        // After it, waiting falls from its last value in the spike to zero over the recovery, and stays there.
        let waiting_s = |q: f64| (1.0 - base) * (recovery_s - (1.0 - q) * self.after_s).max(0.0);
        for (name, q) in [("p50_s", 0.5), ("p75_s", 0.75), ("p90_s", 0.9), ("p95_s", 0.95)] {
            let path = format!("stages/2/totals/response_time/{name}");
            run.is_near(&path, SERVICE_S + waiting_s(q), run.tolerance_s(self.base_per_s));
        }
    }
}
