//! A summary of many times.

use std::sync::Arc;
use std::time::Duration;

use super::histogram::Histogram;
use crate::metric::Percentile;

/// A summary of many times, in seconds. With no sample there is no figure: each is `None`, never 0.
#[derive(Debug, Clone, Default)]
pub struct TimeSummary {
    /// How many times went in.
    pub samples: u64,
    /// Exact.
    pub min_s: Option<f64>,
    /// Exact: from the sum, not from the histogram.
    pub mean_s: Option<f64>,
    /// Exact.
    pub max_s: Option<f64>,
    /// From the exact sum of squares; population form.
    pub stddev_s: Option<f64>,
    /// Where the percentiles come from. Crate-wide so that a summary can be written down in a test.
    pub(crate) histogram: Option<Arc<Histogram>>,
}

impl TimeSummary {
    /// The summary of `times`.
    pub fn of(times: impl IntoIterator<Item = Duration>) -> TimeSummary {
        let mut histogram = Histogram::for_timeout(Duration::from_secs(10));
        for time in times {
            histogram.record(time);
        }
        TimeSummary::from(histogram)
    }

    /// The percentile, in seconds; `None` without samples.
    ///
    /// At least the percentile's share of the samples is at or below it, to three significant digits.
    pub fn percentile_s(&self, percentile: Percentile) -> Option<f64> {
        self.histogram.as_ref().and_then(|histogram| histogram.percentile_s(percentile))
    }
}

impl From<Histogram> for TimeSummary {
    fn from(histogram: Histogram) -> TimeSummary {
        TimeSummary {
            samples: histogram.samples(),
            min_s: histogram.min_s(),
            mean_s: histogram.mean_s(),
            max_s: histogram.max_s(),
            stddev_s: histogram.stddev_s(),
            histogram: Some(Arc::new(histogram)),
        }
    }
}
