//! Moments as text: RFC 3339 in UTC, the one form that the run record and the baselines use.
//!
//! Fifteen lines of calendar arithmetic instead of a date crate: nothing here needs time zones, parsing or leap seconds.

use std::time::{SystemTime, UNIX_EPOCH};

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
    use std::time::Duration;

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
    fn milliseconds_are_kept_and_a_date_drops_them() {
        let moment = UNIX_EPOCH + Duration::from_millis(1_709_251_199_042);
        assert_eq!(rfc3339(moment), "2024-02-29T23:59:59.042Z");
        assert_eq!(date(moment), "2024-02-29");
    }
}
