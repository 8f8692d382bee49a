//! The test's own code held a worker thread.

use super::*;

#[test]
fn code_of_the_test_that_holds_a_worker_makes_the_run_invalid_and_is_named_with_the_remedy() {
    let held = |longest_ms: u64, share| {
        let mut measured = run(1000, 0);
        measured.generator.longest_poll_s = Some(longest_ms as f64 / 1e3);
        measured.generator.held_share = Some(share);
        measured
    };
    let blocked = judged(&held(1_000, 0.3), &["p95 < 20ms"]);
    assert_eq!(blocked.outcome, Outcome::Invalid);
    for part in ["the test's own code held a worker thread for up to 1.00 s", "30.0 % of the run", "spawn_blocking"] {
        assert!(reason(&blocked).contains(part), "{blocked:?}");
    }
    assert!(reason(&blocked).contains("`tokio::time::sleep(…)`, not `std::thread::sleep`"), "{blocked:?}");
    // Also if every threshold holds, and if one poll alone is longer than a limit.
    assert_eq!(judged(&held(20, 0.02), &["p95 < 2s"]).outcome, Outcome::Invalid);
    assert_eq!(judged(&held(2_100, 0.005), &["p95 < 2s"]).outcome, Outcome::Invalid);
    // A short stop is to blame only for what it can explain: the slowest took 1 s.
    assert_eq!(judged(&held(12, 0.001), &["max < 10ms"]).outcome, Outcome::Failed);
    let noted = judged(&held(60, 0.002), &["p95 < 2s"]);
    assert_eq!(noted.outcome, Outcome::Passed);
    assert!(noted.warnings[0].starts_with("the test's own code held a worker thread for 60.0 ms"), "{noted:?}");
    assert_eq!(judged(&held(40, 0.002), &["p95 < 2s"]).warnings, Vec::<String>::new());
}

#[test]
fn one_short_time_in_a_short_run_is_no_reason_to_doubt_it() {
    let mut measured = run(1000, 0);
    measured.span = Duration::from_secs(2);
    // A thousand users connect at once.
    (measured.generator.longest_poll_s, measured.generator.held_share) = (Some(0.03), Some(0.015));
    assert_eq!(judged(&measured, &["p95 < 2s"]).outcome, Outcome::Passed);
    measured.generator.held_share = Some(0.03);
    assert_eq!(judged(&measured, &["p95 < 2s"]).outcome, Outcome::Invalid, "it was held twice");
}
