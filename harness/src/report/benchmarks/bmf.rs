//! The figures of a run in Bencher's Metric Format: nanoseconds, events each second, and the ends of intervals.

use std::collections::BTreeMap;

use serde::Serialize;

use super::tracked::{self, Tracked};
use crate::measure::json as figures;
use crate::outcome::RunReport;

/// The longest name that Bencher takes, in characters.
const LONGEST_NAME: usize = 1_024;

#[derive(Serialize)]
struct Measure {
    #[serde(with = "figures::number")]
    value: f64,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figures::figure")]
    lower_value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none", serialize_with = "figures::figure")]
    upper_value: Option<f64>,
}

impl Measure {
    fn of(figure: Tracked) -> Measure {
        let (lower_value, upper_value) = figure.interval.unzip();
        Measure { value: figure.value, lower_value, upper_value }
    }
}

/// The file, with a newline at the end. A figure that is missing is left out: a measure needs a value.
pub(crate) fn bmf(run: &RunReport) -> String {
    let mut benchmarks: BTreeMap<String, BTreeMap<&str, Measure>> = BTreeMap::new();
    for (test, measured) in tracked::tests(run) {
        let times = &tracked::judged(test, measured).response_time;
        // `latency` and `throughput` are Bencher's own measures, with these units; it adds the others when it sees them.
        let figures = [
            ("latency", tracked::mean_s(test, measured).map(|mean| mean.times(1e9))),
            ("latency-p50", tracked::percentile_s(test, 50.0, times.p50_s).map(|time| time.times(1e9))),
            ("latency-p95", tracked::percentile_s(test, 95.0, times.p95_s).map(|time| time.times(1e9))),
            ("latency-p99", tracked::percentile_s(test, 99.0, times.p99_s).map(|time| time.times(1e9))),
            ("throughput", tracked::throughput_per_s(test, measured)),
            ("success-rate", tracked::success_rate(test, measured)),
        ];
        let known = figures.into_iter().filter_map(|(name, figure)| Some((name, Measure::of(figure?))));
        let measures: BTreeMap<&str, Measure> = known.collect();
        if !measures.is_empty() {
            let name = tracked::full_name(test).chars().take(LONGEST_NAME).collect();
            benchmarks.insert(name, measures);
        }
    }
    let text = serde_json::to_string_pretty(&benchmarks).expect("strings and numbers always serialise");
    format!("{text}\n")
}
