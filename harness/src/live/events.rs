//! The data of each event, as the page reads it. A missing figure is `null`.

use std::time::Duration;

use serde_json::{Value, json};

use super::plan::{ListedTest, SessionPlan};
use crate::metric::Metric;
use crate::outcome::{Outcome, TestReport, ThresholdVerdict, figure, offered};
use crate::report::{limits, words};
use crate::runner::Test;
use crate::text::{block, one_line};
use crate::threshold::Threshold;
use crate::workload::{RunLength, Warmup, Workload};

pub(super) fn session(plan: &SessionPlan) -> Value {
    let tests: Vec<Value> = plan.tests.iter().map(listed).collect();
    json!({ "id": plan.id, "drives": plan.drives, "tests": tests, "version": env!("CARGO_PKG_VERSION") })
}

fn listed(test: &ListedTest) -> Value {
    json!({
        "name": one_line(&test.name),
        "kind": test.kind.name(),
        "markers": test.markers,
        "documentation": block(&test.documentation),
        "load": test.load,
        "runs": test.runs,
        "fields": test.fields,
    })
}

pub(super) fn test_begins(test: &Test) -> Value {
    json!({
        "test": one_line(&test.id.name),
        "kind": test.kind.name(),
        "load": offered::load(&test.workload),
        "documentation": block(&test.doc),
        "thresholds": test.thresholds.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

/// `number`: how many runs of this test there were before, and this one.
pub(super) fn run_begins(test: &Test, workload: &Workload, number: u64) -> Value {
    let (duration, requests) = match workload.length {
        RunLength::Duration(duration) => (Some(duration), None),
        RunLength::Requests(requests) => (None, Some(requests)),
        RunLength::UntilPrecise => (None, None),
    };
    let warmup = match workload.warmup {
        Warmup::Duration(warmup) => Some(warmup),
        Warmup::Requests(0) => Some(Duration::ZERO),
        Warmup::Requests(_) | Warmup::UntilSteady => None,
    };
    let whole = duration.zip(warmup).map(|(duration, warmup)| workload.ramp_up() + warmup + duration);
    json!({
        "test": one_line(&test.id.name),
        "number": number,
        "load": offered::load(workload),
        "is_open": offered::rate_per_s(workload).is_some(),
        // From the beginning of the measurement, and from the beginning of the run if the length of the warm-up is known.
        "duration_s": duration.map(|duration| duration.as_secs_f64()),
        "expected_s": whole.map(|whole| whole.as_secs_f64()),
        "expected_requests": requests,
        "limits": test.thresholds.iter().filter_map(drawn_limit).collect::<Vec<_>>(),
    })
}

/// A limit on the times of all requests is a line in the chart of times.
fn drawn_limit(threshold: &Threshold) -> Option<Value> {
    let of_all = threshold.subject.endpoint().is_none() && threshold.subject.stage().is_none();
    let is_drawn = matches!(threshold.metric, Metric::Mean | Metric::Median | Metric::Percentile(_) | Metric::Max);
    // A share of another figure is known when that is.
    (of_all && is_drawn && threshold.limit().is_finite())
        .then(|| json!({ "text": threshold.to_string(), "limit_s": threshold.limit() }))
}

pub(super) fn test_ended(report: &TestReport) -> Value {
    let times = report.measured.as_ref().map(|measured| &measured.total.response_time);
    let total = report.measured.as_ref().map(|measured| &measured.total);
    json!({
        "test": one_line(&report.id.name),
        "outcome": words::word(report.outcome),
        "reason": report.reason.as_deref().map(block),
        "elapsed_s": report.elapsed.as_secs_f64(),
        "load": report.workload.as_ref().map(offered::load),
        "requests": total.map(|total| total.requests.intended),
        "failed": total.map(|total| total.requests.intended - total.requests.ok),
        "rate_per_s": total.and_then(|total| total.throughput_per_s).filter(|rate| rate.is_finite()),
        "mean_s": times.and_then(|times| times.mean_s),
        "p50_s": times.and_then(|times| figure::percentile_s(times, 50.0)),
        "p95_s": times.and_then(|times| figure::percentile_s(times, 95.0)),
        "p99_s": times.and_then(|times| figure::percentile_s(times, 99.0)),
        "thresholds": report.thresholds.iter().map(|verdict| threshold(verdict, report.outcome)).collect::<Vec<_>>(),
        "warnings": report.warnings.iter().map(|text| block(text)).collect::<Vec<_>>(),
        "events": report.events.iter().map(|event| json!({ "at_s": event.at_s, "text": block(&event.text) }))
            .collect::<Vec<_>>(),
    })
}

/// In words, as the terminal shows them.
fn threshold(verdict: &ThresholdVerdict, outcome: Outcome) -> Value {
    let limit = &verdict.threshold;
    json!({
        "text": limit.to_string(),
        "actual": verdict.actual.map(|actual| figure::beside_limit(limit, actual)),
        "interval": verdict.interval.map(|interval| figure::interval(limit.metric, interval)),
        "margin": verdict.actual.map(|actual| figure::margin(limit, actual)),
        "samples": verdict.samples,
        "holds": verdict.holds,
        "mark": limits::mark(verdict, outcome),
    })
}
