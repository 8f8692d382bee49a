//! The figures of a value that the test itself records.

use std::fmt;

use super::percentile::{NotAPercentile, Percentile};
use super::time::TimeFigure;

/// A figure of one value: `mean(value "confidence")`, `total(value "cache hits")`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueFigure {
    /// The sum of all that was recorded or counted.
    Total,
    /// A figure of how what was recorded is distributed.
    Of(TimeFigure),
}

impl ValueFigure {
    /// The names as written in the attribute.
    pub const NAMES: [&'static str; 7] = ["min", "mean", "median", "max", "stddev", "pN", TOTAL];

    /// The figure called `word`; `None` if no figure has this name.
    ///
    /// # Errors
    /// `p0`, `p100`, `p200`.
    pub fn named(word: &str) -> Result<Option<ValueFigure>, NotAPercentile> {
        if word == TOTAL {
            return Ok(Some(ValueFigure::Total));
        }
        Ok(TimeFigure::named(word)?.map(ValueFigure::Of))
    }

    /// The percentile that it is, the median included.
    pub fn percentile(self) -> Option<Percentile> {
        match self {
            ValueFigure::Total => None,
            ValueFigure::Of(figure) => figure.percentile(),
        }
    }

    /// True if it is one of the recorded values, or their sum: such a figure may be exactly a number that is written.
    pub const fn is_exact(self) -> bool {
        !matches!(self, ValueFigure::Of(TimeFigure::Mean | TimeFigure::Stddev))
    }
}

/// The sum's name.
const TOTAL: &str = "total";

impl fmt::Display for ValueFigure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ValueFigure::Total => f.write_str(TOTAL),
            ValueFigure::Of(figure) => write!(f, "{figure}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_figures_of_a_value_read_back_from_their_names() {
        for name in ["min", "mean", "median", "max", "stddev", "p95", "p99.9", "total"] {
            assert_eq!(ValueFigure::named(name).unwrap().unwrap().to_string(), name);
        }
        assert_eq!(ValueFigure::named("success_rate"), Ok(None));
        assert!(ValueFigure::named("p100").is_err());
    }
}
