//! Times as HAR files have them.

/// `2026-11-26T10:00:00.123+01:00` in milliseconds since 1970.
pub(super) fn milliseconds(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once('T')?;
    let zone_at = rest.find(['Z', '+', '-']).unwrap_or(rest.len());
    let (time, zone) = rest.split_at(zone_at);
    let numbers = |text: &str, separator: char| -> Option<Vec<i64>> {
        text.split(separator).map(|part| part.parse().ok()).collect()
    };
    let (date, (clock, fraction)) = (numbers(date, '-')?, time.split_once('.').unwrap_or((time, "")));
    let clock = numbers(clock, ':')?;
    let [year, month, day] = date[..] else { return None };
    let [hour, minute, second] = clock[..] else { return None };
    let fraction: i64 = format!("{fraction:0<3}").get(..3)?.parse().ok()?;
    let zone = match zone.strip_prefix(['+', '-']) {
        None => 0,
        Some(offset) => {
            let digits: String = offset.chars().filter(char::is_ascii_digit).collect();
            let minutes =
                digits.get(..2)?.parse::<i64>().ok()? * 60 + digits.get(2..4).unwrap_or("00").parse::<i64>().ok()?;
            if zone.starts_with('-') { -minutes } else { minutes }
        }
    };
    let minutes = days_since_1970(year, month, day) * 1440 + hour * 60 + minute - zone;
    Some((minutes * 60 + second) * 1000 + fraction)
}

/// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms": years begin in March, so that the leap day is last.
fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let day_of_year = (153 * (month + if month > 2 { -3 } else { 9 }) + 2) / 5 + day - 1;
    let year_of_era = year - era * 400;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_milliseconds_whatever_their_zone() {
        assert_eq!(milliseconds("1970-01-01T00:00:00Z"), Some(0));
        // 2024-02-29 is day 19,782 since 1970.
        assert_eq!(milliseconds("2024-02-29T00:00:01.5Z"), Some(19_782 * 86_400_000 + 1_500));
        assert_eq!(milliseconds("2024-02-29T01:00:00.250+01:00"), milliseconds("2024-02-29T00:00:00.250Z"));
        assert_eq!(milliseconds("2024-02-28T19:00:00.250-0500"), milliseconds("2024-02-29T00:00:00.250Z"));
        assert_eq!(milliseconds("yesterday"), None);
    }
}
