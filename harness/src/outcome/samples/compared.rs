//! Tests that were compared: with another server, and with what was stored.

use std::time::Duration;

use super::plain::{judged, measured, passed, server, summary};
use crate::comparison::{ChangeEstimate, ChangeReport, ChangeVerdict, ComparisonMethod, MetricChange};
use crate::kind::Kind;
use crate::measure::{Measured, Summary, TimeSlice, TimeSummary};
use crate::outcome::{ArmReport, ServerReport, TestReport, WhenUnclear, judge_changes};
use crate::threshold::{ReferenceFigure, RelativeBound, Threshold};

/// Two servers in one test: the threaded one took half as long, and had to take at most half of that.
pub(crate) fn versus() -> TestReport {
    let [slow, fast] = [arm("sequential", 0.4), arm("threaded", 0.19)];
    let mut test = judged("orders::sla", Kind::Load, fast.measured.clone(), &["p95 < 800ms", "success_rate >= 99%"]);
    test.thresholds[0].arm = Some("threaded".to_owned());
    test.thresholds[1].arm = Some("sequential".to_owned());
    let mut relative = test.thresholds[0].clone();
    relative.threshold = half_of("sequential", 0.58);
    (relative.actual, relative.holds) = (Some(0.276), true);
    test.thresholds.push(relative);
    test.arms = vec![slow, fast];
    test.comparisons = vec![ChangeReport {
        reference: "sequential".to_owned(),
        subject: "threaded".to_owned(),
        method: ComparisonMethod::Interleaved,
        verdict: ChangeVerdict::Improved,
        confirmed: None,
        changes: vec![
            change("mean", (0.4, 0.19), (0.475, 0.461, 0.49), ChangeVerdict::Improved),
            change("p95", (0.58, 0.276), (0.476, 0.458, 0.495), ChangeVerdict::Improved),
            change("throughput", (49.8, 104.5), (2.1, 2.04, 2.17), ChangeVerdict::Improved),
        ],
        notes: Vec::new(),
    }];
    test
}

/// A test compared with what was stored of it, with this verdict.
pub(crate) fn stored(verdict: ChangeVerdict) -> TestReport {
    let mut test = passed();
    test.id.name = format!("agent::{}", format!("{verdict:?}").to_lowercase());
    let (before, mut mean) = (0.2, None);
    let estimate = match verdict {
        ChangeVerdict::Regressed => Some((1.123, 1.081, 1.169)),
        ChangeVerdict::NoWorse => Some((1.004, 0.971, 1.038)),
        ChangeVerdict::Improved => Some((0.88, 0.85, 0.91)),
        ChangeVerdict::CannotTell => Some((1.04, 0.93, 1.16)),
        ChangeVerdict::NotComparable => None,
    };
    if let Some(estimate) = estimate {
        mean = Some(change("mean", (before, before * estimate.0), estimate, verdict));
    }
    let note = match verdict {
        ChangeVerdict::CannotTell => Some("6 stored runs differ too much from each other"),
        ChangeVerdict::NotComparable => Some("measured on another machine: its CPU model is `AMD EPYC 7763`"),
        _ => None,
    };
    let agrees = (verdict == ChangeVerdict::Regressed).then_some("measured again: both measurements agree");
    test.comparisons = vec![ChangeReport {
        reference: "baseline".to_owned(),
        subject: "now".to_owned(),
        method: ComparisonMethod::StoredRuns,
        verdict,
        confirmed: (verdict == ChangeVerdict::Regressed).then_some(true),
        changes: vec![mean.unwrap_or_else(|| without_change("mean", note.unwrap_or_default()))],
        notes: note.or(agrees).map(str::to_owned).into_iter().collect(),
    }];
    test
}

/// The same test, failed by its regression.
pub(crate) fn regressed() -> TestReport {
    judge_changes(stored(ChangeVerdict::Regressed), WhenUnclear::Pass)
}

fn change(metric: &str, (before, after): (f64, f64), ends: (f64, f64, f64), verdict: ChangeVerdict) -> MetricChange {
    let (ratio, low, high) = ends;
    let change = ChangeEstimate { ratio, interval: Some((low, high)), smallest_visible: Some(0.052) };
    MetricChange {
        metric: metric.to_owned(),
        before: Some(before),
        after: Some(after),
        change: Some(change),
        verdict,
        values: 30,
        note: None,
    }
}

fn without_change(metric: &str, note: &str) -> MetricChange {
    MetricChange {
        metric: metric.to_owned(),
        before: None,
        after: Some(0.2),
        change: None,
        verdict: ChangeVerdict::NotComparable,
        values: 0,
        note: Some(note.to_owned()),
    }
}

/// `p95 <= 50% of "sequential"`
fn half_of(arm: &str, figure: f64) -> Threshold {
    let threshold: Threshold = "p95 <= 1s".parse().expect("a threshold of the sample's own");
    let half: Threshold = "error_rate <= 50%".parse().expect("a share");
    let relative = RelativeBound { of: ReferenceFigure::Arm(arm.to_owned()), known: None };
    Threshold { bound: half.bound, relative: Some(relative), ..threshold }.resolved(figure)
}

/// An arm with 30 turns; times are around `median_s`.
fn arm(name: &str, median_s: f64) -> ArmReport {
    let mut measured: Measured = measured("POST /orders", 1_500, 0, 0);
    let times =
        TimeSummary::of((1..=1_500).map(|i| Duration::from_secs_f64(median_s * (0.5 + f64::from(i) / 1_500.0))));
    for summary in [&mut measured.total, &mut measured.iteration].into_iter().chain(&mut measured.endpoints) {
        (summary.response_time, summary.service_time) = (times.clone(), times.clone().unrecorded());
    }
    measured.endpoints[0] = summary_named("POST /orders", &measured);
    let turn = |second: u64| TimeSlice {
        second,
        sent: 50,
        ok: 50,
        mean_s: Some(median_s),
        p50_s: Some(median_s * (1.0 + 0.01 * (second % 5) as f64)),
        p95_s: Some(median_s * (1.45 + 0.02 * (second % 3) as f64)),
        ..TimeSlice::default()
    };
    let server = ServerReport { name: name.to_owned(), ..server() };
    ArmReport { name: name.to_owned(), measured, turns: (0..30).map(turn).collect(), servers: vec![server] }
}

fn summary_named(name: &str, measured: &Measured) -> Summary {
    let times = measured.total.response_time.clone();
    Summary { response_time: times, ..summary(name, 1_500, 0, 0) }
}
