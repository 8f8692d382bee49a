//! Servers that break: every request ends in one place, by its cause, and a frozen server is a failure.

use proofload_testing::specification::Specification;

use crate::proof::Proof;

pub(crate) const SPECIFICATION: Specification = &[
    ("faults: every fault is counted once, as the server counted it", every_fault),
    ("faults: under every mix of faults each request ends in one place, for users and for a plan", every_mix),
    ("closed: a server that freezes fails the test, at the time-out", frozen),
    ("network: a delay between user and server is part of every time", far),
    ("network: a narrow line takes the time that its bytes need", thin),
    ("network: connections that are reset or swallowed are failures by cause", bad),
];

fn every_fault() {
    breaks("probe::closed::broken", "status=0.05&reset=0.04&cut=0.03&rubbish=0.02&silence=0.01&seed=11");
}

/// Drawn shares of every fault, up to most of all requests; each mix for users and for a plan.
fn every_mix() {
    let mut random = CaseRandom(0x5eed);
    for seed in 1..=3 {
        let all = 0.2 + 0.6 * random.unit();
        // Silence takes a time-out of 100 ms each, so it has a tenth of the weight.
        let weights = [1.0, 1.0, 1.0, 1.0, 0.1].map(|weight| weight * random.unit());
        let shares = weights.map(|weight| all * weight / weights.iter().sum::<f64>());
        let [status, reset, cut, rubbish, silence] = shares;
        let configure =
            format!("status={status}&reset={reset}&cut={cut}&rubbish={rubbish}&silence={silence}&seed={seed}");
        println!("    {configure}");
        breaks("probe::closed::broken", &configure);
        breaks("probe::open::broken", &configure);
    }
}

/// Counts do not depend on how busy the machine is, so even an invalid run must be right.
fn breaks(test: &str, configure: &str) {
    let run = Proof { test, configure }.once();
    run.is_conserved();
    let server = |name: &str| run.server[name].as_f64().unwrap_or(f64::NAN);
    println!("    server {}, failures {}", run.server, run.test["totals"]["failures"]);
    // The server counts what it means to send; on a busy machine a right answer may come after the time-out.
    let lost = run.lost();
    assert!(lost >= server("silence"), "{lost} were lost: {}", run.why());
    let late = lost - server("silence");
    let broken = ["status", "reset", "cut", "rubbish"].map(server).iter().sum::<f64>();
    let failed = run.number("totals/requests/failed");
    assert!(failed <= broken && failed + late >= broken, "{failed} failed of {broken}, {late} were late");
    assert!(run.number("totals/requests/ok") + late >= server("ok"));
    let by_status = run.test["totals"]["failures"]["status 503"].as_f64().unwrap_or_default();
    assert!((by_status - server("status")).abs() <= late, "{}", run.test["totals"]["failures"]);
    let by_reset = resets(&run.test["totals"]["failures"]) as f64;
    assert!((by_reset - server("reset")).abs() <= late, "{}", run.test["totals"]["failures"]);
    assert!(!run.test["warnings"].to_string().contains("sent again"), "{}", run.why());
    let seen = broken + server("silence") + server("ok");
    let sent = run.number("totals/requests/intended") - run.number("totals/requests/never_sent");
    assert_eq!(seen.to_bits(), sent.to_bits(), "the server saw what was sent, once: {}", run.why());
}

/// A small generator (Knuth's), so that the mixes are the same each time.
struct CaseRandom(u64);

impl CaseRandom {
    /// From 0 up to, but never, 1.
    fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 11) as f64 / (1u64 << 53) as f64
    }
}

fn frozen() {
    // Five users, one request each 10 ms or so; from 1 s on, each waits for a time-out of 250 ms.
    let run = Proof { test: "probe::closed::frozen", configure: "after_ms=1000" }.valid();
    run.is_conserved();
    assert_eq!((run.outcome(), run.code), ("failed", Some(101)), "{}", run.why());
    assert_eq!(run.number("totals/requests/ok"), run.server["answered"].as_f64().unwrap_or_default());
    let lost = run.lost();
    assert_eq!(lost, run.server["left"].as_f64().unwrap_or_default(), "{}", run.why());
    assert!(lost >= 5.0, "{lost} were lost");
    // A request that timed out is in the record at exactly its time-out, but for the histogram's three significant digits.
    run.is_near("totals/response_time/max_s", 0.250, 0.250 * 0.001);
}

fn far() {
    let run = Proof { test: "probe::network::far", configure: "" }.valid();
    // Two wake-ups as everywhere, and one more in the proxy on the way back.
    run.is_near("totals/service_time/p50_s", 0.020, 0.003);
    assert!(run.number("totals/service_time/min_s") >= 0.020 * 0.999);
}

fn thin() {
    let run = Proof { test: "probe::network::thin", configure: "" }.valid();
    // 10 000 bytes of body at 100 kB/s are 100 ms; the two heads are at most 300 bytes, which is 3 ms; and three wake-ups.
    assert!(run.number("totals/service_time/min_s") >= 0.100 * 0.999, "{:#}", run.test["totals"]);
    run.is_near("totals/service_time/p50_s", 0.1015, 0.0015 + 0.003);
}

fn bad() {
    let run = Proof { test: "probe::network::bad", configure: "" }.once();
    run.is_conserved();
    let failures = &run.test["totals"]["failures"];
    println!("    {} ok of 60, failures {failures}", run.number("totals/requests/ok"));
    // Sixty choices by one seed: the same in every run, though not by the same users.
    assert!((10..=30).contains(&resets(failures)), "{failures}");
    assert!(failures["timed out"].as_u64().is_some_and(|count| (10..=30).contains(&count)), "{failures}");
}

/// A cause also says for how long a connection had been idle.
fn resets(failures: &serde_json::Value) -> u64 {
    let causes = failures.as_object().into_iter().flatten();
    let resets = causes.filter(|(cause, _)| cause.starts_with("connection reset before the answer"));
    resets.filter_map(|(_, count)| count.as_u64()).sum()
}
