//! What is worth following from commit to commit: the figures of a test that can be trusted, with their intervals.

use crate::kind::Kind;
use crate::measure::{Measured, Summary};
use crate::metric::Metric;
use crate::outcome::{Outcome, RunReport, TestReport};
use crate::threshold::{Subject, Threshold};

/// A figure, and the ends of its 95 % interval if one is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Tracked {
    pub(super) value: f64,
    pub(super) interval: Option<(f64, f64)>,
}

impl Tracked {
    /// The same in another unit.
    pub(super) fn times(self, factor: f64) -> Tracked {
        let interval = self.interval.map(|(low, high)| (low * factor, high * factor));
        Tracked { value: self.value * factor, interval }
    }
}

/// The tests whose figures can be trusted.
pub(super) fn tests(run: &RunReport) -> impl Iterator<Item = (&TestReport, &Measured)> {
    let trusted = run.tests.iter().filter(|test| matches!(test.outcome, Outcome::Passed | Outcome::Failed));
    trusted.filter_map(|test| Some((test, test.measured.as_ref()?)))
}

/// `perf-tests::perf::agent::load::health`: the same from run to run, and no other test's.
pub(super) fn full_name(test: &TestReport) -> String {
    let parts = [test.id.package.as_str(), &test.id.target, &test.id.name];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("::")
}

/// What the test is about: of a benchmark its iterations, of any other test all its requests.
pub(super) fn judged<'a>(test: &TestReport, measured: &'a Measured) -> &'a Summary {
    match test.kind {
        Kind::Benchmark => &measured.iteration,
        _ => &measured.total,
    }
}

/// The mean, in seconds.
pub(super) fn mean_s(test: &TestReport, measured: &Measured) -> Option<Tracked> {
    let value = finite(judged(test, measured).response_time.mean_s)?;
    let of_benchmark = measured.precision.map(|precision| precision.half_width * value);
    let of_benchmark = finite(of_benchmark).map(|half_width| ((value - half_width).max(0.0), value + half_width));
    let interval = of_benchmark.or_else(|| interval(test, |metric| metric == Metric::Mean));
    Some(Tracked { value, interval })
}

/// A percentile, in seconds; `None` with too few samples.
pub(super) fn percentile_s(test: &TestReport, percent: f64, value_s: Option<f64>) -> Option<Tracked> {
    // A percentile of the ok requests alone is another figure.
    let is_it = |metric: Metric| match metric {
        Metric::Median => percent == 50.0,
        Metric::Percentile(of) => of.percent() == percent,
        _ => false,
    };
    Some(Tracked { value: finite(value_s)?, interval: interval(test, is_it) })
}

/// What ended ok each second.
pub(super) fn throughput_per_s(test: &TestReport, measured: &Measured) -> Option<Tracked> {
    let value = finite(judged(test, measured).throughput_per_s)?;
    Some(Tracked { value, interval: interval(test, |metric| metric == Metric::Throughput) })
}

/// 0 to 1.
pub(super) fn success_rate(test: &TestReport, measured: &Measured) -> Option<Tracked> {
    let value = finite(judged(test, measured).success_rate)?;
    Some(Tracked { value, interval: interval(test, |metric| metric == Metric::SuccessRate) })
}

/// The interval of a threshold on the same figure of the whole test.
fn interval(test: &TestReport, is_it: impl Fn(Metric) -> bool) -> Option<(f64, f64)> {
    let is_same = |threshold: &Threshold| threshold.subject == Subject::Total && is_it(threshold.metric);
    let verdict = test.thresholds.iter().find(|verdict| is_same(&verdict.threshold))?;
    verdict.interval.filter(|(low, high)| low.is_finite() && high.is_finite())
}

fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite())
}
