//! Moments as text: RFC 3339 in UTC, the one form that the run record and the baselines use.
//!
//! A few lines of calendar arithmetic instead of a date crate: nothing here needs time zones or leap seconds.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// `2026-11-20T18:55:44.123Z`
pub fn rfc3339(moment: SystemTime) -> String {
    let since_epoch = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    let (day, second) = (since_epoch.as_secs() / 86_400, since_epoch.as_secs() % 86_400);
    let (hour, minute) = (second / 3600, second / 60 % 60);
    format!("{}T{hour:02}:{minute:02}:{:02}.{:03}Z", calendar(day), second % 60, since_epoch.subsec_millis())
}

/// `2026-11-20`
pub fn date(moment: SystemTime) -> String {
    let since_epoch = moment.duration_since(UNIX_EPOCH).unwrap_or_default();
    calendar(since_epoch.as_secs() / 86_400)
}

/// What [`rfc3339`] wrote; `None` for any other text.
pub fn parse(text: &str) -> Option<SystemTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let [year, month, day] = numbers(date, '-')?;
    let (time, milliseconds) = time.split_once('.').unwrap_or((time, "0"));
    let [hour, minute, second] = numbers(time, ':')?;
    let second = (day_number(year, month, day)? * 24 + hour) * 3_600 + minute * 60 + second;
    Some(UNIX_EPOCH + Duration::from_secs(second) + Duration::from_millis(milliseconds.parse().ok()?))
}

fn numbers(text: &str, separator: char) -> Option<[u64; 3]> {
    let numbers: Vec<u64> = text.split(separator).map(|part| part.parse().ok()).collect::<Option<_>>()?;
    numbers.try_into().ok()
}

/// The days from 1970-01-01 to a Gregorian date: Howard Hinnant's `days_from_civil`.
fn day_number(year: u64, month: u64, day: u64) -> Option<u64> {
    let is_valid = (1970..10_000).contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
    let year = if month <= 2 { year - 1 } else { year };
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let (era, year_of_era) = (year / 400, year % 400);
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    is_valid.then(|| era * 146_097 + day_of_era - 719_468)
}

/// For a field of a run record.
pub(crate) fn serialize<S: Serializer>(moment: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    rfc3339(*moment).serialize(serializer)
}

/// For a field of a run record.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SystemTime, D::Error> {
    let text = String::deserialize(deserializer)?;
    parse(&text).ok_or_else(|| D::Error::custom(format!("`{text}` is not a time such as 2026-11-20T18:55:44.000Z")))
}

/// The Gregorian date of a day since 1970-01-01.
///
/// Howard Hinnant's `civil_from_days`: years begin in March, so that the leap day is the last of the year.
fn calendar(day: u64) -> String {
    let day = day + 719_468;
    let (era, day_of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day_of_month = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day_of_month:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> String {
        rfc3339(UNIX_EPOCH + Duration::from_secs(seconds))
    }

    #[test]
    fn moments_agree_with_the_calendar() {
        // Seconds as `date -u -d … +%s` gives them.
        assert_eq!(at(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(at(951_782_400), "2000-02-29T00:00:00.000Z");
        assert_eq!(at(1_709_251_199), "2024-02-29T23:59:59.000Z");
        assert_eq!(at(1_735_689_600), "2025-01-01T00:00:00.000Z");
        assert_eq!(at(4_107_542_400), "2100-03-01T00:00:00.000Z");
    }

    #[test]
    fn a_time_reads_back_from_its_text() {
        for second in [0, 951_782_400, 1_709_251_199, 1_735_689_600, 4_107_542_400] {
            let moment = UNIX_EPOCH + Duration::from_millis(second * 1_000 + 42);
            assert_eq!(parse(&rfc3339(moment)), Some(moment), "{second}");
        }
        for text in ["", "2024-02-29", "2024-00-10T00:00:00.000Z", "2024-02-29T10:00Z", "x-02-29T10:00:00.000Z"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }

    #[test]
    fn milliseconds_are_kept_and_a_date_drops_them() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_709_251_199_042);
        assert_eq!(rfc3339(moment), "2024-02-29T23:59:59.042Z");
        assert_eq!(date(moment), "2024-02-29");
    }
}
