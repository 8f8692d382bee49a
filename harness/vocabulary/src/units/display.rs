//! Quantities as people read them.

use std::fmt;
use std::time::Duration;

/// A duration in the unit that reads best, with no more digits than it has: `800ms`, `1.5s`, `1h30m`.
///
/// Text that a person wrote comes back as they wrote it; for measured times use the report's columns, which round.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ShortDuration(pub Duration);

impl fmt::Display for ShortDuration {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let ns = self.0.as_nanos();
        if ns == 0 {
            return f.write_str("0s");
        }
        if ns >= 60_000_000_000 {
            return write_long(f, self.0);
        }
        let (unit, unit_ns) = match ns {
            1_000_000_000.. => ("s", 1_000_000_000),
            1_000_000.. => ("ms", 1_000_000),
            1_000.. => ("us", 1_000),
            _ => ("ns", 1),
        };
        write!(f, "{}{unit}", Fraction { value: ns, unit: unit_ns })
    }
}

/// From a minute on: `1h30m`, `2m`, `1m30.5s`.
fn write_long(f: &mut fmt::Formatter<'_>, duration: Duration) -> fmt::Result {
    let (hours, minutes) = (duration.as_secs() / 3600, duration.as_secs() / 60 % 60);
    let rest_ns = duration.as_nanos() % 60_000_000_000;
    if hours > 0 {
        write!(f, "{hours}h")?;
    }
    if minutes > 0 {
        write!(f, "{minutes}m")?;
    }
    if rest_ns > 0 {
        write!(f, "{}s", Fraction { value: rest_ns, unit: 1_000_000_000 })?;
    }
    Ok(())
}

/// `value / unit` in decimal without trailing zeros; `unit` is a power of ten.
struct Fraction {
    value: u128,
    unit: u128,
}

impl fmt::Display for Fraction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.value / self.unit, self.value % self.unit);
        if rest == 0 {
            return write!(f, "{whole}");
        }
        let width = self.unit.ilog10() as usize;
        let digits = format!("{rest:0width$}");
        write!(f, "{whole}.{}", digits.trim_end_matches('0'))
    }
}

/// A plain number without a needless fraction: `12`, `0.1`, `99.95`. At most six decimals.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ShortNumber(pub f64);

impl fmt::Display for ShortNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.fract() == 0.0 {
            return write!(f, "{}", self.0);
        }
        let text = format!("{:.6}", self.0);
        f.write_str(text.trim_end_matches('0').trim_end_matches('.'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unit_fits_the_size() {
        let short = |ns| ShortDuration(Duration::from_nanos(ns)).to_string();
        assert_eq!(short(0), "0s");
        assert_eq!(short(1_500), "1.5us");
        assert_eq!(short(800_000_000), "800ms");
        assert_eq!(short(1_050_000_000), "1.05s");
        assert_eq!(short(5_400_000_000_000), "1h30m");
        assert_eq!(short(90_500_000_000), "1m30.5s");
    }

    #[test]
    fn numbers_lose_their_needless_digits() {
        assert_eq!(ShortNumber(99.9).to_string(), "99.9");
        assert_eq!(ShortNumber(5000.0).to_string(), "5000");
    }
}
