//! Rounding to significant digits.

/// `value`, rounded to this many significant digits.
///
/// ```
/// use proofload::__internals::outcome::figure::round_to;
/// assert_eq!(round_to(0.123_456, 3), 0.123);
/// assert_eq!(round_to(98_765.0, 3), 98_800.0);
/// ```
pub fn round_to(value: f64, digits: usize) -> f64 {
    // Through text, because scaling by a power of ten would add the error of binary fractions again.
    format!("{value:.*e}", digits.saturating_sub(1)).parse().unwrap_or(value)
}
