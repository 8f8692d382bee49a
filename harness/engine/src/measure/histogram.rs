//! Many times, counted by size.

use std::time::Duration;

use super::buckets::{bucket_of, end_of};
use super::seconds::nanoseconds;
use crate::metric::Percentile;

/// Times above a day are clipped, however long the timeout.
pub(super) const LONGEST_NS: u64 = 24 * 60 * 60 * 1_000_000_000;
/// Three significant digits take 2^10 buckets to an octave.
pub(super) const BITS: u32 = 10;
/// Buckets come in ranges of 2^6, of which only those that were hit take memory.
const RANGE_BITS: u32 = 6;
pub(super) const RANGE: usize = 1 << RANGE_BITS;
/// The place of a range that was not hit; no histogram has so many buckets.
const NOT_HIT: u32 = u32::MAX - RANGE as u32;

/// Many times, to three significant digits. It takes the memory of the ranges of times that occurred.
///
/// Count, sum, sum of squares, least and greatest are kept exactly beside the buckets, so that means are not
/// quantised. Buckets grow for a request whose own timeout is longer than the test's; beyond a day a time is clipped:
/// counted at a day, and counted as clipped, so that no figure hides a value.
///
/// The buckets are those of an HDR histogram of nanoseconds. They are counted here because every request is counted
/// several times over, and an index and an addition are all that takes.
#[derive(Debug, Clone)]
pub struct Histogram {
    /// The counts of the ranges that were hit, one range after the other.
    pub(super) counts: Vec<u64>,
    /// For each range, where it begins in `counts`.
    pub(super) ranges: Vec<u32>,
    pub(super) samples: u64,
    pub(super) sum_ns: u128,
    pub(super) sum_of_squares_ns2: u128,
    pub(super) least_ns: u64,
    pub(super) greatest_ns: u64,
    pub(super) clipped: u64,
}

/// Without buckets: they grow with the times.
impl Default for Histogram {
    fn default() -> Histogram {
        Histogram {
            counts: Vec::new(),
            ranges: Vec::new(),
            samples: 0,
            sum_ns: 0,
            sum_of_squares_ns2: 0,
            least_ns: u64::MAX,
            greatest_ns: 0,
            clipped: 0,
        }
    }
}

impl Histogram {
    /// An empty histogram for requests that may take `timeout`.
    pub fn for_timeout(timeout: Duration) -> Histogram {
        let highest_ns = nanoseconds(timeout).saturating_mul(2).clamp(10_000, LONGEST_NS);
        Histogram { ranges: vec![NOT_HIT; range_of(bucket_of::<BITS>(highest_ns)) + 1], ..Histogram::default() }
    }

    /// Every bucket with a sample: its greatest time, in nanoseconds, and how many.
    pub(super) fn counted(&self) -> impl Iterator<Item = (u64, u64)> {
        self.hit_ranges().flat_map(|(range, counts)| {
            let counted = counts.iter().enumerate().filter(|(_, count)| **count > 0);
            counted.map(move |(place, count)| (end_of::<BITS>(range * RANGE + place), *count))
        })
    }

    /// The ranges that were hit, in order, and their counts.
    pub(super) fn hit_ranges(&self) -> impl Iterator<Item = (usize, &[u64])> {
        let hit = self.ranges.iter().enumerate().filter(|(_, begins)| **begins != NOT_HIT);
        hit.map(|(range, begins)| (range, &self.counts[*begins as usize..][..RANGE]))
    }

    /// Counts one time so often.
    pub(super) fn record_many_ns(&mut self, time_ns: u64, count: u64) {
        let bucket = bucket_of::<BITS>(time_ns);
        self.begin(range_of(bucket))[bucket % RANGE] += count;
        self.samples += count;
        self.sum_ns += u128::from(time_ns) * u128::from(count);
        self.sum_of_squares_ns2 += u128::from(time_ns) * u128::from(time_ns) * u128::from(count);
        self.least_ns = self.least_ns.min(time_ns);
        self.greatest_ns = self.greatest_ns.max(time_ns);
    }

    /// Counts one time.
    pub fn record(&mut self, time: Duration) {
        self.record_ns(nanoseconds(time));
    }

    /// Counts one time.
    #[inline]
    pub(super) fn record_ns(&mut self, time_ns: u64) {
        if time_ns > LONGEST_NS {
            return self.clip();
        }
        let bucket = bucket_of::<BITS>(time_ns);
        let begins = self.ranges.get(range_of(bucket)).copied().unwrap_or(NOT_HIT);
        match self.counts.get_mut(begins as usize + bucket % RANGE) {
            Some(count) => *count += 1,
            None => self.count_first(bucket),
        }
        self.samples += 1;
        self.sum_ns += u128::from(time_ns);
        self.sum_of_squares_ns2 += u128::from(time_ns) * u128::from(time_ns);
        self.least_ns = self.least_ns.min(time_ns);
        self.greatest_ns = self.greatest_ns.max(time_ns);
    }

    #[cold]
    fn clip(&mut self) {
        self.clipped += 1;
        self.record_ns(LONGEST_NS);
    }

