//! Verdicts on values, as a specification.

use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use super::*;
use crate::kind::Kind;
use crate::measure::{Fate, IterationEnd, Live, Phase, Phases, Sample, WorkerLog};
use crate::outcome::{Judgement, Outcome, judge, known_limits};

/// A test with one request that records these values of `size`, judged by these thresholds.
fn judged(sizes: &[f64], thresholds: &[&str]) -> Judgement {
    let thresholds: Vec<Threshold> = thresholds.iter().map(|text| text.parse().unwrap()).collect();
    let live = Arc::new(Live::limited(known_limits(&thresholds, Kind::Load)));
    let (timeout, end) = (Duration::from_secs(1), Duration::from_millis(10));
    let worker = WorkerLog::new(timeout, &live);
    worker.measure_from(Duration::ZERO);
    let log = worker.user(None);
    let phase = log.begin_iteration(Some(Phase::Measured));
    let sample = Sample {
        endpoint: "GET /".into(),
        intended: Duration::ZERO,
        sent: Duration::ZERO,
        done: end,
        fate: Fate::Ok,
        bytes_sent: 0,
        bytes_received: 0,
        phases: Phases::default(),
    };
    log.close(log.open(), sample);
    sizes.iter().for_each(|size| log.record_value("size", ValueKind::Distribution, *size));
    log.record_value("hits", ValueKind::Count, 7.0);
    log.end_iteration(phase, Duration::ZERO, end, IterationEnd::Completed);
    judge(&worker.take(timeout).remove(0).finish(), &thresholds, Kind::Load)
}

fn one_to_hundred() -> Vec<f64> {
    (1..=100).map(f64::from).collect()
}

#[test]
fn every_figure_of_a_value_may_be_bounded_in_both_directions() {
    let holding = [
        "min(value \"size\") >= 1",
        "mean(value \"size\") < 50.6",
        "mean(value \"size\") > 50.4",
        "median(value \"size\") > 49",
        "median(value \"size\") == 50",
        "p90(value \"size\") <= 90",
        "p5(value \"size\") > 4.9",
        "max(value \"size\") <= 100",
        "stddev(value \"size\") < 28.9",
        "total(value \"size\") == 5050",
        "total(value \"hits\") >= 7",
        "max(value \"hits\") < 8",
    ];
    let judgement = judged(&one_to_hundred(), &holding);
    assert_eq!((judgement.outcome, judgement.reason), (Outcome::Passed, None));
    let breached = [
        "min(value \"size\") > 1",
        "median(value \"size\") < 50",
        "p90(value \"size\") < 90",
        "total(value \"hits\") > 7",
    ];
    let judgement = judged(&one_to_hundred(), &breached);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert!(judgement.thresholds.iter().all(|verdict| !verdict.holds));
    assert_eq!(judgement.reason.unwrap(), "`min(value \"size\") > 1` was breached: 1.00 (0 %); and 3 more thresholds");
}

#[test]
fn a_value_that_nothing_recorded_never_passes_and_the_message_lists_those_that_were() {
    let judgement = judged(&[1.0], &["max(value \"sizes\") < 3"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert_eq!(
        judgement.reason.unwrap(),
        "no value `sizes` was recorded, did you mean `size`? (values that were: `hits`, `size`)"
    );
    let nothing = judge(&Measured::default(), &["max(value \"size\") < 3".parse().unwrap()], Kind::Load);
    assert_eq!(nothing.thresholds[0].doubt.as_deref(), Some("no value `size` was recorded, nor any other"));
    assert!(!nothing.thresholds[0].holds);
}

#[test]
fn counts_have_no_percentiles_to_bound() {
    let judgement = judged(&[], &["p95(value \"hits\") < 30"]);
    assert_eq!(judgement.outcome, Outcome::Failed);
    assert!(judgement.reason.unwrap().starts_with("`hits` is counted, and counts have no percentiles"));
}

#[test]
fn too_few_samples_for_a_percentile_are_invalid_from_either_side() {
    for threshold in ["p95(value \"size\") <= 100", "p5(value \"size\") >= 0"] {
        let few = judged(&one_to_hundred()[..58], &[threshold]);
        assert_eq!(few.outcome, Outcome::Invalid, "{threshold}");
        assert!(few.reason.unwrap().ends_with("needs at least 59 samples to mean anything, there were 58"));
        assert_eq!(judged(&one_to_hundred()[..59], &[threshold]).outcome, Outcome::Passed);
    }
    let warning = |threshold| judged(&one_to_hundred(), &[threshold]).warnings.remove(0);
    assert!(warning("p95(value \"size\") <= 100").contains("depends on the largest 5 of 100 samples"));
    assert!(warning("p5(value \"size\") >= 0").contains("depends on the smallest 5 of 100 samples"));
}

#[test]
fn a_margin_below_zero_has_the_sign_of_the_difference() {
    let judgement = judged(&[-4.0, -2.0], &["mean(value \"size\") < -4"]);
    assert_eq!(judgement.reason.unwrap(), "`mean(value \"size\") < -4` was breached: -3.00 (+25 %)");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// A limit within a bucket of the values is judged by the values.
    #[test]
    fn a_percentile_is_judged_by_values_and_not_by_buckets(
        sizes in proptest::collection::vec(-1_000i32..1_000, 59..200),
        off in -3i32..4,
        percent in prop_oneof![Just(5.0), Just(50.0), Just(95.0)],
    ) {
        let sizes: Vec<f64> = sizes.into_iter().map(|size| 1.0 + f64::from(size) * 1e-6).collect();
        let mut sorted = sizes.clone();
        sorted.sort_by(f64::total_cmp);
        let percentile = crate::metric::Percentile::new(percent).unwrap();
        let truth = sorted[percentile.rank(sizes.len() as u64) as usize - 1];
        let limit = truth + f64::from(off) * 1e-6;
        for (sign, holds) in [("<", truth < limit), ("<=", truth <= limit), (">", truth > limit), (">=", truth >= limit)] {
            let text = format!("p{percent}(value \"size\") {sign} {limit}");
            let judgement = judged(&sizes, &[&text]);
            prop_assert_eq!(judgement.thresholds[0].holds, holds, "{} of {}", text, truth);
        }
    }
}
