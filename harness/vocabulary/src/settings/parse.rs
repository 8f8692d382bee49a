//! Reads the value of a setting.

use thiserror::Error;

use super::shape::{ShapeError, ShapeMistake, Stages, Surge, Sweep, parse_search};
use super::table::SettingKey;
use super::value::SettingValue;
use super::value_type::ValueType;
use crate::units::{Quantity, QuantityError, parse_quantity};
use crate::workload::{ArmOrder, Connections, Overflow, Rate, Spacing, ThinkRange, Warmup};

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
    #[error("`{key}` expects {}, not `{written}`", key.takes().describe())]
    Mismatch {
        /// The setting.
        key: SettingKey,
        /// The value as written.
        written: String,
    },
    /// A mistake inside the parentheses of `stages(…)`, `spike(…)`, `sweep(…)` or `capacity(…)`.
    #[error("`{key}`: {source}")]
    Shape {
        /// The setting.
        key: SettingKey,
        /// The part between commas, counted from 0; `None` if it is about the whole.
        part: Option<usize>,
        /// What is wrong with it.
        source: ShapeError,
    },
}

/// Reads the value of `key` from `text`.
///
/// ```
/// use proofload_vocabulary::settings::{parse_value, SettingKey, SettingValue};
/// assert_eq!(parse_value(SettingKey::Users, "5_000"), Ok(SettingValue::Count(5000)));
/// assert!(parse_value(SettingKey::Users, "5s").is_err());
/// ```
///
/// # Errors
/// The text is not a quantity, or one that the setting does not take.
pub fn parse_value(key: SettingKey, text: &str) -> Result<SettingValue, SettingError> {
    let mismatch = || SettingError::Mismatch { key, written: text.trim().to_owned() };
    let in_shape = |ShapeMistake { part, source }| SettingError::Shape { key, part, source };
    match key.takes() {
        ValueType::Overflow => word(text, [Overflow::Queue, Overflow::Shed], Overflow::name)
            .map(SettingValue::Overflow)
            .ok_or_else(mismatch),
        ValueType::Spacing => {
            word(text, [Spacing::Even, Spacing::Poisson], Spacing::name).map(SettingValue::Spacing).ok_or_else(mismatch)
        }
        ValueType::Order => word(text, [ArmOrder::Interleaved, ArmOrder::OneAfterTheOther], ArmOrder::name)
            .map(SettingValue::Order)
            .ok_or_else(mismatch),
        ValueType::Think => match ThinkRange::parse(text) {
            Ok(range) => range.map(SettingValue::Think).ok_or_else(mismatch),
            Err(source) => Err(SettingError::Quantity { key, source }),
        },
        ValueType::Connections => Connections::parse(text).map(SettingValue::Connections).ok_or_else(mismatch),
        ValueType::Switch => switch(text).map(SettingValue::Switch).ok_or_else(mismatch),
        ValueType::Proxy => {
            let is_proxy = text.trim().strip_prefix("http://").is_some_and(|rest| !rest.is_empty());
            is_proxy.then(|| SettingValue::Text(text.trim().to_owned())).ok_or_else(mismatch)
        }
        ValueType::File if text.trim().is_empty() => Err(mismatch()),
        ValueType::File => Ok(SettingValue::Text(text.trim().to_owned())),
        ValueType::Stages => Stages::parse(text).map(SettingValue::Stages).map_err(in_shape),
        ValueType::Spike => Surge::parse(text).map(SettingValue::Spike).map_err(in_shape),
        ValueType::Sweep => Sweep::parse(text).map(SettingValue::Sweep).map_err(in_shape),
        ValueType::Capacity => parse_search(text).map(SettingValue::Capacity).map_err(in_shape),
        ValueType::Rate => rate(key, text)?.ok_or_else(mismatch),
        _ => scalar(key, text)?.ok_or_else(mismatch),
    }
}

fn switch(text: &str) -> Option<bool> {
    text.trim().parse().ok()
}

fn word<T: Copy>(text: &str, words: [T; 2], name: impl Fn(T) -> &'static str) -> Option<T> {
    words.into_iter().find(|word| name(*word) == text.trim())
}

/// `300/s` or `50% of capacity`
fn rate(key: SettingKey, text: &str) -> Result<Option<SettingValue>, SettingError> {
    let (number, of_capacity) = match text.trim().strip_suffix("capacity").map(str::trim_end) {
        Some(share) => match share.strip_suffix("of") {
            Some(share) => (share, true),
            None => return Ok(None),
        },
        None => (text, false),
    };
    let quantity = parse_quantity(number).map_err(|source| SettingError::Quantity { key, source })?;
    Ok(match (quantity, of_capacity) {
        (Quantity::PerSecond(rate), false) if rate > 0.0 => Some(SettingValue::Rate(Rate::PerSecond(rate))),
        (Quantity::Ratio(share), true) if share.as_f64() > 0.0 => {
            Some(SettingValue::Rate(Rate::OfCapacity(share.as_f64())))
        }
        _ => None,
    })
}

fn scalar(key: SettingKey, text: &str) -> Result<Option<SettingValue>, SettingError> {
    let quantity = parse_quantity(text).map_err(|source| SettingError::Quantity { key, source })?;
    Ok(match (key.takes(), quantity) {
        (ValueType::Count, Quantity::Number(number)) => count(number, 1),
        (ValueType::Seed | ValueType::CountOrNone, Quantity::Number(number)) => count(number, 0),
        (ValueType::CountOrDuration, Quantity::Number(number)) => {
            whole(number, 0).map(|requests| SettingValue::Warmup(Warmup::Requests(requests)))
        }
        (ValueType::CountOrDuration, Quantity::Duration(duration)) => {
            Some(SettingValue::Warmup(Warmup::Duration(duration)))
        }
        (ValueType::DurationOrNone, Quantity::Duration(duration)) => Some(SettingValue::Duration(duration)),
        (ValueType::PerSecond, Quantity::PerSecond(rate)) if rate > 0.0 => Some(SettingValue::PerSecond(rate)),
        (ValueType::Duration, Quantity::Duration(duration)) if !duration.is_zero() => {
            Some(SettingValue::Duration(duration))
        }
        _ => None,
    })
}

