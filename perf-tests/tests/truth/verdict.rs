//! Verdicts: proof 10 (a known capacity, a known leak).

use std::time::{Duration, Instant};

use proofload::kind::Kind;
use proofload::outcome::judge;
use proofload::outcome::search::{Found, Probe, ProbeResult, Search, Step};
use proofload::workload::CapacitySearch;

use crate::offer::{Load, is_near};
use crate::run::{Proof, Trials};

pub(crate) const TRIALS: Trials = &[
    ("verdict: the capacity of a server that serves one at a time is found within 10 %", capacity),
    ("verdict: the leak of a leaky server is found, and none in a server that does not leak", leak),
];

/// 500 requests a second, as long as each takes 2 ms. The search is the harness's; its probes are shortened, and
/// "holds" is a p95 of 30 ms: at 5 % above capacity a probe of a second comes to 50 ms.
fn capacity() {
    let plan = CapacitySearch {
        start_per_s: 150.0,
        settle: Duration::ZERO,
        probe: Duration::from_secs(1),
        validate: Duration::from_secs(2),
        budget: Duration::from_secs(60),
        precision: 0.05,
    };
    let found = search(&plan);
    println!("    {found:?}");
    is_near("capacity per second", found.capacity_per_s.expect("it converged"), 500.0, 50.0);
}

fn search(plan: &CapacitySearch) -> Found {
    let mut search = Search::new(plan);
    loop {
        match search.next() {
            Step::Done(found) => return found,
            Step::Probe(probe) => search.tell(offer(probe)),
        }
    }
}

fn offer(probe: Probe) -> ProbeResult {
    let began = Instant::now();
    let load = Load::steady("one_at_a_time", "service_ms=2", probe.rate_per_s, probe.measure.as_secs_f64());
    let offered = load.valid();
    let thresholds = ["p95 < 30ms", "success_rate >= 99%"].map(|text| text.parse().expect("a threshold"));
    let judgement = judge(&offered.measured, &thresholds, Kind::Capacity, true);
    let holds = judgement.thresholds.iter().all(|verdict| verdict.holds);
    println!("    {:?} at {}/s: {holds}", probe.purpose, probe.rate_per_s);
    let sent = offered.measured.generator.sent.zip(offered.measured.generator.planned);
    ProbeResult {
        holds,
        sent_share: sent.map(|(sent, planned)| sent as f64 / planned as f64),
        backlog_grew: false,
        borderline: false,
        generator_failed: false,
        elapsed: began.elapsed(),
    }
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
