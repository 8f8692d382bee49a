//! How an axis is stretched: [`Stretch`].

/// How an axis is stretched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stretch {
    Straight,
    /// Each power of ten takes as much room.
    Log,
    /// Percentiles: 90, 99 and 99.9 are equally far apart.
    Percentile,
}

impl Stretch {
    /// Where `value` lies; `None` if it has no place on such an axis.
    pub(super) fn place(self, value: f64) -> Option<f64> {
        match self {
            Stretch::Straight => Some(value),
            Stretch::Log => (value > 0.0).then(|| value.log10()),
            Stretch::Percentile => Some(-(1.0 - value.min(99.999_9) / 100.0).log10()),
        }
    }
}
