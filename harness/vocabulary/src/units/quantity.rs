//! A number with its unit.

use std::fmt;
use std::time::Duration;

use thiserror::Error;

use super::display::{ShortDuration, ShortNumber};
use super::number::{Decimal, NumberError};
use crate::suggest::did_you_mean;

/// A number with its unit, as written in the attribute, on the command line or in a file.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Quantity {
    /// A plain number: `5_000`, `0.1`.
    Number(f64),
    /// A time: `800ms`, `1h30m`.
    Duration(Duration),
    /// A share of the whole, 0 to 1, with the digits that were written: `99.9%` is 0.999.
    Ratio(Decimal),
    /// Events each second; written `3000/s`, `60/min`, `1/h`.
    PerSecond(f64),
    /// An amount of memory or data; written `4KiB`, `1MB`.
    Bytes(u64),
    /// How fast an amount grows; written `1MiB/min`, `10KB/s`.
    BytesPerSecond(f64),
}

/// Why a text is not a quantity.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum QuantityError {
    /// The number itself is not one.
    #[error(transparent)]
    Number(#[from] NumberError),
    /// The unit is not known.
    #[error(
        "unknown unit `{unit}`{suggestion} (times: ns us ms s min h d; rates: /s /min /h; sizes: B KiB MiB GiB KB MB GB; growth: a size /s /min /h; shares: %)"
    )]
    UnknownUnit {
        /// The unit as written.
        unit: String,
        /// `, did you mean …?` or nothing.
        suggestion: String,
    },
    /// `30m1h` or `1s2s`.
    #[error("in `{0}` each unit must be smaller than the one before it, as in `1h30m`")]
    UnitsOutOfOrder(String),
    /// `1.5h30m`
    #[error("in `{0}` only the last part may have a fraction")]
    FractionBeforeUnit(String),
    /// Finer than a nanosecond, or longer than a machine can count.
    #[error("`{0}` is finer than a nanosecond or too large")]
    OutOfRange(String),
}

const TIME_UNITS: [(&str, u64); 9] = [
    ("ns", 1),
    ("us", 1_000),
    ("µs", 1_000),
    ("ms", 1_000_000),
    ("s", 1_000_000_000),
    ("m", 60_000_000_000),
    ("min", 60_000_000_000),
    ("h", 3_600_000_000_000),
    ("d", 86_400_000_000_000),
];

const RATE_UNITS: [(&str, f64); 3] = [("/s", 1.0), ("/min", 60.0), ("/h", 3600.0)];

const SIZE_UNITS: [(&str, u64); 7] = [
    ("B", 1),
    ("KB", 1_000),
    ("MB", 1_000_000),
    ("GB", 1_000_000_000),
    ("KiB", 1 << 10),
    ("MiB", 1 << 20),
    ("GiB", 1 << 30),
];

/// Reads one quantity. White space around it is ignored.
///
/// ```
/// use proofload_vocabulary::units::{parse_quantity, Quantity};
/// use std::time::Duration;
/// assert_eq!(parse_quantity("1h30m"), Ok(Quantity::Duration(Duration::from_secs(5400))));
/// assert_eq!(parse_quantity("60/min"), Ok(Quantity::PerSecond(1.0)));
/// ```
pub fn parse_quantity(text: &str) -> Result<Quantity, QuantityError> {
    let text = text.trim();
    let (number, rest) = Decimal::take(text)?;
    let unit = rest.trim_start();
    if unit.is_empty() {
        return Ok(Quantity::Number(number.as_f64()));
    }
    if unit == "%" {
        return Ok(Quantity::Ratio(number.percent()));
    }
    let tight: String = unit.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some((_, seconds)) = RATE_UNITS.iter().find(|(name, _)| *name == tight) {
        return Ok(Quantity::PerSecond(number.as_f64() / seconds));
    }
    if let Some(growth) = growth(number, &tight) {
        return Ok(Quantity::BytesPerSecond(growth));
    }
    if let Some((_, bytes)) = SIZE_UNITS.iter().find(|(name, _)| *name == unit) {
        return number.times(*bytes).map(Quantity::Bytes).ok_or_else(|| QuantityError::OutOfRange(text.to_owned()));
    }
    parse_duration(text).map(Quantity::Duration)
}

