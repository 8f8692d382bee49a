//! How precisely a mean or a share is known, although the times behind it depend on each other.

/// Consecutive samples, summed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Batch {
    pub(crate) samples: u64,
    pub(crate) sum_s: f64,
}

/// The share of samples beyond a limit, and how many independent samples it is worth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Share {
    pub(crate) share: f64,
    pub(crate) effective_samples: f64,
}

/// A mean, and half the width of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) mean_s: f64,
    pub(crate) half_width_s: f64,
}

/// More batches than this are joined, so that neighbours depend less on each other.
const BATCHES: usize = 20;
/// A share is judged by so many batches.
const SHARE_BATCHES: usize = 10;
/// A stronger dependence cannot be told from a trend, which the comparison of the halves finds.
const STRONGEST_DEPENDENCE: f64 = 0.9;

impl Interval {
    /// The 95 % interval of the mean by batch means, widened for what the batches still depend on each other.
    ///
    /// `None` with fewer than two batches that hold samples: one figure says nothing about its spread.
    pub(crate) fn of_mean(batches: &[Batch]) -> Option<Interval> {
        let batches = joined(batches);
        let all = sum(&batches);
        if batches.len() < 2 {
            return None;
        }
        let mean_s = all.mean_s();
        let count = batches.len() as f64;
        // Batches of equal time hold unequal numbers of samples; each weighs as much as it holds.
        let weighted: f64 = batches.iter().map(|batch| batch.samples as f64 * (batch.mean_s() - mean_s).powi(2)).sum();
        let variance = weighted / all.samples as f64 * count / (count - 1.0);
        let dependence = lag_1(&batches, mean_s).clamp(0.0, STRONGEST_DEPENDENCE);
        let inflation = (1.0 + dependence) / (1.0 - dependence);
        let half_width_s = student_t_975(batches.len() - 1) * (variance / count * inflation).sqrt();
        Some(Interval { mean_s, half_width_s })
    }

    /// Half the width as a share of the mean.
    pub(crate) fn relative(self) -> f64 {
        if self.half_width_s == 0.0 { 0.0 } else { self.half_width_s / self.mean_s }
    }

    /// True if the two means differ by more than their intervals together allow.
    pub(crate) fn differs_from(self, other: Interval) -> bool {
        (self.mean_s - other.mean_s).abs() > self.half_width_s.hypot(other.half_width_s)
    }
}

impl Share {
    /// The share of `(samples, beyond)`, slice by slice in order of time; `None` with fewer than ten slices.
    ///
    /// Samples that are late together are worth fewer than their number: the spread of the batches' shares, widened for
    /// what neighbours depend on each other, says how many.
    pub(crate) fn of(slices: &[(u64, u64)]) -> Option<Share> {
        if slices.len() < SHARE_BATCHES {
            return None;
        }
        let part = |part: usize| part * slices.len() / SHARE_BATCHES..(part + 1) * slices.len() / SHARE_BATCHES;
        let batches = (0..SHARE_BATCHES).map(|index| {
            let sums = slices[part(index)].iter().fold((0, 0), |sum, slice| (sum.0 + slice.0, sum.1 + slice.1));
            Batch { samples: sums.0, sum_s: sums.1 as f64 }
        });
        let batches: Vec<Batch> = batches.filter(|batch| batch.samples > 0).collect();
        let all = sum(&batches);
        if batches.len() < 2 {
            return None;
        }
        let (share, samples) = (all.mean_s(), all.samples as f64);
        // The spread of means of noughts and ones is the spread of shares.
        let spread = Interval::of_mean(&batches)?.half_width_s / student_t_975(batches.len() - 1);
        let binomial = share * (1.0 - share) / samples;
        let worth = if spread > 0.0 { (binomial / spread.powi(2)).min(1.0) } else { 1.0 };
        Some(Share { share, effective_samples: samples * worth })
    }

