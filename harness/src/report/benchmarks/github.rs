//! The figures of a run for github-action-benchmark: a list in which smaller is better, and one in which bigger is.
//!
//! It compares numbers of one name from commit to commit whatever their unit, so each has the same unit in every run.

use serde::Serialize;

use super::tracked::{self, Tracked};
use crate::measure::{Measured, json as figures};
use crate::outcome::figure::round_to;
use crate::outcome::{RunReport, TestReport};
use crate::report::words::word;

#[derive(Serialize)]
struct Entry {
    name: String,
    unit: &'static str,
    #[serde(with = "figures::number")]
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<String>,
    extra: String,
}

/// For `tool: customSmallerIsBetter`: times in milliseconds.
pub(crate) fn smaller_is_better(run: &RunReport) -> String {
    let entries = tracked::tests(run).flat_map(|(test, measured)| {
        let times = &tracked::judged(test, measured).response_time;
        let figures = [
            ("mean", tracked::mean_s(test, measured)),
            ("p50", tracked::percentile_s(test, 50.0, times.p50_s)),
            ("p95", tracked::percentile_s(test, 95.0, times.p95_s)),
            ("p99", tracked::percentile_s(test, 99.0, times.p99_s)),
        ];
        let known = figures.into_iter().filter_map(|(name, figure)| Some((name, figure?)));
        known.map(|(name, figure)| entry(test, measured, name, "ms", figure.times(1_000.0))).collect::<Vec<_>>()
    });
    text(&entries.collect::<Vec<_>>())
}

/// For `tool: customBiggerIsBetter`: what ended ok each second, and the share of the requests that did.
pub(crate) fn bigger_is_better(run: &RunReport) -> String {
    let entries = tracked::tests(run).flat_map(|(test, measured)| {
        let capacity = measured.capacity_per_s.filter(|capacity| capacity.is_finite());
        let capacity = capacity.map(|value| Tracked { value, interval: None });
        let figures = [
            ("throughput", "1/s", tracked::throughput_per_s(test, measured)),
            ("success rate", "%", tracked::success_rate(test, measured).map(|rate| rate.times(100.0))),
            ("capacity", "1/s", capacity),
        ];
        let known = figures.into_iter().filter_map(|(name, unit, figure)| Some((name, unit, figure?)));
        known.map(|(name, unit, figure)| entry(test, measured, name, unit, figure)).collect::<Vec<_>>()
    });
    text(&entries.collect::<Vec<_>>())
}

fn entry(test: &TestReport, measured: &Measured, name: &str, unit: &'static str, figure: Tracked) -> Entry {
    let range = figure.interval.map(|(low, high)| {
        let distance = (figure.value - low).max(high - figure.value);
        format!("± {}", round_to(distance, 3))
    });
    let samples = tracked::judged(test, measured).response_time.samples;
    let extra = format!("{} {}\nsamples: {samples}", test.kind, word(test.outcome));
    Entry { name: format!("{} {name}", tracked::full_name(test)), unit, value: figure.value, range, extra }
}

fn text(entries: &[Entry]) -> String {
    let text = serde_json::to_string_pretty(entries).expect("strings, numbers and options always serialise");
    format!("{text}\n")
}