/// `1MiB/min` is a size and the time in which so much is added.
fn growth(number: Decimal, unit: &str) -> Option<f64> {
    let (size, per) = unit.split_at(unit.find('/')?);
    let (_, bytes) = SIZE_UNITS.iter().find(|(name, _)| *name == size)?;
    let (_, seconds) = RATE_UNITS.iter().find(|(name, _)| *name == per)?;
    Some(number.as_f64() * *bytes as f64 / seconds)
}

/// The largest unit of 1 024 that divides `bytes`.
fn binary_unit(bytes: u64) -> (u64, &'static str) {
    match bytes {
        0 => (0, "B"),
        _ if bytes.is_multiple_of(1 << 30) => (bytes >> 30, "GiB"),
        _ if bytes.is_multiple_of(1 << 20) => (bytes >> 20, "MiB"),
        _ if bytes.is_multiple_of(1 << 10) => (bytes >> 10, "KiB"),
        _ => (bytes, "B"),
    }
}

/// A growth in the unit of time that leaves a whole number of bytes, so that `1MiB/min` is shown as it was written.
fn write_growth(f: &mut fmt::Formatter<'_>, bytes_per_s: f64) -> fmt::Result {
    for (per, seconds) in RATE_UNITS {
        let bytes = bytes_per_s * seconds;
        let whole = bytes.round();
        if (bytes - whole).abs() <= whole * 1e-9 && whole >= 1.0 {
            let (count, unit) = binary_unit(whole as u64);
            return write!(f, "{count}{unit}{per}");
        }
    }
    write!(f, "{}B/s", ShortNumber(bytes_per_s))
}

/// A rate in the unit of time that needs no more digits than are shown, so that `1000/min` is shown as it was written.
fn write_rate(f: &mut fmt::Formatter<'_>, per_s: f64) -> fmt::Result {
    let reads_back = |(per, seconds): &(&str, f64)| {
        let shown = ShortNumber(per_s * seconds);
        shown.to_string().parse::<f64>().is_ok_and(|read| read / seconds == per_s).then(|| format!("{shown}{per}"))
    };
    match RATE_UNITS.iter().find_map(reads_back) {
        Some(shown) => f.write_str(&shown),
        None => write!(f, "{per_s}/s"),
    }
}

/// One or more parts, each with a smaller unit than the one before.
fn parse_duration(text: &str) -> Result<Duration, QuantityError> {
    let mut rest = text;
    let mut total_ns: u64 = 0;
    let mut previous_unit_ns = u64::MAX;
    loop {
        let (number, after_number) = Decimal::take(rest)?;
        let after_number = after_number.trim_start();
        let end = after_number.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after_number.len());
        let (unit, after_unit) = (after_number[..end].trim_end(), &after_number[end..]);
        let unit_ns = time_unit_ns(unit)?;
        if unit_ns >= previous_unit_ns {
            return Err(QuantityError::UnitsOutOfOrder(text.to_owned()));
        }
        if number.has_fraction() && !after_unit.is_empty() {
            return Err(QuantityError::FractionBeforeUnit(text.to_owned()));
        }
        let out_of_range = || QuantityError::OutOfRange(text.to_owned());
        let part_ns = number.times(unit_ns).ok_or_else(out_of_range)?;
        total_ns = total_ns.checked_add(part_ns).ok_or_else(out_of_range)?;
        previous_unit_ns = unit_ns;
        rest = after_unit;
        if rest.is_empty() {
            return Ok(Duration::from_nanos(total_ns));
        }
    }
}