    /// Wilson's 95 % interval of the share.
    pub(crate) fn wilson(self) -> (f64, f64) {
        let (n, z) = (self.effective_samples, Share::z());
        let centre = (self.share + z * z / (2.0 * n)) / (1.0 + z * z / n);
        let reach = z / (1.0 + z * z / n) * (self.share * (1.0 - self.share) / n + z * z / (4.0 * n * n)).sqrt();
        ((centre - reach).max(0.0), (centre + reach).min(1.0))
    }

    /// How far the share may lie from `expected` while Wilson's interval still holds `expected`.
    pub(crate) fn reach_around(self, expected: f64) -> f64 {
        Share::z() * (expected * (1.0 - expected) / self.effective_samples).sqrt()
    }

    /// Ten batches know their own spread no better than Student's t says.
    fn z() -> f64 {
        student_t_975(SHARE_BATCHES - 1)
    }
}

impl Batch {
    pub(crate) fn add(&mut self, time_s: f64) {
        self.samples += 1;
        self.sum_s += time_s;
    }

    pub(crate) fn mean_s(self) -> f64 {
        self.sum_s / self.samples as f64
    }
}

fn sum(batches: &[Batch]) -> Batch {
    batches.iter().fold(Batch::default(), |sum, batch| Batch {
        samples: sum.samples + batch.samples,
        sum_s: sum.sum_s + batch.sum_s,
    })
}

/// At most `BATCHES` batches of neighbours; empty ones are left out.
fn joined(batches: &[Batch]) -> Vec<Batch> {
    let parts = batches.len().min(BATCHES);
    (0..parts)
        .map(|part| sum(&batches[part * batches.len() / parts..(part + 1) * batches.len() / parts]))
        .filter(|batch| batch.samples > 0)
        .collect()
}

/// Autocorrelation of neighbouring batch means; 0 where they do not vary.
fn lag_1(batches: &[Batch], mean_s: f64) -> f64 {
    let deviations: Vec<f64> = batches.iter().map(|batch| batch.mean_s() - mean_s).collect();
    let variation: f64 = deviations.iter().map(|deviation| deviation * deviation).sum();
    let covariation: f64 = deviations.windows(2).map(|pair| pair[0] * pair[1]).sum();
    if variation > 0.0 { covariation / variation } else { 0.0 }
}

