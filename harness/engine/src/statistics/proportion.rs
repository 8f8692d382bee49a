//! How precisely a share is known from samples that depend on each other: a [`Proportion`].

use super::batch::Batch;
use super::interval::ConfidenceInterval;
use super::mean::MeanEstimate;

/// A proportion is computed from at least so many slices.
const LEAST_SLICES: usize = 10;

/// One slice of a series: how many samples it holds, and how many of them count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct HitCount {
    /// How many there were.
    pub samples: u64,
    /// Those that lie beyond a limit, or failed.
    pub hits: u64,
}

impl HitCount {
    /// The share of hits; `None` without samples.
    pub fn share(self) -> Option<f64> {
        (self.samples > 0).then(|| self.hits as f64 / self.samples as f64)
    }

    /// As zeros and ones.
    pub fn batch(self) -> Batch {
        Batch { samples: self.samples, sum: self.hits as f64 }
    }
}

/// A share of samples, and how many independent samples would give the same precision.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Proportion {
    /// Between 0 and 1.
    pub share: f64,
    /// How many independent samples would say as much.
    pub effective_samples: f64,
    /// The standard errors on either side within which the true share lies with 95 % confidence.
    reach: f64,
}

impl Proportion {
    /// The share of hits in slices that are in order of time; `None` with fewer than ten slices.
    ///
    /// Samples that are late together are worth fewer than their number. The spread of the batches' shares, widened by as
    /// much as neighbours depend on each other, says how many.
    pub fn of(slices: &[HitCount]) -> Option<Proportion> {
        if slices.len() < LEAST_SLICES {
            return None;
        }
        // The mean of zeros and ones is a share.
        let estimate = MeanEstimate::of(&slices.iter().map(|slice| slice.batch()).collect::<Vec<_>>())?;
        let samples = slices.iter().map(|slice| slice.samples).sum();
        let (share, reach) = (estimate.mean, estimate.reach);
        let effective_samples = estimate.effective_samples((share * (1.0 - share)).sqrt(), samples);
        Some(Proportion { share, effective_samples, reach })
    }

    /// The same share, if it is known no better than the mean of the same samples, whose standard deviation is `stddev`.
    pub fn no_better_than(self, mean: MeanEstimate, stddev: f64, samples: u64) -> Proportion {
        let effective_samples = mean.effective_samples(stddev, samples);
        if effective_samples >= self.effective_samples {
            return self;
        }
        Proportion { effective_samples, reach: mean.reach, ..self }
    }

    /// The same precision, of another share of the same samples.
    pub fn with_share(self, share: f64) -> Proportion {
        Proportion { share, ..self }
    }

    /// Wilson's 95 % interval.
    pub fn interval(self) -> ConfidenceInterval {
        let (n, z) = (self.effective_samples, self.reach);
        let centre = (self.share + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let reach = z / (1.0 + z * z / n) * (self.share * (1.0 - self.share) / n + z * z / (4.0 * n * n)).sqrt();
        // Without a hit, and with nothing but hits, an end is exact, whatever the rounding errors.
        let low = if self.share == 0.0 { 0.0 } else { (centre - reach).max(0.0) };
        let high = if self.share == 1.0 { 1.0 } else { (centre + reach).min(1.0) };
        ConfidenceInterval { low, high }
    }

    /// How far the share may lie from `expected` while Wilson's interval still contains `expected`.
    pub fn reach_around(self, expected: f64) -> f64 {
        self.reach * (expected * (1.0 - expected) / self.effective_samples).sqrt()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_share_of_independent_samples_is_worth_about_their_number() {
        // 100 slices of 100 samples, alternately 4 and 6 beyond in each.
        let slices: Vec<HitCount> =
            (0..100).map(|i| HitCount { samples: 100, hits: if i % 2 == 0 { 4 } else { 6 } }).collect();
        let proportion = Proportion::of(&slices).unwrap();
        assert_eq!((proportion.share, proportion.effective_samples), (0.05, 10_000.0));
        let ConfidenceInterval { low, high } = proportion.interval();
        assert!(low > 0.045 && low < 0.05 && high > 0.05 && high < 0.056, "{low} {high}");
    }

    #[test]
    fn samples_that_are_late_together_are_worth_fewer() {
        // All 500 beyond in one stretch of ten slices: two batches of twenty have a share of ½, the others of 0.
        let slices: Vec<HitCount> =
            (0..100).map(|i| HitCount { samples: 100, hits: if i / 10 == 4 { 50 } else { 0 } }).collect();
        let proportion = Proportion::of(&slices).unwrap();
        assert_eq!(proportion.share, 0.05);
        // The batches' spread: s² = 0.45 ÷ 19. Neighbours: 0.1975 ÷ 0.45 = 0.439, corrected 0.577, which is worth 3.72. So the
        // share's variance is 0.0237 ÷ 20 × 3.72 = 0.0044, and 0.0475 ÷ 0.0044 is 10.8.
        assert!((proportion.effective_samples - 10.8).abs() < 0.1, "{proportion:?}");
        assert!(proportion.interval().high > 0.2, "{:?}", proportion.interval());
    }

    #[test]
    fn an_interval_contains_exactly_what_is_within_reach() {
        for (samples, beyond, expected) in [(1_000, 40, 0.05), (1_000, 70, 0.05), (1_000, 66, 0.05), (1_000, 0, 0.01)] {
            let share = beyond as f64 / samples as f64;
            let proportion = Proportion { share, effective_samples: f64::from(samples), reach: 2.262 };
            let ConfidenceInterval { low, high } = proportion.interval();
            let is_within = (share - expected).abs() <= proportion.reach_around(expected);
            assert_eq!((low..=high).contains(&expected), is_within, "{beyond} of {samples}: {low} {high}");
        }
    }

    #[test]
    fn fewer_than_ten_slices_say_nothing_about_a_share() {
        let slice = HitCount { samples: 100, hits: 5 };
        assert_eq!(Proportion::of(&[slice; 9]), None);
        assert!(Proportion::of(&[slice; 10]).is_some());
    }

    proptest! {
        #[test]
        fn an_interval_holds_its_share_and_ends_exactly_at_nothing_and_at_all(
            slices in prop::collection::vec((1u64..500, 0u8..=4), 10..60),
        ) {
            // None, a quarter, half, three quarters or all of each slice; and none or all of every slice.
            let of = |shift: u8| slices.iter().map(move |(samples, quarters)| {
                let quarters = u64::from(match shift { 0 => 0, 4 => 4, _ => *quarters });
                HitCount { samples: *samples, hits: samples * quarters / 4 }
            });
            for shift in [0, 2, 4] {
                let proportion = Proportion::of(&of(shift).collect::<Vec<_>>()).unwrap();
                let ConfidenceInterval { low, high } = proportion.interval();
                prop_assert!(0.0 <= low && low <= proportion.share && proportion.share <= high && high <= 1.0);
                let complement = proportion.interval().complement();
                if proportion.share == 0.0 {
                    prop_assert_eq!((low, complement.high), (0.0, 1.0));
                }
                if proportion.share == 1.0 {
                    prop_assert_eq!((high, complement.low), (1.0, 0.0));
                }
            }
        }
    }
}