fn count(number: f64, least: u64) -> Option<SettingValue> {
    whole(number, least).map(SettingValue::Count)
}

/// Whole, at least `least`, and small enough to be exact as an `f64`.
fn whole(number: f64, least: u64) -> Option<u64> {
    const EXACT: f64 = (1u64 << 53) as f64;
    let fits = number.fract() == 0.0 && number >= least as f64 && number <= EXACT;
    fits.then_some(number as u64)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_value_that_does_not_fit_is_answered_with_one_that_would() {
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
        let warmup = |text| parse_value(SettingKey::Warmup, text);
        assert_eq!(warmup("500"), Ok(SettingValue::Warmup(Warmup::Requests(500))));
        assert_eq!(warmup("2s"), Ok(SettingValue::Warmup(Warmup::Duration(Duration::from_secs(2)))));
        assert_eq!(warmup("0"), Ok(SettingValue::Warmup(Warmup::Requests(0))));
    }

    #[test]
    fn a_rate_is_a_number_each_second_or_a_share_of_the_capacity() {
        let rate = |text| parse_value(SettingKey::Rate, text);
        assert_eq!(rate("3_000/s"), Ok(SettingValue::Rate(Rate::PerSecond(3000.0))));
        assert_eq!(rate("50% of capacity"), Ok(SettingValue::Rate(Rate::OfCapacity(0.5))));
        for wrong in ["50%", "0/s", "300", "50/s of capacity", "0% of capacity", "50% off capacity"] {
            let text = rate(wrong).unwrap_err().to_string();
            assert!(text.starts_with("`rate`"), "{text}");
        }
    }

    #[test]
    fn words_are_read_and_others_are_answered_with_those_there_are() {
        assert_eq!(parse_value(SettingKey::Overflow, "shed"), Ok(SettingValue::Overflow(Overflow::Shed)));
        let one_after_the_other = Ok(SettingValue::Order(ArmOrder::OneAfterTheOther));
        assert_eq!(parse_value(SettingKey::Order, "one_after_the_other"), one_after_the_other);
        assert_eq!(parse_value(SettingKey::Arrivals, "poisson"), Ok(SettingValue::Spacing(Spacing::Poisson)));
        let refusal = parse_value(SettingKey::Overflow, "drop").unwrap_err().to_string();
        assert_eq!(refusal, "`overflow` expects `queue` or `shed`, not `drop`");
    }

    #[test]
    fn connections_are_a_word_or_a_number_for_all_users() {
        let connections = |text| parse_value(SettingKey::Connections, text);
        assert_eq!(connections("per_user"), Ok(SettingValue::Connections(Connections::PerUser)));
        assert_eq!(connections("per_request"), Ok(SettingValue::Connections(Connections::PerRequest)));
        for text in ["shared(8)", " shared( 8 ) ", "shared (8)"] {
            assert_eq!(connections(text), Ok(SettingValue::Connections(Connections::Shared(8))), "{text}");
        }
        for wrong in ["shared", "shared()", "shared(0)", "shared(-1)", "shared(1.5)", "shared(8", "8", "per user"] {
            let text = connections(wrong).unwrap_err().to_string();
            assert!(text.ends_with(&format!("such as `shared(8)`, not `{wrong}`")), "{text}");
        }
    }

    #[test]
    fn the_options_of_http_are_switches_a_number_and_texts() {
        assert_eq!(parse_value(SettingKey::Http2, "true"), Ok(SettingValue::Switch(true)));
        assert_eq!(parse_value(SettingKey::VerifyTls, "false"), Ok(SettingValue::Switch(false)));
        assert_eq!(parse_value(SettingKey::Redirects, "0"), Ok(SettingValue::Count(0)));
        let proxy = "http://127.0.0.1:3128";
        assert_eq!(parse_value(SettingKey::Proxy, proxy), Ok(SettingValue::Text(proxy.to_owned())));
        assert_eq!(parse_value(SettingKey::Ca, " ca.pem "), Ok(SettingValue::Text("ca.pem".to_owned())));
        let refusal = |key, text| parse_value(key, text).unwrap_err().to_string();
        assert_eq!(refusal(SettingKey::Cookies, "yes"), "`cookies` expects `true` or `false`, not `yes`");
        assert_eq!(
            refusal(SettingKey::Proxy, "socks5://127.0.0.1"),
            "`proxy` expects the address of a proxy in quotes, such as `\"http://127.0.0.1:3128\"`, not `socks5://127.0.0.1`"
        );
        assert!(refusal(SettingKey::Redirects, "5s").starts_with("`redirects` expects a whole number such as `5`"));
        assert!(refusal(SettingKey::Ca, " ").starts_with("`ca` expects the path of a file"));
    }

    #[test]
    fn a_mistake_in_parentheses_knows_its_part() {
        let refusal = parse_value(SettingKey::Stages, "5/s for 5s, 5/s").unwrap_err();
        assert!(matches!(refusal, SettingError::Shape { part: Some(1), .. }));
        assert!(refusal.to_string().starts_with("`stages`: `5/s` is not a stage"));
    }
}
