//! Capacity, through attribute, session and record: proof 10's first half, and the rates that are a share of it.

use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::run::{Proof, Told, Trials};

pub(crate) const TRIALS: Trials = &[
    ("capacity: a server that serves one at a time is found to take what it takes, within 10 %", found),
    ("capacity: a server that takes too little fails, and not for want of an answer", too_little),
    ("capacity: a search that runs out of time says so, and what to do", hasty),
    ("capacity: on busy cores the answer is right, or the test says that it proves nothing", busy),
    ("capacity: a rate that is a share of it is calibrated once, and two tests share it", shared),
];

/// One takes 2 ms.
const PROOF_PER_S: f64 = 500.0;
/// What proof 10 allows. The search itself ends up to 5 % below the truth, and half a percent of rounding.
const TOLERANCE_PER_S: f64 = 50.0;
const SERVER: &str = "service_ms=2";

fn found() {
    let told = Proof { test: "probe::capacity::enough", configure: SERVER }.valid();
    assert_eq!(told.outcome(), "passed", "{}", told.why());
    assert_eq!(told.test["search"]["converged"], true, "{:#}", told.test["search"]);
    told.is_near("capacity_per_s", PROOF_PER_S, TOLERANCE_PER_S);
    let threshold = threshold(&told, "capacity");
    assert_eq!((&threshold["holds"], &threshold["actual"]), (&true.into(), &told.test["capacity_per_s"]));
    has_every_probe(&told, "/probes", "/search");
}

fn too_little() {
    let told = Proof { test: "probe::capacity::too_little", configure: SERVER }.valid();
    assert_eq!(told.outcome(), "failed", "{}", told.why());
    told.is_near("capacity_per_s", PROOF_PER_S, TOLERANCE_PER_S);
    assert_eq!(threshold(&told, "capacity")["holds"], false);
    let reason = told.test["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("`capacity >= 600/s` was breached"), "{reason}");
    has_every_probe(&told, "/probes", "/search");
}

fn hasty() {
    let told = Proof { test: "probe::capacity::hasty", configure: SERVER }.once();
    // Never passed: failed, or invalid if the generator was disturbed as well.
    assert_ne!(told.outcome(), "passed", "{}", told.why());
    assert_eq!((&told.test["search"]["converged"], &told.test["capacity_per_s"]), (&false.into(), &Value::Null));
    assert!(told.printed.contains("did not converge within 6.00 s"), "{}", told.why());
    assert!(told.printed.contains("next: begin where it held, with `capacity(start = "), "{}", told.why());
}

fn busy() {
    let burners: Vec<Burner> = (0..cores()).map(|_| Burner::start()).collect();
    let told = Proof { test: "probe::capacity::enough", configure: SERVER }.once();
    drop(burners);
    let search = &told.test["search"];
    println!("    {}: {} {search}", told.outcome(), told.test["reason"]);
    match told.outcome() {
        "passed" => told.is_near("capacity_per_s", PROOF_PER_S, TOLERANCE_PER_S),
        "invalid" => assert!(told.test["reason"].as_str().is_some_and(|reason| reason.contains("generator"))),
        // Not because the capacity is too low, which would be wrong.
        _ => assert_eq!(search["converged"], false, "{}", told.why()),
    }
}

fn shared() {
    let proof = Proof { test: "probe::capacity::share::rate_50_percent_of_capacity", configure: SERVER };
    let told = proof.valid_with(&["probe::capacity::share::rate_90_percent_of_capacity"], |_| {});
    let (half, most) = (&told[0], &told[1]);
    half.is_near("workload/rate_per_s", 0.5 * PROOF_PER_S, 0.5 * TOLERANCE_PER_S);
    most.is_near("workload/rate_per_s", 0.9 * PROOF_PER_S, 0.9 * TOLERANCE_PER_S);
    for told in [half, most] {
        assert_eq!(told.outcome(), "passed", "{}", told.why());
        // Each keeps the whole calibration, and it is the same.
        assert_eq!(told.test["calibration"]["found_by"], proof.test);
        assert_eq!(told.test["calibration"]["search"], half.test["calibration"]["search"]);
        assert_eq!(told.number("calibration/rate_per_s"), told.number("workload/rate_per_s"));
        has_every_probe(told, "/calibration/probes", "/calibration/search");
    }
    assert_eq!(most.test["calibration"]["probes"], half.test["calibration"]["probes"]);
    // The second did not search again: it was done in its 1.5 s, and a little.
    assert!(most.number("elapsed_s") < 5.0, "{}", most.why());
    let shared = "of the capacity of";
    assert!(
        half.printed.contains("which is 50.0 % of the capacity\n") && most.printed.contains(shared),
        "{}",
        half.why()
    );
}

#[track_caller]
fn threshold<'a>(told: &'a Told, metric: &str) -> &'a Value {
    let thresholds = told.test["thresholds"].as_array().into_iter().flatten();
    thresholds.into_iter().find(|threshold| threshold["metric"] == metric).expect("the threshold that was declared")
}

/// From the start to the validation, and the bracket that they say is the one that was told.
#[track_caller]
fn has_every_probe(told: &Told, probes: &str, search: &str) {
    let probes = told.test.pointer(probes).and_then(Value::as_array).expect("the probes");
    let search = told.test.pointer(search).expect("the search");
    let rate = |probe: &Value| probe["rate_per_s"].as_f64().unwrap_or(f64::NAN);
    for probe in probes {
        println!("    {} {}/s {}", probe["purpose"], rate(probe), probe["outcome"]);
    }
    let last = probes.last().expect("a probe");
    assert_eq!((&last["purpose"], &last["outcome"]), (&"validation".into(), &"passed".into()), "{}", told.why());
    assert_eq!(last["rate_per_s"], search["capacity_per_s"], "{}", told.why());
    // 270/s, 540/s, one between them, and the validation: no search of these is shorter.
    assert!(probes.len() >= 4, "{}", told.why());
    let broken = probes.iter().filter(|probe| probe["outcome"] != "passed").map(rate);
    assert!(broken.into_iter().any(|rate| Some(rate) == search["breaks_at_per_s"].as_f64()), "{}", told.why());
}

/// A process that does nothing, as fast as it can.
struct Burner(Child);

impl Burner {
    fn start() -> Burner {
        let mut command = Command::new("sh");
        command.args(["-c", "while :; do :; done"]).stdin(Stdio::null());
        Burner(command.spawn().expect("a shell"))
    }
}

impl Drop for Burner {
    fn drop(&mut self) {
        // One that has ended already needs no killing.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, usize::from)
}
