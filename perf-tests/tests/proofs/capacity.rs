//! Capacity, through attribute, session and record: proof 10's first half, and the rates that are a share of it.

use std::process::{Child, Command, Stdio};

use serde_json::Value;

use proofload_testing::specification::Specification;

use crate::probe_run::ProbeRun;
use crate::proof::Proof;

pub(crate) const SPECIFICATION: Specification = &[
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
    let run = Proof { test: "probe::capacity::enough", configure: SERVER }.valid();
    assert_eq!(run.outcome(), "passed", "{}", run.why());
    assert_eq!(run.test["search"]["converged"], true, "{:#}", run.test["search"]);
    run.is_near("capacity_per_s", PROOF_PER_S, TOLERANCE_PER_S);
    let threshold = threshold(&run, "capacity");
    assert_eq!((&threshold["holds"], &threshold["actual"]), (&true.into(), &run.test["capacity_per_s"]));
    has_every_probe(&run, "/probes", "/search");
}

fn too_little() {
    let run = Proof { test: "probe::capacity::too_little", configure: SERVER }.valid();
    assert_eq!(run.outcome(), "failed", "{}", run.why());
    run.is_near("capacity_per_s", PROOF_PER_S, TOLERANCE_PER_S);
    assert_eq!(threshold(&run, "capacity")["holds"], false);
    let reason = run.test["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("`capacity >= 600/s` was breached"), "{reason}");
    has_every_probe(&run, "/probes", "/search");
}

fn hasty() {
    let run = Proof { test: "probe::capacity::hasty", configure: SERVER }.valid();
    assert_eq!((run.outcome(), run.code), ("failed", Some(101)), "{}", run.why());
    let reason = run.test["reason"].as_str().unwrap_or_default();
    assert!(reason.contains("the search did not converge within 6.00 s"), "{reason}");
    assert_eq!((&run.test["search"]["converged"], &run.test["capacity_per_s"]), (&false.into(), &Value::Null));
    assert!(run.printed.contains("did not converge within 6.00 s"), "{}", run.why());
    assert!(run.printed.contains("next: begin where it held, with `capacity(start = "), "{}", run.why());
}

fn busy() {
    let burners: Vec<Burner> = (0..cores()).map(|_| Burner::start()).collect();
    let run = Proof { test: "probe::capacity::enough", configure: SERVER }.once();
    drop(burners);
    let search = &run.test["search"];
    println!("    {}: {} {search}", run.outcome(), run.test["reason"]);
    match run.outcome() {
        "passed" => run.is_near("capacity_per_s", PROOF_PER_S, TOLERANCE_PER_S),
        "invalid" => assert!(run.test["reason"].as_str().is_some_and(|reason| reason.contains("generator"))),
        // For want of time, and not because the capacity is too low, which would be wrong.
        "failed" => {
            assert_eq!((&search["converged"], run.code), (&false.into(), Some(101)), "{}", run.why());
            assert!(run.test["reason"].as_str().is_some_and(|reason| reason.contains("did not converge")));
        }
        other => panic!("a busy machine makes no test {other}: {}", run.why()),
    }
}

fn shared() {
    let proof = Proof { test: "probe::capacity::share::rate_50_percent_of_capacity", configure: SERVER };
    let run = proof.valid_with(&["probe::capacity::share::rate_90_percent_of_capacity"], |_| {});
    let (half, most) = (&run[0], &run[1]);
    half.is_near("workload/rate_per_s", 0.5 * PROOF_PER_S, 0.5 * TOLERANCE_PER_S);
    most.is_near("workload/rate_per_s", 0.9 * PROOF_PER_S, 0.9 * TOLERANCE_PER_S);
    for run in [half, most] {
        assert_eq!(run.outcome(), "passed", "{}", run.why());
        // Each keeps the whole calibration, and it is the same.
        assert_eq!(run.test["calibration"]["found_by"], proof.test);
        assert_eq!(run.test["calibration"]["search"], half.test["calibration"]["search"]);
        assert_eq!(run.number("calibration/rate_per_s"), run.number("workload/rate_per_s"));
        has_every_probe(run, "/calibration/probes", "/calibration/search");
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
fn threshold<'a>(run: &'a ProbeRun, metric: &str) -> &'a Value {
    let thresholds = run.test["thresholds"].as_array().into_iter().flatten();
    thresholds.into_iter().find(|threshold| threshold["metric"] == metric).expect("the threshold that was declared")
}

/// From the start to the validation, and the bracket that they show is the one that was reported.
#[track_caller]
fn has_every_probe(run: &ProbeRun, probes: &str, search: &str) {
    let probes = run.test.pointer(probes).and_then(Value::as_array).expect("the probes");
    let search = run.test.pointer(search).expect("the search");
    let rate = |probe: &Value| probe["rate_per_s"].as_f64().unwrap_or(f64::NAN);
    for probe in probes {
        println!("    {} {}/s {}", probe["purpose"], rate(probe), probe["outcome"]);
    }
    let last = probes.last().expect("a probe");
    assert_eq!((&last["purpose"], &last["outcome"]), (&"validation".into(), &"passed".into()), "{}", run.why());
    assert_eq!(last["rate_per_s"], search["capacity_per_s"], "{}", run.why());
    // 270/s, 540/s, one between them, and the validation: no search of these is shorter.
    assert!(probes.len() >= 4, "{}", run.why());
    let broken = probes.iter().filter(|probe| probe["outcome"] != "passed").map(rate);
    assert!(broken.into_iter().any(|rate| Some(rate) == search["breaks_at_per_s"].as_f64()), "{}", run.why());
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
