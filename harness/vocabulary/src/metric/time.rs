//! The figures of a set of times.

use std::fmt;

use super::percentile::{NotAPercentile, Percentile};

/// A figure of a set of times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TimeFigure {
    /// Shortest time.
    Min,
    /// Arithmetic mean.
    Mean,
    /// The 50th percentile.
    Median,
    /// Longest time.
    Max,
    /// Standard deviation.
    Stddev,
    /// A percentile: `p95`, `p99.9`.
    Percentile(Percentile),
}

impl TimeFigure {
    /// The figure called `word`; `None` if it is the name of none.
    ///
    /// # Errors
    /// `p0`, `p100`, `p200`.
    pub fn named(word: &str) -> Result<Option<TimeFigure>, NotAPercentile> {
        Ok(Some(match word {
            "min" => TimeFigure::Min,
            "mean" => TimeFigure::Mean,
            "median" => TimeFigure::Median,
            "max" => TimeFigure::Max,
            "stddev" => TimeFigure::Stddev,
            _ if word.strip_prefix('p').is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit())) => {
                TimeFigure::Percentile(word.parse()?)
            }
            _ => return Ok(None),
        }))
    }

    /// The percentile that it is, the median included.
    pub fn percentile(self) -> Option<Percentile> {
        match self {
            TimeFigure::Percentile(percentile) => Some(percentile),
            TimeFigure::Median => Percentile::new(50.0),
            _ => None,
        }
    }
}

impl fmt::Display for TimeFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            TimeFigure::Min => f.write_str("min"),
            TimeFigure::Mean => f.write_str("mean"),
            TimeFigure::Median => f.write_str("median"),
            TimeFigure::Max => f.write_str("max"),
            TimeFigure::Stddev => f.write_str("stddev"),
            TimeFigure::Percentile(percentile) => write!(f, "{percentile}"),
        }
    }
}
