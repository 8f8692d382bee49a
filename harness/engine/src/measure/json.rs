//! How figures are written in JSON: the field attributes of the types of a run record.
//!
//! A figure has nine significant digits, which is finer than any clock and leaves out the error of binary fractions. What
//! is not finite is `null`. A duration is a number of seconds.
//!
//! In a form that no person reads, which is what one process sends to another, each value is as it is.

use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::statistics::round_to;

const DIGITS: usize = 9;

fn rounded(value: f64) -> Option<f64> {
    value.is_finite().then(|| round_to(value, DIGITS))
}

/// The number that is nearest to the duration. `as_secs_f64` rounds twice, and shows 1.147477231 s as 1.1474772309999999.
pub fn seconds_of(duration: Duration) -> f64 {
    duration.as_nanos() as f64 / 1e9
}

/// Writes a figure that may be missing.
pub fn figure<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    let written = if serializer.is_human_readable() { value.and_then(rounded) } else { *value };
    written.serialize(serializer)
}

/// Writes both ends of an interval, which is missing if either end is not finite.
pub fn interval<S: Serializer>(value: &Option<(f64, f64)>, serializer: S) -> Result<S::Ok, S::Error> {
    if !serializer.is_human_readable() {
        return value.serialize(serializer);
    }
    value.and_then(|(low, high)| Some((rounded(low)?, rounded(high)?))).serialize(serializer)
}

/// A figure that is always there; `null` is read as not a number.
pub mod number {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::measure::json::rounded;

    /// Rounded in JSON; to the last bit in a binary form.
    pub fn serialize<S: Serializer>(value: &f64, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return value.serialize(serializer);
        }
        rounded(*value).serialize(serializer)
    }

    /// What `serialize` has written; `null` is not a number.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<f64, D::Error> {
        if !deserializer.is_human_readable() {
            return f64::deserialize(deserializer);
        }
        Ok(Option::deserialize(deserializer)?.unwrap_or(f64::NAN))
    }
}

/// A duration in seconds.
pub mod seconds {
    use std::time::Duration;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::measure::json::seconds_of;

    /// Seconds in JSON; to the nanosecond in a binary form.
    pub fn serialize<S: Serializer>(duration: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return duration.serialize(serializer);
        }
        seconds_of(*duration).serialize(serializer)
    }

    /// What `serialize` has written, unless it is negative or no duration.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
        if !deserializer.is_human_readable() {
            return Duration::deserialize(deserializer);
        }
        Duration::try_from_secs_f64(f64::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A duration in seconds that may be missing.
pub mod optional_seconds {
    use std::time::Duration;

    use serde::de::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use crate::measure::json::seconds_of;

    /// Seconds in JSON, `null` without one; to the nanosecond in a binary form.
    pub fn serialize<S: Serializer>(duration: &Option<Duration>, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return duration.serialize(serializer);
        }
        duration.map(seconds_of).serialize(serializer)
    }

    /// What `serialize` has written; `null` is `None`.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
        if !deserializer.is_human_readable() {
            return Option::deserialize(deserializer);
        }
        let seconds: Option<f64> = Option::deserialize(deserializer)?;
        seconds.map(|seconds| Duration::try_from_secs_f64(seconds).map_err(D::Error::custom)).transpose()
    }
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct Example {
        #[serde(serialize_with = "figure")]
        figure: Option<f64>,
        #[serde(serialize_with = "interval")]
        interval: Option<(f64, f64)>,
        #[serde(with = "number")]
        number: f64,
        #[serde(with = "seconds")]
        seconds: Duration,
        #[serde(with = "optional_seconds")]
        optional: Option<Duration>,
    }

    fn text(figure: f64, seconds: Duration) -> String {
        let sample = Example {
            figure: Some(figure),
            interval: Some((figure, 1.0)),
            number: figure,
            seconds,
            optional: Some(seconds),
        };
        serde_json::to_string(&sample).expect("numbers only")
    }

    #[test]
    fn figures_have_nine_digits_and_durations_every_nanosecond() {
        let written = text(1.0 / 3.0, Duration::from_nanos(10_123_456_789));
        assert_eq!(
            written,
            r#"{"figure":0.333333333,"interval":[0.333333333,1.0],"number":0.333333333,"seconds":10.123456789,"optional":10.123456789}"#
        );
        let read: Example = serde_json::from_str(&written).expect("as written");
        assert_eq!(serde_json::to_string(&read).expect("numbers only"), written);
    }

    #[test]
    fn a_duration_has_no_more_digits_than_nanoseconds() {
        let written = text(1.0, Duration::from_nanos(1_147_477_231));
        assert!(written.contains(r#""seconds":1.147477231,"optional":1.147477231}"#), "{written}");
    }

    #[test]
    fn what_is_not_finite_is_null() {
        let written = text(f64::NAN, Duration::ZERO);
        assert!(written.starts_with(r#"{"figure":null,"interval":null,"number":null,"#), "{written}");
        let read: Example = serde_json::from_str(&written).expect("as written");
        assert_eq!((read.figure, read.interval, read.number.is_nan()), (None, None, true));
    }
}
