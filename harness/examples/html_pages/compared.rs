//! A run in which servers, versions and earlier runs were compared, with what its tests came to before.

use std::time::{Duration, UNIX_EPOCH};

use proofload::__internals::report::trend::{TestTrend, TrendRun};
use proofload::record::{
    ArmReport, ChangeEstimate, ChangeReport, ChangeVerdict, ComparisonMethod, MetricChange, RunReport, TestReport,
    TimeSlice,
};

use super::noise::noise;
use super::records;

/// A test of two servers, a test of two versions, and one compared with what was stored.
pub(crate) fn run() -> RunReport {
    let of_servers = with_arms("shop::order", ["sequential", "threaded"], 0.48, ChangeVerdict::Improved);
    let of_versions = with_arms("shop::list", ["before", "now"], 1.12, ChangeVerdict::Regressed);
    let mut stored = records::load("shop::browse", 5.0, 3, 0.05);
    stored.comparisons =
        vec![report(["baseline", "now"], ComparisonMethod::StoredRuns, ChangeVerdict::CannotTell, 1.04)];
    stored.comparisons[0].notes = vec!["3 of 5 runs are stored".to_owned()];
    let other = report(["1795673890025-16948", "now"], ComparisonMethod::TwoRuns, ChangeVerdict::NotComparable, 1.0);
    stored.comparisons.push(ChangeReport { changes: Vec::new(), notes: vec!["cores 2 → 4".to_owned()], ..other });
    records::run(vec![of_servers, of_versions, stored])
}

/// Forty runs, the last fifteen of them slower, and the machine changed before.
pub(crate) fn trends() -> Vec<TestTrend> {
    let run = |number: u64| {
        let mean_s = 0.1 * (1.0 + 0.02 * noise(number)) * if number >= 45 { 1.15 } else { 1.0 };
        TrendRun {
            time: UNIX_EPOCH + Duration::from_secs(1_795_200_000 + 3_600 * number),
            run: format!("{number}-7"),
            commit: Some(format!("{:08x}d1f4", number * 0x0123_4567)),
            new_machine: (number == 10).then(|| "cores 2 → 4".to_owned()),
            new_load: false,
            mean_s: Some(mean_s),
            p50_s: Some(mean_s * 0.9),
            p95_s: Some(mean_s * 1.8).filter(|_| number != 30),
            throughput_per_s: Some(1.0 / mean_s),
        }
    };
    vec![TestTrend { test: "shop::browse".to_owned(), runs: (0..60).map(run).collect() }]
}

fn with_arms(name: &str, arms: [&str; 2], factor: f64, verdict: ChangeVerdict) -> TestReport {
    let mut test = records::load(name, 30.0, 2, 0.5);
    test.arms = arms.iter().zip([1.0, factor]).map(|(arm, factor)| of_arm(&test, arm, factor)).collect();
    test.comparisons = vec![report(arms, ComparisonMethod::Interleaved, verdict, factor)];
    test
}

fn of_arm(test: &TestReport, name: &str, factor: f64) -> ArmReport {
    let turn = |second: u64| TimeSlice {
        second,
        ok: (100.0 / factor * (1.0 + 0.1 * noise(second))) as u64,
        p50_s: Some(0.002 * factor * (1.0 + 0.1 * noise(second ^ 1))),
        p95_s: Some(0.005 * factor * (1.0 + 0.3 * noise(second ^ 2))),
        ..TimeSlice::default()
    };
    let measured = test.measured.clone().unwrap_or_default();
    ArmReport { name: name.to_owned(), measured, turns: (0..30).map(turn).collect(), servers: test.servers.clone() }
}

fn report(
    [reference, subject]: [&str; 2],
    method: ComparisonMethod,
    verdict: ChangeVerdict,
    ratio: f64,
) -> ChangeReport {
    let change = |metric: &str| MetricChange {
        metric: metric.to_owned(),
        before: Some(0.1),
        after: Some(0.1 * ratio),
        change: Some(ChangeEstimate {
            ratio,
            interval: Some((ratio * 0.97, ratio * 1.03)),
            smallest_visible: Some(0.05),
        }),
        verdict,
        values: 30,
        note: None,
    };
    ChangeReport {
        reference: reference.to_owned(),
        subject: subject.to_owned(),
        method,
        verdict,
        confirmed: None,
        changes: ["mean", "median", "p95"].map(change).into(),
        notes: Vec::new(),
    }
}
