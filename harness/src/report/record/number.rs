//! Numbers as the record holds them.

use std::time::Duration;

use crate::outcome::figure;

/// Finer than any clock, and without the dust of binary fractions.
const DIGITS: usize = 9;

pub(super) fn seconds(duration: Duration) -> f64 {
    duration.as_secs_f64()
}

pub(super) fn finite(value: Option<f64>) -> Option<f64> {
    value.filter(|value| value.is_finite()).map(|value| figure::round_to(value, DIGITS))
}
