//! How many arrivals a second a test asks for.

use std::fmt;

use crate::units::ShortNumber;

/// The value of `rate`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// `rate = 3_000/s`
    PerSecond(f64),
    /// `rate = 50% of capacity`: this share (0.5) of what the server turns out to take.
    OfCapacity(f64),
}

impl Rate {
    /// Arrivals each second if the capacity is `capacity_per_s`.
    pub fn per_second(self, capacity_per_s: f64) -> f64 {
        match self {
            Rate::PerSecond(rate) => rate,
            Rate::OfCapacity(share) => share * capacity_per_s,
        }
    }
}

impl fmt::Display for Rate {
    /// As written: `3000/s`, `50% of capacity`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Rate::PerSecond(rate) => write!(f, "{}/s", ShortNumber(*rate)),
            Rate::OfCapacity(share) => write!(f, "{}% of capacity", ShortNumber(share * 100.0)),
        }
    }
}
