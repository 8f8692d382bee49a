//! How long a user pauses between its iterations.

use std::fmt;
use std::time::Duration;

use crate::units::{Quantity, QuantityError, ShortDuration, parse_quantity};

/// `think = 1s..3s`: how long a user pauses after an iteration, each time of the range equally likely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub struct ThinkRange {
    /// The shortest pause.
    pub least: Duration,
    /// The longest pause.
    pub most: Duration,
}

impl ThinkRange {
    /// Reads a time or a range of times; `None` if it is neither, or if it ends before it begins.
    ///
    /// # Errors
    /// A part of it is not a quantity.
    pub fn parse(text: &str) -> Result<Option<ThinkRange>, QuantityError> {
        let (least, most) = match text.split_once("..") {
            Some((least, most)) => (parse_quantity(least)?, parse_quantity(most)?),
            None => (parse_quantity(text)?, parse_quantity(text)?),
        };
        Ok(match (least, most) {
            (Quantity::Duration(least), Quantity::Duration(most)) if least <= most => Some(ThinkRange { least, most }),
            _ => None,
        })
    }

    /// The pause for a number from 0 up to, but never, 1.
    #[must_use]
    pub fn at(self, unit: f64) -> Duration {
        self.least + (self.most - self.least).mul_f64(unit)
    }

    /// True if no pause is longer than nothing.
    pub const fn is_none(self) -> bool {
        self.most.is_zero()
    }
}

/// As in the attribute.
impl fmt::Display for ThinkRange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.least == self.most {
            true => write!(f, "{}", ShortDuration(self.least)),
            false => write!(f, "{}..{}", ShortDuration(self.least), ShortDuration(self.most)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_and_a_range_of_times_read_back() {
        for text in ["1s", "1s..3s", "100ms..500ms", "0s..1.5s", "0s"] {
            assert_eq!(ThinkRange::parse(text).unwrap().unwrap().to_string(), text);
        }
        for text in ["3s..1s", "1..3", "5/s", "1%..3%"] {
            assert_eq!(ThinkRange::parse(text), Ok(None), "{text}");
        }
        for text in ["1s..", "..3s", "1s...3s", "1s..=3s", "soon"] {
            assert!(ThinkRange::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn pauses_are_from_the_whole_range() {
        let range = ThinkRange::parse("1s..3s").unwrap().unwrap();
        assert_eq!([0.0, 0.25, 0.5].map(|unit| range.at(unit)), [1_000, 1_500, 2_000].map(Duration::from_millis));
        assert!(!range.is_none() && ThinkRange::parse("0s").unwrap().unwrap().is_none());
    }
}
