//! Several processes offered the load together.

use super::*;

#[test]
fn a_run_that_lost_a_worker_is_invalid_for_this_reason_alone_although_a_threshold_was_breached() {
    let why = "worker 2 on b (pid 4711) was lost 3.2 s after the measurement began: no heartbeat for 5 s";
    let lost = Measured { ended: Ended::WorkerLost(why.to_owned()), ..run(500, 500) };
    for limits in [["success_rate >= 99%", "mean < 1ms"], ["success_rate >= 1%", "mean < 2s"]] {
        let judgement = judged(&lost, &limits);
        assert_eq!((judgement.outcome, reason(&judgement)), (Outcome::Invalid, why));
        assert!(judgement.stays_invalid && judgement.is_disturbed, "{judgement:?}");
    }
    // Before the first request as well.
    let at_once = Measured { ended: Ended::WorkerLost(why.to_owned()), ..Measured::default() };
    assert_eq!(judged(&at_once, &["p95 < 1s"]).outcome, Outcome::Invalid);
    assert!(!judged(&run(1000, 0), &["p95 < 1s"]).stays_invalid);
}
