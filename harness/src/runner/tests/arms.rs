//! The verdict on a test of several servers.

use super::fake::{figures, plan, thresholds};
use crate::kind::Kind;
use crate::measure::{Ended, Measured};
use crate::outcome::Outcome;
use crate::runner::arms::{ArmsResult, JudgedArm, judge_arms};

fn judged(arms: [(&str, Measured); 2], limits: &[&str]) -> ArmsResult {
    let workload = plan(Kind::Load, &[]).workload;
    let arms = arms.map(|(name, measured)| JudgedArm { name: name.to_owned(), workload: workload.clone(), measured });
    judge_arms(arms.into(), Vec::new(), &thresholds(limits), Kind::Load)
}

#[test]
fn each_arm_is_judged_by_what_names_it_or_no_arm() {
    let result = judged([("old", figures(10)), ("new", figures(5))], &["mean < 20ms", "mean(\"new\") < 8ms"]);
    assert_eq!((result.outcome, result.reason), (Outcome::Passed, None));
    let about =
        |verdict: &crate::outcome::ThresholdVerdict| format!("{}: {}", verdict.arm.clone().unwrap(), verdict.threshold);
    let expected = ["old: mean < 20ms", "new: mean < 20ms", "new: mean < 8ms"];
    assert_eq!(result.thresholds.iter().map(about).collect::<Vec<_>>(), expected);
}

#[test]
fn a_breach_of_one_arm_fails_the_test_and_names_the_arm() {
    let result = judged([("old", figures(10)), ("new", figures(30))], &["mean < 20ms"]);
    assert_eq!(result.outcome, Outcome::Failed);
    let reason = result.reason.unwrap();
    assert!(reason.starts_with("`new`: `mean < 20ms` was breached: 30.0 ms"), "{reason}");
    assert!(!reason.contains("`old`"), "{reason}");
}

#[test]
fn an_arm_that_broke_outranks_a_breach_of_another() {
    let broken = Measured { ended: Ended::Stopped("the server `new` died".to_owned()), ..figures(10) };
    let result = judged([("old", figures(30)), ("new", broken)], &["mean < 20ms"]);
    assert_eq!(result.outcome, Outcome::Errored);
    assert_eq!(result.reason.as_deref(), Some("`new`: the server `new` died"));
}

#[test]
fn a_lost_worker_makes_a_test_of_several_servers_invalid_although_another_arm_was_stopped_by_it() {
    let lost = Measured { ended: Ended::WorkerLost("worker 1 on b was lost".to_owned()), ..figures(30) };
    let ended = Measured { ended: Ended::Stopped("`new` ended before its time".to_owned()), ..figures(30) };
    let result = judged([("old", ended), ("new", lost)], &["mean < 20ms"]);
    assert_eq!((result.outcome, result.is_worth_repeating), (Outcome::Invalid, false));
    assert_eq!(result.reason.as_deref(), Some("`new`: worker 1 on b was lost"));
}

#[test]
fn an_arm_without_data_never_passes() {
    let result = judged([("old", figures(10)), ("new", Measured::default())], &["mean < 20ms"]);
    assert_eq!(result.outcome, Outcome::Failed);
    assert!(result.reason.unwrap().starts_with("`new`: "));
}