    /// Counts the first time of a range.
    #[cold]
    fn count_first(&mut self, bucket: usize) {
        self.begin(range_of(bucket))[bucket % RANGE] = 1;
    }

    /// The counts of a range, which takes memory from now on.
    pub(super) fn begin(&mut self, range: usize) -> &mut [u64] {
        if self.ranges.len() <= range {
            self.ranges.resize(range + 1, NOT_HIT);
        }
        if self.ranges[range] == NOT_HIT {
            self.ranges[range] = self.counts.len() as u32;
            self.counts.resize(self.counts.len() + RANGE, 0);
        }
        &mut self.counts[self.ranges[range] as usize..][..RANGE]
    }

    /// Adds the counts of `other`; the result is what recording into one histogram would have given.
    pub fn merge(&mut self, other: &Histogram) {
        for (range, theirs) in other.hit_ranges() {
            self.begin(range).iter_mut().zip(theirs).for_each(|(ours, theirs)| *ours += theirs);
        }
        self.samples += other.samples;
        self.sum_ns += other.sum_ns;
        self.sum_of_squares_ns2 += other.sum_of_squares_ns2;
        self.least_ns = self.least_ns.min(other.least_ns);
        self.greatest_ns = self.greatest_ns.max(other.greatest_ns);
        self.clipped += other.clipped;
    }

    pub fn samples(&self) -> u64 {
        self.samples
    }

    /// What its buckets occupy.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.counts.capacity() * size_of::<u64>() + self.ranges.capacity() * size_of::<u32>()
    }

    /// Values that were too long to be counted where they belong.
    pub fn clipped(&self) -> u64 {
        self.clipped
    }

    /// The least time; the greatest there is without samples.
    pub(super) fn least_ns(&self) -> u64 {
        self.least_ns
    }

    /// The greatest time; 0 without samples.
    pub(super) fn greatest_ns(&self) -> u64 {
        self.greatest_ns
    }

    pub fn min_s(&self) -> Option<f64> {
        (self.samples() > 0).then(|| seconds(self.least_ns))
    }

    pub fn max_s(&self) -> Option<f64> {
        (self.samples() > 0).then(|| seconds(self.greatest_ns))
    }

    pub fn mean_s(&self) -> Option<f64> {
        (self.samples() > 0).then(|| self.sum_ns as f64 / self.samples() as f64 / 1e9)
    }

    /// Population form: √(n·Σx² − (Σx)²) ÷ n, whose numerator is exact where it fits and never negative.
    pub fn stddev_s(&self) -> Option<f64> {
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
    pub fn percentile_s(&self, percentile: Percentile) -> Option<f64> {
        let samples = self.samples();
        if samples == 0 {
            return None;
        }
        let rank = percentile.rank(samples);
        let mut seen = 0;
        let has_enough = |(_, count): &(u64, u64)| {
            seen += count;
            seen >= rank
        };
        let (end_ns, _) = self.counted().find(has_enough)?;
        Some(seconds(end_ns.clamp(self.least_ns, self.greatest_ns)))
    }
}

pub(super) fn range_of(bucket: usize) -> usize {
    bucket >> RANGE_BITS
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
    fn three_samples_do_not_cost_what_a_million_cost() {
        let histogram = of(&[50_000, 1_000_000, 10_000_000_000]);
        assert!(histogram.bytes() <= 8 * 1024, "{} bytes", histogram.bytes());
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
    fn a_time_beyond_a_day_is_counted_as_clipped() {
        let mut histogram = of(&[1_000]);
        histogram.record(Duration::from_secs(25 * 60 * 60));
        assert_eq!((histogram.samples(), histogram.clipped()), (2, 1));
        assert_eq!(histogram.max_s(), Some(86_400.0));
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

    /// As many short times as long ones, none beyond a day.
    fn times_ns() -> impl Strategy<Value = Vec<u64>> {
        let time_ns = (0u32..64, 0..=LONGEST_NS).prop_map(|(shift, time_ns)| time_ns >> shift);
        prop::collection::vec(time_ns, 1..200)
    }

    proptest! {
        #[test]
        fn percentiles_are_those_of_an_hdr_histogram(mut times in times_ns(), percent in 0.001f64..99.999) {
            let histogram = of(&times);
            let mut reference = hdrhistogram::Histogram::<u64>::new_with_bounds(1, LONGEST_NS, 3).unwrap();
            times.iter().for_each(|time_ns| reference.record(*time_ns).unwrap());
            for (end_ns, count) in histogram.counted() {
                prop_assert_eq!(reference.highest_equivalent(end_ns), end_ns);
                prop_assert_eq!(reference.count_at(end_ns), count);
            }
            let thousandth = p((percent * 1_000.0).ceil() / 1_000.0);
            let rank = ((thousandth.percent() * 1_000.0).round() as usize * times.len()).div_ceil(100_000);
            times.sort_unstable();
            let told_ns = reference.highest_equivalent(times[rank.max(1) - 1]);
            let told_ns = told_ns.clamp(histogram.least_ns, histogram.greatest_ns);
            prop_assert_eq!(histogram.percentile_s(thousandth), Some(seconds(told_ns)));
        }

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
