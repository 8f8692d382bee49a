//! The classic histogram: how many times were at most so long, for a few bounds.

use crate::measure::TimeSummary;
use crate::metric::Dimension;
use crate::outcome::TestReport;

/// Bounds for every test, in seconds.
const USUAL_BOUNDS_S: [f64; 17] =
    [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0];

/// How many times were at most so long.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ClassicHistogram {
    /// For each bound, in seconds; empty if it is known only how many times there were.
    pub(super) at_most: Vec<(f64, u64)>,
    pub(super) samples: u64,
    pub(super) sum_s: f64,
}

/// The usual bounds, and every time that is a limit of a threshold of `test`, so that the share beyond a limit is a quotient
/// of two buckets and no interpolation.
pub(super) fn bounds_s(test: &TestReport) -> Vec<f64> {
    let thresholds = test.thresholds.iter().map(|verdict| &verdict.threshold);
    let limits = thresholds.filter(|threshold| threshold.metric.dimension() == Dimension::Time);
    let mut bounds_s: Vec<f64> = USUAL_BOUNDS_S.into_iter().chain(limits.map(|threshold| threshold.limit())).collect();
    bounds_s.retain(|bound_s| bound_s.is_finite() && *bound_s > 0.0);
    bounds_s.sort_by(f64::total_cmp);
    bounds_s.dedup();
    bounds_s
}

impl ClassicHistogram {
    /// The times of `summaries` together; `None` without samples.
    ///
    /// A time is known to three significant digits, so one that is shorter than a bound by less than a thousandth may be
    /// counted as longer.
    pub(super) fn of<'a>(
        summaries: impl Iterator<Item = &'a TimeSummary> + Clone,
        bounds_s: &[f64],
    ) -> Option<ClassicHistogram> {
        let with_samples = summaries.filter(|summary| summary.samples > 0);
        let samples: u64 = with_samples.clone().map(|summary| summary.samples).sum();
        let sum_s =
            with_samples.clone().map(|summary| Some(summary.mean_s? * summary.samples as f64)).sum::<Option<f64>>();
        let mut counts = vec![0; bounds_s.len() + 1];
        let mut is_known = true;
        for summary in with_samples {
            let Some(counted) = summary.counted() else {
                is_known = false;
                continue;
            };
            for (time_s, count) in counted {
                counts[bounds_s.partition_point(|bound_s| *bound_s < time_s)] += count;
            }
        }
        let at_most = bounds_s.iter().zip(&counts).scan(0, |seen, (bound_s, count)| {
            *seen += count;
            Some((*bound_s, *seen))
        });
        let at_most = if is_known { at_most.collect() } else { Vec::new() };
        (samples > 0).then_some(ClassicHistogram { at_most, samples, sum_s: sum_s? })
    }
}
