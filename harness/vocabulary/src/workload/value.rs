//! The value of a setting that shapes the load.

use std::time::Duration;

use thiserror::Error;

use super::{Expects, SettingKey};
use crate::units::{Quantity, QuantityError, parse_quantity};

/// The value of one of [`SettingKey::LOAD`], read and checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SettingValue {
    /// A number of users or requests, or a seed.
    Count(u64),
    /// A time.
    Duration(Duration),
}

/// Why a text is not a value of its setting.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SettingError {
    /// Not a quantity at all.
    #[error("`{key}`: {source}")]
    Quantity {
        /// The setting.
        key: SettingKey,
        /// What is wrong with the text.
        source: QuantityError,
    },
    /// A quantity, but not of the kind the setting takes.
    #[error("`{key}` expects {}, not `{written}`", key.expects().describe())]
    Mismatch {
        /// The setting.
        key: SettingKey,
        /// The value as written.
        written: String,
    },
}

/// Reads the value of `key` from `text`.
///
/// ```
/// use proofload_vocabulary::workload::{parse_value, SettingKey, SettingValue};
/// assert_eq!(parse_value(SettingKey::Users, "5_000"), Ok(SettingValue::Count(5000)));
/// assert!(parse_value(SettingKey::Users, "5s").is_err());
/// ```
///
/// # Errors
/// The text is no quantity, or one that the setting does not take.
pub fn parse_value(key: SettingKey, text: &str) -> Result<SettingValue, SettingError> {
    let quantity = parse_quantity(text).map_err(|source| SettingError::Quantity { key, source })?;
    let mismatch = || SettingError::Mismatch { key, written: text.trim().to_owned() };
    let value = match (key.expects(), quantity) {
        (Expects::Count, Quantity::Number(number)) => count(number, 1),
        (Expects::Seed, Quantity::Number(number)) => count(number, 0),
        (Expects::CountOrDuration, Quantity::Number(number)) => count(number, 0),
        (Expects::CountOrDuration, Quantity::Duration(duration)) => Some(SettingValue::Duration(duration)),
        (Expects::Duration, Quantity::Duration(duration)) if !duration.is_zero() || key == SettingKey::RampUp => {
            Some(SettingValue::Duration(duration))
        }
        _ => None,
    };
    value.ok_or_else(mismatch)
}

/// Whole, at least `least`, and small enough to be exact as an `f64`.
fn count(number: f64, least: u64) -> Option<SettingValue> {
    const EXACT: f64 = (1u64 << 53) as f64;
    let fits = number.fract() == 0.0 && number >= least as f64 && number <= EXACT;
    fits.then_some(SettingValue::Count(number as u64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_that_does_not_fit_is_told_what_would() {
        let refusal = |key, text| parse_value(key, text).unwrap_err().to_string();
        assert_eq!(
            refusal(SettingKey::Users, "0"),
            "`users` expects a whole number of at least 1, such as `100`, not `0`"
        );
        assert_eq!(
            refusal(SettingKey::Duration, "30"),
            "`duration` expects a time above zero, such as `30s`, not `30`"
        );
        assert!(
            refusal(SettingKey::Duration, "30sec").starts_with("`duration`: unknown unit `sec`, did you mean `s`?")
        );
    }

    #[test]
    fn a_warm_up_is_a_count_or_a_time() {
        assert_eq!(parse_value(SettingKey::Warmup, "500"), Ok(SettingValue::Count(500)));
        assert_eq!(parse_value(SettingKey::Warmup, "2s"), Ok(SettingValue::Duration(Duration::from_secs(2))));
        assert_eq!(parse_value(SettingKey::Warmup, "0"), Ok(SettingValue::Count(0)));
    }
}
