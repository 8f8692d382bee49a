//! The figures of one run of a test that are worth comparing with other runs: [`RunFigures`].

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::measure::{Measured, Summary, TimeSlice, json};
use crate::outcome::{TestReport, figure};
use crate::statistics::{LEAST_EFFECTIVE_VALUES, effective_count};

/// What a test came to in one run. Maximum and p99 are not among them: they differ too much from run to run.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RunFigures {
    /// Arithmetic mean of the response times; of the iterations for a benchmark.
    #[serde(serialize_with = "json::figure")]
    pub mean_s: Option<f64>,
    /// Their median.
    #[serde(serialize_with = "json::figure")]
    pub p50_s: Option<f64>,
    /// Their 95th percentile.
    #[serde(serialize_with = "json::figure")]
    pub p95_s: Option<f64>,
    /// Successful requests each second.
    #[serde(serialize_with = "json::figure")]
    pub throughput_per_s: Option<f64>,
    /// How many times went in.
    pub samples: u64,
    /// 0 to 1.
    #[serde(serialize_with = "json::figure")]
    pub success_rate: Option<f64>,
    /// How precisely the run knows them.
    pub relative_errors: RelativeErrors,
}

/// The standard error of a figure as a share of it: 0.012 for 1.2 %. `None` where too little is known of its spread.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct RelativeErrors {
    /// Of the mean.
    #[serde(serialize_with = "json::figure")]
    pub mean: Option<f64>,
    /// Of the median.
    #[serde(serialize_with = "json::figure")]
    pub p50: Option<f64>,
    /// Of the 95th percentile.
    #[serde(serialize_with = "json::figure")]
    pub p95: Option<f64>,
    /// Of the throughput.
    #[serde(serialize_with = "json::figure")]
    pub throughput: Option<f64>,
}

impl RunFigures {
    /// The figures of a test that offered load; `None` for one that did not.
    pub fn of(test: &TestReport) -> Option<RunFigures> {
        let measured = test.measured.as_ref()?;
        let judged = judged(test.kind, measured);
        let percentile = |percent| figure::percentile_s(&judged.response_time, percent);
        Some(RunFigures {
            mean_s: judged.response_time.mean_s,
            p50_s: percentile(50.0),
            p95_s: percentile(95.0),
            throughput_per_s: judged.throughput_per_s,
            samples: judged.response_time.samples,
            success_rate: counted(measured).requests.success_rate(),
            relative_errors: RelativeErrors::of(&measured.timeline),
        })
    }

    /// The four figures that are compared, in one order: mean, median, p95, throughput.
    pub(crate) fn compared(&self) -> [Option<f64>; 4] {
        [self.mean_s, self.p50_s, self.p95_s, self.throughput_per_s]
    }
}

impl RelativeErrors {
    /// From the seconds of a run, by as many as they are worth: neighbours depend on each other.
    fn of(timeline: &[TimeSlice]) -> RelativeErrors {
        // The last second is seldom a whole one.
        let whole = &timeline[..timeline.len().saturating_sub(1)];
        let error = |figure: fn(&TimeSlice) -> Option<f64>| {
            relative_error(&whole.iter().filter_map(figure).collect::<Vec<_>>())
        };
        RelativeErrors {
            mean: error(|second| second.mean_s),
            p50: error(|second| second.p50_s),
            p95: error(|second| second.p95_s),
            throughput: error(|second| Some(second.ok as f64)),
        }
    }

    /// In the order of [`RunFigures::compared`].
    pub(super) fn from_array([mean, p50, p95, throughput]: [Option<f64>; 4]) -> RelativeErrors {
        RelativeErrors { mean, p50, p95, throughput }
    }

    /// In the order of [`RunFigures::compared`].
    pub(super) fn as_array(&self) -> [Option<f64>; 4] {
        [self.mean, self.p50, self.p95, self.throughput]
    }
}

/// What thresholds without a subject judge: the requests, or the iterations of a benchmark.
pub(super) fn judged(kind: Kind, measured: &Measured) -> &Summary {
    if kind == Kind::Benchmark { &measured.iteration } else { &measured.total }
}

/// The requests, or the iterations of a test that sends none.
pub(super) fn counted(measured: &Measured) -> &Summary {
    if measured.total.requests.intended > 0 { &measured.total } else { &measured.iteration }
}

fn relative_error(values: &[f64]) -> Option<f64> {
    let effective = effective_count(values);
    if values.len() < 2 || effective < LEAST_EFFECTIVE_VALUES {
        return None;
    }
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean > 0.0).then(|| (variance / effective).sqrt() / mean)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outcome::samples;

    fn second(second: u64, mean_s: f64, ok: u64) -> TimeSlice {
        TimeSlice { second, ok, mean_s: Some(mean_s), ..TimeSlice::default() }
    }

    #[test]
    fn an_error_is_that_of_the_mean_of_the_whole_seconds() {
        // 9, 11, 9, 11 …: mean 10, s² = 10 × 1 ÷ 9, over ten seconds √(10/9 ÷ 10) ÷ 10.
        let mut timeline: Vec<_> = (0..10).map(|at| second(at, if at % 2 == 0 { 0.009 } else { 0.011 }, 100)).collect();
        timeline.push(second(10, 5.0, 1));
        let errors = RelativeErrors::of(&timeline);
        assert!((errors.mean.unwrap() - (1.0_f64 / 9.0).sqrt() / 10.0).abs() < 1e-9, "{errors:?}");
        assert_eq!(errors.throughput, Some(0.0));
        assert_eq!(errors.p95, None, "no second has one");
    }

    #[test]
    fn few_seconds_or_a_trend_have_no_error() {
        let rising: Vec<_> = (0..30_u32).map(|at| second(at.into(), f64::from(at + 1), 100)).collect();
        assert_eq!(RelativeErrors::of(&rising).mean, None);
        assert_eq!(RelativeErrors::of(&rising[..3]), RelativeErrors::default());
    }

    #[test]
    fn a_test_that_did_not_run_has_no_figures_and_a_benchmark_those_of_its_iterations() {
        assert_eq!(RunFigures::of(&samples::ignored()), None);
        let benchmark = samples::benchmark("agent::config", 80);
        let iteration = &benchmark.measured.as_ref().unwrap().iteration;
        assert_eq!(RunFigures::of(&benchmark).unwrap().samples, iteration.response_time.samples);
    }
}
