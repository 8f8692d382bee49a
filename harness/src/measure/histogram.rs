//! The one door to hdrhistogram: many times, counted by size.

use std::time::Duration;

use hdrhistogram::Histogram as Buckets;

use crate::metric::Percentile;

/// Times above this are clipped, however long the timeout.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);
const SIGNIFICANT_DIGITS: u8 = 3;

/// Many times, from a microsecond to twice the timeout with three significant digits.
///
/// Count, sum, sum of squares, least and greatest are kept exactly beside the buckets, so that means are not
/// quantised. Buckets grow for a request whose own timeout is longer than the test's; beyond a day a time is clipped:
/// counted at a day, and counted as clipped, because a figure that hides a value is no figure.
#[derive(Debug, Clone)]
pub(crate) struct Histogram {
    buckets: Buckets<u64>,
    sum_ns: u128,
    sum_of_squares_ns2: u128,
    least_ns: u64,
    greatest_ns: u64,
    clipped: u64,
}

impl Histogram {
    /// An empty histogram for requests that may take `timeout`.
    pub(crate) fn for_timeout(timeout: Duration) -> Histogram {
        let highest_ns = nanoseconds((timeout * 2).clamp(Duration::from_micros(10), LONGEST));
        let mut buckets = Buckets::new_with_bounds(1, highest_ns, SIGNIFICANT_DIGITS)
            .expect("the bounds are 1 ns and at least 10 µs, and three digits are allowed");
        buckets.auto(true);
        Histogram { buckets, sum_ns: 0, sum_of_squares_ns2: 0, least_ns: u64::MAX, greatest_ns: 0, clipped: 0 }
    }

    /// Counts one time.
    pub(crate) fn record(&mut self, time: Duration) {
        let time_ns = nanoseconds(time.min(LONGEST));
        let fits = time <= LONGEST && self.buckets.record(time_ns).is_ok();
        if !fits {
            self.buckets.saturating_record(time_ns);
            self.clipped += 1;
        }
        self.sum_ns += u128::from(time_ns);
        self.sum_of_squares_ns2 += u128::from(time_ns) * u128::from(time_ns);
        self.least_ns = self.least_ns.min(time_ns);
        self.greatest_ns = self.greatest_ns.max(time_ns);
    }

    /// Adds the counts of `other`; the result is what recording into one histogram would have given.
    pub(crate) fn merge(&mut self, other: &Histogram) {
        self.buckets.add(&other.buckets).expect("a histogram that grows takes in any other");
        self.sum_ns += other.sum_ns;
        self.sum_of_squares_ns2 += other.sum_of_squares_ns2;
        self.least_ns = self.least_ns.min(other.least_ns);
        self.greatest_ns = self.greatest_ns.max(other.greatest_ns);
        self.clipped += other.clipped;
    }

    pub(crate) fn samples(&self) -> u64 {
        self.buckets.len()
    }

    /// Values that were too long to be counted where they belong.
    pub(crate) fn clipped(&self) -> u64 {
        self.clipped
    }

    pub(crate) fn min_s(&self) -> Option<f64> {
        (self.samples() > 0).then(|| seconds(self.least_ns))
    }

    pub(crate) fn max_s(&self) -> Option<f64> {
        (self.samples() > 0).then(|| seconds(self.greatest_ns))
    }

    pub(crate) fn mean_s(&self) -> Option<f64> {
        (self.samples() > 0).then(|| self.sum_ns as f64 / self.samples() as f64 / 1e9)
    }

    /// Population form: √(n·Σx² − (Σx)²) ÷ n, whose numerator is exact where it fits and never negative.
    pub(crate) fn stddev_s(&self) -> Option<f64> {
        let samples = self.samples();
        if samples == 0 {
            return None;
        }
        let exact = u128::from(samples)
            .checked_mul(self.sum_of_squares_ns2)
            .zip(self.sum_ns.checked_mul(self.sum_ns))
            .map(|(squares, square)| squares.saturating_sub(square) as f64);
        let numerator =
            exact.unwrap_or_else(|| samples as f64 * self.sum_of_squares_ns2 as f64 - (self.sum_ns as f64).powi(2));
        Some(numerator.max(0.0).sqrt() / samples as f64 / 1e9)
    }