fn time_unit_ns(unit: &str) -> Result<u64, QuantityError> {
    if let Some((_, ns)) = TIME_UNITS.iter().find(|(name, _)| *name == unit) {
        return Ok(*ns);
    }
    let known = TIME_UNITS.iter().map(|(name, _)| *name);
    let known = known.chain(SIZE_UNITS.iter().map(|(name, _)| *name)).chain(RATE_UNITS.iter().map(|(name, _)| *name));
    let suggestion = match unit {
        "sec" | "secs" | "second" | "seconds" => ", did you mean `s`?".to_owned(),
        "msec" | "millis" => ", did you mean `ms`?".to_owned(),
        "mins" | "minutes" => ", did you mean `min`?".to_owned(),
        "/sec" | "rps" => ", did you mean `/s`?".to_owned(),
        _ => did_you_mean(unit, known),
    };
    Err(QuantityError::UnknownUnit { unit: unit.to_owned(), suggestion })
}

impl fmt::Display for Quantity {
    /// The shortest text that `parse_quantity` reads back as the same quantity, for round values.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Quantity::Number(number) => write!(f, "{number}"),
            Quantity::Duration(duration) => write!(f, "{}", ShortDuration(*duration)),
            Quantity::Ratio(ratio) => write!(f, "{}%", ratio.in_percent()),
            Quantity::PerSecond(rate) => write_rate(f, *rate),
            Quantity::Bytes(bytes) => {
                let (count, unit) = binary_unit(*bytes);
                write!(f, "{count}{unit}")
            }
            Quantity::BytesPerSecond(growth) => write_growth(f, *growth),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(ms: u64) -> Quantity {
        Quantity::Duration(Duration::from_millis(ms))
    }

    #[test]
    fn every_spelling_of_the_design_is_read() {
        assert_eq!(parse_quantity("30s"), Ok(ms(30_000)));
        assert_eq!(parse_quantity("0.5s"), Ok(ms(500)));
        assert_eq!(parse_quantity("1h30m"), Ok(ms(5_400_000)));
        assert_eq!(parse_quantity("100us"), Ok(Quantity::Duration(Duration::from_micros(100))));
        assert_eq!(parse_quantity("3000/s"), Ok(Quantity::PerSecond(3000.0)));
        assert_eq!(parse_quantity("1_000/min"), Ok(Quantity::PerSecond(1000.0 / 60.0)));
        assert_eq!(parse_quantity("4KiB"), Ok(Quantity::Bytes(4096)));
        assert_eq!(parse_quantity("1MiB/min"), Ok(Quantity::BytesPerSecond(1_048_576.0 / 60.0)));
        assert_eq!(parse_quantity("10 KB / s"), Ok(Quantity::BytesPerSecond(10_000.0)));
        assert_eq!(parse_quantity("12"), Ok(Quantity::Number(12.0)));
        assert_eq!(parse_quantity("100 %"), parse_quantity("100.0%"));
    }

    #[test]
    fn a_unit_that_is_not_known_is_named_with_the_nearest() {
        let text = parse_quantity("3sec").unwrap_err().to_string();
        assert!(text.starts_with("unknown unit `sec`, did you mean `s`?"), "{text}");
    }

    #[test]
    fn compound_times_go_from_large_to_small() {
        assert_eq!(parse_quantity("30m1h"), Err(QuantityError::UnitsOutOfOrder("30m1h".into())));
        assert_eq!(parse_quantity("1.5h30m"), Err(QuantityError::FractionBeforeUnit("1.5h30m".into())));
    }

    #[test]
    fn what_is_shown_reads_back_as_the_same() {
        for text in [
            "800ms",
            "1.5s",
            "250us",
            "1h30m",
            "99.9%",
            "3000/s",
            "12",
            "2min",
            "200MiB",
            "1500B",
            "1MiB/min",
            "3GiB/h",
            "10KB/s",
            "99.99999999%",
            "1000/min",
            "7/h",
            "0.00000001/s",
        ] {
            let quantity = parse_quantity(text).unwrap();
            assert_eq!(parse_quantity(&quantity.to_string()), Ok(quantity), "{text} was shown as {quantity}");
        }
    }
}