/// The 97.5 % quantile of Student's t: a table where the tails are heavy, then the Cornish–Fisher expansion
/// (Abramowitz and Stegun 26.7.5), which is right to 0.001 from there on.
fn student_t_975(freedom: usize) -> f64 {
    const FEW: [f64; 8] = [12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306];
    const Z: f64 = 1.959_964;
    if freedom == 0 {
        return f64::INFINITY;
    }
    if let Some(quantile) = FEW.get(freedom - 1) {
        return *quantile;
    }
    let n = freedom as f64;
    let first = (Z.powi(3) + Z) / 4.0;
    let second = (5.0 * Z.powi(5) + 16.0 * Z.powi(3) + 3.0 * Z) / 96.0;
    let third = (3.0 * Z.powi(7) + 19.0 * Z.powi(5) + 17.0 * Z.powi(3) - 15.0 * Z) / 384.0;
    Z + first / n + second / n.powi(2) + third / n.powi(3)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(means_s: &[f64]) -> Vec<Batch> {
        means_s.iter().map(|mean_s| Batch { samples: 10, sum_s: mean_s * 10.0 }).collect()
    }

    #[test]
    fn student_t_agrees_with_the_tables() {
        for (freedom, quantile) in [(1, 12.706), (8, 2.306), (9, 2.262), (19, 2.093), (30, 2.042), (120, 1.980)] {
            assert!((student_t_975(freedom) - quantile).abs() < 0.002, "{freedom}: {}", student_t_975(freedom));
        }
    }

    #[test]
    fn independent_batches_give_the_textbook_interval() {
        // 1, 3, 2, 2: mean 2, s² = 2/3, neighbours −1 in 2, so no inflation; 3.182 × √(2/3 ÷ 4).
        let interval = Interval::of_mean(&batches(&[1.0, 3.0, 2.0, 2.0])).unwrap();
        assert_eq!(interval.mean_s, 2.0);
        assert!((interval.half_width_s - 3.182 * (1.0f64 / 6.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn batches_that_follow_each_other_widen_the_interval() {
        let alternating = Interval::of_mean(&batches(&[1.0, 3.0, 1.0, 3.0, 1.0, 3.0])).unwrap();
        let runs = Interval::of_mean(&batches(&[1.0, 1.0, 1.0, 3.0, 3.0, 3.0])).unwrap();
        // Deviations ∓1: lag-1 is (2 − 1 + 2) ÷ 6 = ½ for the runs, which inflates the variance threefold.
        assert!((runs.half_width_s / alternating.half_width_s - 3.0f64.sqrt()).abs() < 1e-9);
    }

    #[test]
    fn one_batch_says_nothing_about_its_spread() {
        assert_eq!(Interval::of_mean(&[]), None);
        assert_eq!(Interval::of_mean(&batches(&[1.0])), None);
    }

    #[test]
    fn fuller_batches_weigh_more() {
        let unequal = [Batch { samples: 30, sum_s: 30.0 }, Batch { samples: 10, sum_s: 20.0 }];
        assert_eq!(Interval::of_mean(&unequal).unwrap().mean_s, 1.25);
    }

    #[test]
    fn a_share_of_independent_samples_is_worth_about_their_number() {
        // 100 slices of 100 samples, 5 beyond in each but for one more or less in turns.
        let slices: Vec<(u64, u64)> = (0..100).map(|i| (100, if i % 2 == 0 { 4 } else { 6 })).collect();
        let share = Share::of(&slices).unwrap();
        assert_eq!((share.share, share.effective_samples), (0.05, 10_000.0));
        let (low, high) = share.wilson();
        assert!(low > 0.045 && low < 0.05 && high > 0.05 && high < 0.056, "{low} {high}");
    }

    #[test]
    fn samples_that_are_late_together_are_worth_fewer() {
        // All 500 beyond in one stretch of ten slices: one batch of ten has a share of ½, the others of 0.
        let slices: Vec<(u64, u64)> = (0..100).map(|i| (100, if i / 10 == 4 { 50 } else { 0 })).collect();
        let share = Share::of(&slices).unwrap();
        assert_eq!(share.share, 0.05);
        // The batches' spread: s² = 0.025, so the share's variance is 0.0025, and 0.0475 ÷ 0.0025 is 19.
        assert!((share.effective_samples - 19.0).abs() < 1e-6, "{share:?}");
        assert!(share.wilson().1 > 0.2, "{:?}", share.wilson());
    }

    #[test]
    fn an_interval_holds_exactly_what_is_within_reach() {
        for (samples, beyond, expected) in [(1_000, 40, 0.05), (1_000, 70, 0.05), (1_000, 66, 0.05), (1_000, 0, 0.01)] {
            let share = Share { share: beyond as f64 / samples as f64, effective_samples: samples as f64 };
            let (low, high) = share.wilson();
            let is_within = (share.share - expected).abs() <= share.reach_around(expected);
            assert_eq!((low..=high).contains(&expected), is_within, "{beyond} of {samples}: {low} {high}");
        }
    }

    #[test]
    fn fewer_than_ten_slices_say_nothing_about_a_share() {
        assert_eq!(Share::of(&[(100, 5); 9]), None);
        assert!(Share::of(&[(100, 5); 10]).is_some());
    }

    #[test]
    fn halves_differ_when_their_intervals_lie_apart() {
        let first = Interval { mean_s: 1.0, half_width_s: 0.03 };
        assert!(first.differs_from(Interval { mean_s: 1.06, half_width_s: 0.04 }));
        assert!(!first.differs_from(Interval { mean_s: 1.04, half_width_s: 0.04 }));
    }
}