    /// The least bucket's end such that at least the percentile's share of the samples lies at or below it.
    ///
    /// Never below the exact least time nor above the exact greatest.
    pub(crate) fn percentile_s(&self, percentile: Percentile) -> Option<f64> {
        let samples = self.samples();
        if samples == 0 {
            return None;
        }
        // In whole numbers: 0.07 × 100 is more than 7 in floating point, and would ask for the eighth sample.
        let thousandths = (percentile.percent() * 1000.0).round() as u128;
        let rank = (thousandths * u128::from(samples)).div_ceil(100_000).max(1) as u64;
        let mut seen = 0;
        for bucket in self.buckets.iter_recorded() {
            seen += bucket.count_at_value();
            if seen >= rank {
                let end_ns = self.buckets.highest_equivalent(bucket.value_iterated_to());
                return Some(seconds(end_ns.clamp(self.least_ns, self.greatest_ns)));
            }
        }
        self.max_s()
    }
}

fn nanoseconds(time: Duration) -> u64 {
    u64::try_from(time.as_nanos()).unwrap_or(u64::MAX)
}

fn seconds(time_ns: u64) -> f64 {
    time_ns as f64 / 1e9
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn of(times_ns: &[u64]) -> Histogram {
        let mut histogram = Histogram::for_timeout(Duration::from_secs(10));
        for time_ns in times_ns {
            histogram.record(Duration::from_nanos(*time_ns));
        }
        histogram
    }

    fn p(percent: f64) -> Percentile {
        Percentile::new(percent).unwrap()
    }

    #[test]
    fn without_samples_there_is_no_figure() {
        let empty = of(&[]);
        assert_eq!((empty.min_s(), empty.mean_s(), empty.max_s(), empty.stddev_s()), (None, None, None, None));
        assert_eq!(empty.percentile_s(p(50.0)), None);
    }

    #[test]
    fn mean_and_deviation_are_exact() {
        // 1 001, 2 003 and 3 005 µs: mean 2 003, population deviation 1 002 × √(2/3).
        let histogram = of(&[1_001_000, 2_003_000, 3_005_000]);
        assert_eq!(histogram.mean_s(), Some(0.002_003));
        assert!((histogram.stddev_s().unwrap() - 0.001_002 * (2.0f64 / 3.0).sqrt()).abs() < 1e-12);
        assert_eq!((histogram.min_s(), histogram.max_s()), (Some(0.001_001), Some(0.003_005)));
    }

    #[test]
    fn a_time_beyond_a_day_is_counted_and_told_as_clipped() {
        let mut histogram = of(&[1_000]);
        histogram.record(Duration::from_secs(25 * 60 * 60));
        assert_eq!((histogram.samples(), histogram.clipped()), (2, 1));
    }

    #[test]
    fn a_request_with_a_longer_timeout_of_its_own_is_not_clipped() {
        let histogram = of(&[60_000_000_000]);
        assert_eq!(histogram.clipped(), 0);
        assert_eq!(histogram.percentile_s(p(99.0)), Some(60.0));
    }

    #[test]
    fn percentiles_are_ranks_in_whole_numbers() {
        // 7 % of 100 samples is the seventh, although 0.07 × 100 > 7 in floating point.
        let hundred: Vec<u64> = (1..=100).map(|i| i * 1_000).collect();
        let seventh_s = of(&hundred).percentile_s(p(7.0)).unwrap();
        assert!((seventh_s - 7e-6).abs() < 7e-9 * 1.5, "{seventh_s}");
    }

    proptest! {
        #[test]
        fn a_percentile_covers_its_share_and_is_precise_to_three_digits(
            mut times in prop::collection::vec(1_000u64..15_000_000_000, 1..200), percent in 0.001f64..99.999,
        ) {
            let histogram = of(&times);
            let value_s = histogram.percentile_s(p(percent)).unwrap();
            times.sort_unstable();
            let rank = (p(percent).quantile() * times.len() as f64 - 1e-9).ceil().max(1.0) as usize;
            let exact_s = times[rank - 1] as f64 / 1e9;
            prop_assert!(value_s >= exact_s, "{value_s} < {exact_s}");
            prop_assert!(value_s <= exact_s * 1.001 + 1e-9, "{value_s} > {exact_s}");
            prop_assert!(value_s <= histogram.max_s().unwrap() && value_s >= histogram.min_s().unwrap());
        }

        #[test]
        fn merging_equals_recording_into_one(
            left in prop::collection::vec(0u64..100_000_000_000, 0..50), right in prop::collection::vec(0u64..100_000_000_000, 0..50),
        ) {
            let mut merged = of(&left);
            merged.merge(&of(&right));
            let one = of(&[left, right].concat());
            prop_assert_eq!(merged.samples(), one.samples());
            prop_assert_eq!((merged.min_s(), merged.mean_s(), merged.max_s()), (one.min_s(), one.mean_s(), one.max_s()));
            prop_assert_eq!(merged.stddev_s(), one.stddev_s());
            for percent in [1.0, 50.0, 95.0, 99.9] {
                prop_assert_eq!(merged.percentile_s(p(percent)), one.percentile_s(p(percent)));
            }
        }
    }
}
