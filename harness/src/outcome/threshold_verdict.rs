//! One threshold and the figure it was compared with.

use crate::threshold::Threshold;

/// One threshold, held against the figures.
#[derive(Debug, Clone)]
pub struct ThresholdVerdict {
    /// What was asked.
    pub threshold: Threshold,
    /// What was measured, in the base unit of the metric; `None` when there was no data, which never passes.
    pub actual: Option<f64>,
    /// The 95 % interval of a mean, a percentile or a success rate, in the same unit; `None` for other metrics and for a
    /// run too short to tell.
    pub interval: Option<(f64, f64)>,
    /// How many samples the figure rests on.
    pub samples: u64,
    /// True if it holds.
    pub holds: bool,
    /// The limit lies inside the interval: another measurement might decide otherwise.
    pub borderline: bool,
    /// Why the figure cannot be relied on: no data, an endpoint that no request hit, too few samples for the percentile.
    pub doubt: Option<String>,
}
