//! A summary of many times.

use crate::metric::Percentile;

/// A summary of many times, in seconds. With no sample there is no figure: each is `None`, never 0.
#[derive(Debug, Clone, Default)]
pub struct Times {
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
}

impl Times {
    /// The percentile, in seconds; `None` without samples.
    pub fn percentile_s(&self, _percentile: Percentile) -> Option<f64> {
        None
    }
}
