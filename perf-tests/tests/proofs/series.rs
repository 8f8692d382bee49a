//! Several runs that answer one question (`repeat`, `sweep`), and users who keep a pace.

use proofload_testing::specification::Specification;

use crate::closed::TWO_WAKE_UPS_S;
use crate::closed_form::{Stalled, closed_throughput_per_s, exact_quantile};
use crate::open::reads_as_stalled;
use crate::proof::Proof;

pub(crate) const SPECIFICATION: Specification = &[
    ("series: of three repeats the median one counts, and each is in the record as its server saw it", repeated),
    ("series: a sweep's levels read as the interactive law, and its knee is where the server is full", swept),
    ("series: users who keep a pace read a stalled server as its closed form", paced),
];

fn repeated() {
    let proof = Proof { test: "probe::series::repeated", configure: "delay_ms=4&sigma=0.7&seed=7" };
    let run = proof.calm(0.95);
    assert_eq!(run.outcome(), "passed", "{}", run.why());
    // The server knows nothing of repeats: it saw 1 200 requests, the first 400 of them in the first.
    let given = run.served("service_time_s");
    assert_eq!((given.len(), run.number("totals/requests/intended") as u64), (1_200, 400), "{}", run.why());
    let mut medians = Vec::new();
    for (index, of_repeat) in given.chunks(400).enumerate() {
        let path = format!("probes/{index}/p95_s");
        // All that hold-ups touched may have been in this repeat, and beyond its percentile.
        let [given_s, beyond_s] = [0.95, 0.95 + run.touched_share()].map(|q| exact_quantile(of_repeat, q));
        run.is_near(&path, given_s, beyond_s - given_s + TWO_WAKE_UPS_S);
        medians.push(run.number(&path));
    }
    // What is judged is one of the three, the one in the middle.
    medians.sort_by(f64::total_cmp);
    run.is_near("totals/service_time/p95_s", medians[1], 0.0);
    run.is_near("thresholds/0/actual", medians[1], 0.0);
    assert!(medians[0] < medians[1] && medians[1] < medians[2], "the draws differ: {medians:?}");
}

fn swept() {
    // 5 ms each, one at a time, and 45 ms of thought: ten users are as many as keep the server busy.
    let (capacity_per_s, think_s, level_s) = (200.0, 0.045, 1.5);
    let run = Proof { test: "probe::series::swept", configure: "service_ms=5" }.steady();
    for (index, users) in [2.0, 5.0, 10.0, 20.0].into_iter().enumerate() {
        let figure = |name: &str| run.number(&format!("probes/{index}/{name}"));
        assert_eq!(figure("users").to_bits(), f64::to_bits(users), "{}", run.why());
        // Each user's last cycle is cut at the end of the level; a thought is up to a millisecond longer, 2 %.
        let expected = closed_throughput_per_s(users, figure("mean_s"), think_s);
        let tolerance = users / level_s + 0.02 * expected;
        run.is_near(&format!("probes/{index}/throughput_per_s"), expected, tolerance);
        // An answer at either edge of the level is beyond what the server can give.
        assert!(figure("throughput_per_s") <= capacity_per_s + 2.0 / level_s, "{}", run.why());
    }
    // At 20 users the law leaves 20 ÷ 200/s − 45 ms = 55 ms to the server, which is beyond 30 ms; at 10 users 5 ms. The
    // first twenty find 2.5 ms less of a queue, a thought is up to a millisecond longer, and a wake-up makes it longer yet.
    run.is_near("probes/3/mean_s", 0.055, 0.003);
    let outcomes = [0, 1, 2, 3].map(|index| run.test["probes"][index]["outcome"].clone());
    assert_eq!(outcomes, ["passed", "passed", "passed", "failed"], "{}", run.why());
    assert_eq!((run.outcome(), run.code), ("failed", Some(101)), "{}", run.why());
    let reason = run.test["reason"].as_str().unwrap_or_default();
    assert!(reason.starts_with("at 20 users: `mean < 30ms` was breached"), "{reason}");
    let knees: Vec<&str> = run.printed.lines().filter(|line| line.contains("knee")).collect();
    println!("    {knees:?}");
    assert!(matches!(*knees, [knee] if knee.contains("10 users")), "{}", run.why());
}

fn paced() {
    // 20 users, one iteration each 100 ms: 200/s. A user whose iterations are held up does them later, and is late.
    // The server stalls first when the first request comes, so what is measured is one period from its beginning.
    let truth = Stalled { stall_s: 0.25, period_s: 2.5, service_s: 0.0, utilisation: 0.0 };
    let run = Proof { test: "probe::series::paced", configure: "stall_ms=250&period_ms=2500" }.steady();
    assert_eq!(run.number("generator/planned").to_bits(), 500.0f64.to_bits(), "20 users, 10/s each, for 2.5 s");
    let in_all = run.number("totals/requests/intended") + run.number("outside/intended");
    assert_eq!(run.server["requests"].as_u64(), Some(in_all as u64), "{}", run.why());
    reads_as_stalled(&run, truth, 200.0);
    // One request a user meets each stall, 20 of 500: service time at p95 does not show that.
    run.is_near("totals/service_time/p95_s", 0.0, 0.010);
}
