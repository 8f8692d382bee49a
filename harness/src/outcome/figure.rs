//! Figures as people read them: three significant digits, a unit that fits, and never on the wrong side of a limit.

use crate::measure::TimeSummary;
use crate::metric::{Dimension, Metric, Percentile};
use crate::threshold::{RelativeBound, Threshold};

pub use crate::statistics::round_to;

/// How many digits of a measured figure mean something.
const DIGITS: usize = 3;

/// The most digits used to distinguish a figure from its limit: with these, no two figures look the same.
const MOST_DIGITS: usize = 17;

/// The units of a time, largest first, with their length in seconds.
const TIME_UNITS: [(&str, f64); 4] = [("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9)];

/// The units of an amount of memory, largest first, with their size in bytes.
const SIZE_UNITS: [(&str, f64); 4] = [("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1_024.0), ("B", 1.0)];

/// A measured time: `1.20 s`, `250 ms`, `8.31 µs`. `seconds` must be finite.
pub fn time(seconds: f64) -> String {
    time_with(seconds, DIGITS)
}

/// A measured rate: `1,230/s`.
pub fn rate(per_s: f64) -> String {
    format!("{}/s", number(per_s, DIGITS))
}

/// A share of 1 in percent: `99.9 %`. Only what is whole reads `100 %`, and only what is nothing reads `0 %`.
pub fn percent(share: f64) -> String {
    if share == 0.0 || share == 1.0 {
        return percent_with(share, DIGITS);
    }
    told_apart(share, &[1.0], percent_with)
}

/// A whole number: `5,000`.
pub fn count(number: u64) -> String {
    grouped(&number.to_string())
}

/// An amount of memory or data: `128 MiB`, `1.50 GiB`, `512 B`.
pub fn bytes(bytes: f64) -> String {
    bytes_with(bytes, &[])
}

/// A figure of `metric` in its own unit.
pub fn of(metric: Metric, value: f64) -> String {
    match metric.dimension() {
        Dimension::Time => time(value),
        Dimension::Ratio => percent(value),
        Dimension::Rate => rate(value),
        Dimension::Count => count(value as u64),
        Dimension::Number => number(value, DIGITS),
        Dimension::Bytes => bytes(value),
        Dimension::BytesPerSecond => format!("{}/s", bytes(value)),
    }
}

/// The figure that was compared with `threshold`, with enough digits to see on which side of the limit it lies.
pub fn beside_limit(threshold: &Threshold, actual: f64) -> String {
    let (limit, actual) = (threshold.limit(), threshold.settled(actual));
    match threshold.metric.dimension() {
        Dimension::Time => told_apart(actual, &[limit], time_with),
        Dimension::Ratio if actual == 1.0 => percent(actual),
        Dimension::Ratio => told_apart(actual, &[limit, 1.0], percent_with),
        Dimension::Rate => told_apart(actual, &[limit], |value, digits| format!("{}/s", number(value, digits))),
        Dimension::Count => count(actual as u64),
        Dimension::Number => told_apart(actual, &[limit], number),
        Dimension::Bytes => bytes_with(actual, &[limit]),
        Dimension::BytesPerSecond => format!("{}/s", bytes_with(actual, &[limit])),
    }
}

/// Both ends of an interval of `metric`: `412 ms to 455 ms`.
pub fn interval(metric: Metric, (low, high): (f64, f64)) -> String {
    format!("{} to {}", of(metric, low), of(metric, high))
}

/// The limit with its sign: `< 800ms`; if it is a share of another figure, `<= 450 ms (50% of "sequential", 900 ms)`.
pub fn limit(threshold: &Threshold, actual: Option<f64>) -> String {
    let (sign, bound) = (threshold.comparison, threshold.bound);
    let Some(RelativeBound { of: reference, known }) = &threshold.relative else { return format!("{sign} {bound}") };
    let share = format!("{bound} of {reference}");
    let Some(figure) = known.map(|known| known.figure).filter(|figure| figure.is_finite()) else {
        return format!("{sign} {share}, which is not known");
    };
    // As many digits as keep it on its side of what was measured.
    let is_near =
        |shown: f64| actual.is_none_or(|actual| shown.partial_cmp(&actual) == threshold.limit().partial_cmp(&actual));
    let digits = (DIGITS..MOST_DIGITS).find(|digits| is_near(round_to(threshold.limit(), *digits)));
    let limit = with_digits(threshold.metric, threshold.limit(), digits.unwrap_or(MOST_DIGITS));
    format!("{sign} {limit} ({share}, {})", of(threshold.metric, figure))
}

/// By how much a figure changed: `+12.3 %` for a factor of 1.123.
pub fn change(ratio: f64) -> String {
    let percent = (ratio - 1.0) * 100.0;
    let tenths = (percent * 10.0).round() / 10.0;
    match percent {
        _ if !percent.is_finite() => "-".to_owned(),
        _ if percent > -100.0 && percent < -99.0 => of_limit(percent),
        _ if tenths == 0.0 => "0.0 %".to_owned(),
        _ if tenths.abs() < 100.0 => format!("{tenths:+.1} %"),
        _ => signed(percent, " %"),
    }
}

/// How far `actual` lies from the limit: `+23 %` of it, `-0.4 pp` for shares, `+3` where the limit is 0 or counts.
pub fn margin(threshold: &Threshold, actual: f64) -> String {
    // A share of a figure that is not known.
    if threshold.limit().is_nan() {
        return "-".to_owned();
    }
    let (limit, difference) = (threshold.limit(), threshold.settled(actual) - threshold.limit());
    if limit.is_nan() {
        // It is a share of what is not known.
        return "-".to_owned();
    }
    match threshold.metric.dimension() {
        Dimension::Ratio => signed(difference * 100.0, " pp"),
        Dimension::Count => format!("{:+}", difference as i64),
        _ if limit == 0.0 => signed(difference, ""),
        // Of a limit below zero, the share would have the wrong sign.
        _ => of_limit(difference / limit.abs() * 100.0),
    }
}

/// A percentile in percent, in seconds; `None` also where the samples are too few for it to mean anything.
pub fn percentile_s(times: &TimeSummary, percent: f64) -> Option<f64> {
    let percentile = Percentile::new(percent)?;
    times.percentile_s(percentile).filter(|_| times.samples >= percentile.least_samples())
}

/// A plain number with three significant digits: `0.123`, `12.3`, `98,800`.
pub fn plain(value: f64) -> String {
    number(value, DIGITS)
}

/// A figure of `metric` with so many digits, where its unit has digits.
fn with_digits(metric: Metric, value: f64, digits: usize) -> String {
    match metric.dimension() {
        Dimension::Time => time_with(value, digits),
        Dimension::Ratio => percent_with(value, digits),
        Dimension::Rate => format!("{}/s", number(value, digits)),
        Dimension::Count | Dimension::Number => number(value, digits),
        Dimension::Bytes | Dimension::BytesPerSecond => of(metric, value),
    }
}

/// 999.96 ms is not yet 1 s, if it is written with enough digits.
fn unit_with(seconds: f64, digits: usize) -> (&'static str, f64) {
    let rounded = round_to(seconds.abs(), digits);
    let fitting = TIME_UNITS.into_iter().find(|(_, length_s)| rounded >= *length_s);
    fitting.unwrap_or(if rounded == 0.0 { TIME_UNITS[0] } else { TIME_UNITS[3] })
}

fn time_with(seconds: f64, digits: usize) -> String {
    let (unit, length_s) = unit_with(seconds, digits);
    // Rounded before it is scaled, as the baselines round it, so that no two reports differ in the last digit.
    format!("{} {unit}", number(round_to(seconds, digits) / length_s, digits))
}

fn bytes_with(bytes: f64, limits: &[f64]) -> String {
    let fitting = SIZE_UNITS.into_iter().find(|(_, size)| round_to(bytes.abs(), DIGITS) >= *size);
    let (unit, size) = fitting.unwrap_or(SIZE_UNITS[3]);
    // A whole number of bytes has no digits behind its point.
    if size == 1.0 && bytes.fract() == 0.0 {
        return format!("{bytes} {unit}");
    }
    // Digits count in the unit that is shown.
    let limits: Vec<f64> = limits.iter().map(|limit| limit / size).collect();
    format!("{} {unit}", told_apart(bytes / size, &limits, number))
}

fn percent_with(share: f64, digits: usize) -> String {
    let whole = share == 0.0 || share == 1.0;
    // Rounded as a share, because `share * 100.0` has a rounding error of its own.
    let text = if whole { format!("{}", share * 100.0) } else { number(round_to(share, digits) * 100.0, digits) };
    format!("{text} %")
}

/// `value` as `show` writes it, with as few digits as keep it on its own side of each limit.
fn told_apart(value: f64, limits: &[f64], show: impl Fn(f64, usize) -> String) -> String {
    let on_its_side = |rounded: f64| limits.iter().all(|limit| rounded.partial_cmp(limit) == value.partial_cmp(limit));
    let digits = (DIGITS..MOST_DIGITS).find(|digits| on_its_side(round_to(value, *digits)));
    show(value, digits.unwrap_or(MOST_DIGITS))
}

/// `value` with this many significant digits, and commas between thousands.
fn number(value: f64, digits: usize) -> String {
    let rounded = round_to(value, digits);
    if rounded == 0.0 {
        return "0".to_owned();
    }
    let magnitude = rounded.abs().log10().floor() as i64;
    let decimals = (digits as i64 - 1 - magnitude).max(0) as usize;
    grouped(&format!("{rounded:.decimals$}"))
}

/// A difference with its sign: two digits, because a margin is read at a glance.
/// Only what is nothing at all lies the whole limit below it; so here digits are cut off, and not rounded.
fn of_limit(percent: f64) -> String {
    match percent > -100.0 && percent < -99.0 {
        true => format!("{:.2} %", (percent * 100.0).ceil() / 100.0),
        false => signed(percent, " %"),
    }
}

fn signed(difference: f64, unit: &str) -> String {
    if difference == 0.0 {
        return format!("0{unit}");
    }
    let sign = if difference > 0.0 { '+' } else { '-' };
    let size = difference.abs();
    if size < 0.01 {
        return format!("{sign}<0.01{unit}");
    }
    let text = if size >= 10.0 { grouped(&format!("{:.0}", round_to(size, DIGITS))) } else { number(size, 2) };
    format!("{sign}{text}{unit}")
}

/// `1234567.8` as `1,234,567.8`.
fn grouped(digits: &str) -> String {
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut text = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn threshold(text: &str) -> Threshold {
        text.parse().expect("a threshold of the test's own")
    }

    #[test]
    fn a_time_has_three_digits_and_a_unit_that_fits() {
        let shown = [125.4, 1.2, 0.9999, 0.25, 0.0123456, 0.00000831, 3.2e-8, 0.0].map(time);
        assert_eq!(shown, ["125 s", "1.20 s", "1.00 s", "250 ms", "12.3 ms", "8.31 µs", "32.0 ns", "0 s"]);
    }

    #[test]
    fn a_rate_pretends_no_digit_that_was_not_measured() {
        assert_eq!([12_345.6, 1_000.0, 98.76, 0.5123].map(rate), ["12,300/s", "1,000/s", "98.8/s", "0.512/s"]);
    }

    #[test]
    fn an_amount_of_memory_has_a_unit_of_1024() {
        let shown = [512.0, 1_536.0, 134_217_728.0, 1_610_612_736.0, -2_048.0].map(bytes);
        assert_eq!(shown, ["512 B", "1.50 KiB", "128 MiB", "1.50 GiB", "-2.00 KiB"]);
        assert_eq!(beside_limit(&threshold("server_rss < 128MiB"), 134_217_729.0), "128.000001 MiB");
        assert_eq!(beside_limit(&threshold("server_rss_growth < 1MiB/min"), 20_000.0), "19.5 KiB/s");
    }

    #[test]
    fn only_a_whole_share_reads_as_one_hundred_percent() {
        assert_eq!(
            [1.0, 0.99996, 0.989, 0.0, 0.000_02].map(percent),
            ["100 %", "99.996 %", "98.9 %", "0 %", "0.00200 %"]
        );
    }

    #[test]
    fn a_figure_is_never_rounded_onto_its_limit() {
        assert_eq!(beside_limit(&threshold("mean < 1s"), 1.0003), "1.0003 s");
        assert_eq!(beside_limit(&threshold("mean < 1s"), 0.99996), "999.96 ms");
        assert_eq!(beside_limit(&threshold("success_rate >= 99%"), 0.98996), "98.996 %");
        assert_eq!(beside_limit(&threshold("success_rate > 95%"), 0.99996), "99.996 %");
        assert_eq!(beside_limit(&threshold("throughput > 1000/s"), 999.8), "999.8/s");
        assert_eq!(beside_limit(&threshold("p95 < 800ms"), 0.25), "250 ms");
        assert_eq!(beside_limit(&threshold("max < 100s"), 100.000_000_001), "100.000000001 s");
        let least_above = f64::from_bits(0.1f64.to_bits() + 1);
        assert_ne!(beside_limit(&threshold("mean <= 100ms"), least_above), "100 ms");
    }

    #[test]
    fn a_margin_is_relative_for_times_and_in_points_for_shares() {
        assert_eq!(margin(&threshold("p95 < 800ms"), 0.984), "+23 %");
        assert_eq!(margin(&threshold("p95 < 800ms"), 0.8), "0 %");
        assert_eq!(margin(&threshold("p95 < 800ms"), 0.796), "-0.50 %");
        assert_eq!(margin(&threshold("mean < 1s"), 1.000_01), "+<0.01 %");
        assert_eq!(margin(&threshold("success_rate >= 99%"), 0.9), "-9.0 pp");
        assert_eq!(margin(&threshold("failed == 0"), 3.0), "+3");
        assert_eq!(margin(&threshold("mean < 1ms"), 12.0), "+1,200,000 %");
        assert_eq!(margin(&threshold("max < 2s"), 0.005_56), "-99.72 %", "it is not nothing");
        assert_eq!(margin(&threshold("mean < 1s"), 0.000_001), "-99.99 %");
        assert_eq!(margin(&threshold("mean < 1s"), 0.0), "-100 %");
    }

    #[test]
    fn a_limit_that_is_a_share_shows_what_it_comes_to() {
        let share = |share: &str, figure: Option<f64>| {
            let unknown = threshold(&format!("p95 <= {share} of baseline"));
            figure.map_or(unknown.clone(), |figure| unknown.resolved(figure))
        };
        let half = share("50%", Some(0.9));
        assert_eq!(limit(&half, Some(0.412)), "<= 450 ms (50% of baseline, 900 ms)");
        assert_eq!(margin(&half, 0.512), "+14 %");
        // 450.2 ms do not hold at 450 ms, and 450 ms are shown as the limit only if they are beyond it.
        assert_eq!(limit(&share("50%", Some(0.9002)), Some(0.45)), "<= 450.1 ms (50% of baseline, 900 ms)");
        assert_eq!(limit(&share("50%", None), Some(0.4)), "<= 50% of baseline, which is not known");
        assert_eq!(margin(&share("50%", None), 0.4), "-");
        assert_eq!(limit(&threshold("p95 < 800ms"), Some(0.4)), "< 800ms");
    }

    #[test]
    fn a_change_has_a_sign_and_a_tenth_of_a_percent() {
        let shown = [1.123, 0.9188, 1.0, 1.0002, 3.5, 0.005, 0.000_01, f64::NAN].map(change);
        assert_eq!(shown, ["+12.3 %", "-8.1 %", "0.0 %", "0.0 %", "+250 %", "-99.50 %", "-99.99 %", "-"]);
    }

    #[test]
    fn a_half_is_rounded_as_the_baselines_round_it() {
        assert_eq!(time(0.2005), time(round_to(0.2005, 3)));
        assert_eq!(time(0.2005), "201 ms");
    }

    #[test]
    fn a_percentile_with_too_few_samples_is_no_figure() {
        let times = |n| TimeSummary::of((0..n).map(|_| std::time::Duration::from_millis(8)));
        // ln 0.05 / ln 0.95 = 58.4
        assert_eq!(percentile_s(&times(58), 95.0), None);
        assert!(percentile_s(&times(59), 95.0).is_some());
    }

    #[test]
    fn thousands_stand_apart() {
        assert_eq!([0, 999, 1_000, 1_234_567].map(count), ["0", "999", "1,000", "1,234,567"]);
    }
}
