//! Quartiles and outliers of a histogram, as pytest-benchmark defines them for a list of times.

use crate::measure::TimeSummary;
use crate::metric::Percentile;

/// What a histogram says of the spread of times, in seconds. A time counts as the greatest of its bucket, which is longer by
/// less than a thousandth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Spread {
    pub(super) q1_s: f64,
    pub(super) q3_s: f64,
    /// The least time that lies not more than 1.5 times the distance of the quartiles below the first.
    pub(super) lowest_s: f64,
    /// The greatest time that lies not more than 1.5 times this distance above the third.
    pub(super) highest_s: f64,
    /// How many lie further out.
    pub(super) beyond_quartiles: u64,
    /// How many differ from the mean by more than the standard deviation.
    pub(super) beyond_deviation: u64,
}

impl Spread {
    /// `None` without samples, or without their histogram.
    pub(super) fn of(times: &TimeSummary) -> Option<Spread> {
        let (mean_s, deviation_s) = (times.mean_s?, sample_deviation_s(times).unwrap_or(0.0));
        let q1_s = times.percentile_s(Percentile::new(25.0)?)?;
        let q3_s = times.percentile_s(Percentile::new(75.0)?)?;
        let whisker_s = 1.5 * (q3_s - q1_s);
        let near = |time_s: f64| (q1_s - whisker_s..=q3_s + whisker_s).contains(&time_s);
        let usual = |time_s: f64| (mean_s - deviation_s..=mean_s + deviation_s).contains(&time_s);
        let mut spread =
            Spread { q1_s, q3_s, lowest_s: q1_s, highest_s: q3_s, beyond_quartiles: 0, beyond_deviation: 0 };
        for (time_s, count) in times.counted()? {
            if near(time_s) {
                spread.lowest_s = spread.lowest_s.min(time_s);
                spread.highest_s = spread.highest_s.max(time_s);
            } else {
                spread.beyond_quartiles += count;
            }
            spread.beyond_deviation += if usual(time_s) { 0 } else { count };
        }
        Some(spread)
    }
}

/// The standard deviation of a sample, from that of the whole; `None` for a single time.
pub(super) fn sample_deviation_s(times: &TimeSummary) -> Option<f64> {
    let samples = times.samples as f64;
    (times.samples > 1).then(|| times.stddev_s.map(|whole| whole * (samples / (samples - 1.0)).sqrt())).flatten()
}
