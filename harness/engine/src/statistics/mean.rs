//! How precisely the mean of samples that depend on each other is known: a [`MeanEstimate`].

use super::batch::{Batch, joined, lag_1_autocorrelation, total};
use super::interval::ConfidenceInterval;
use super::student_t::student_t_975;

/// A stronger dependence looks the same as a trend, which the comparison of the halves finds.
const STRONGEST_DEPENDENCE: f64 = 0.9;
/// Two medians of three batches within this are steady.
const STEADY: f64 = 0.03;

/// A mean, and how precisely it is known.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MeanEstimate {
    /// Of the values that were observed.
    pub mean: f64,
    pub(super) standard_error: f64,
    /// The standard errors on either side within which the true mean lies with 95 % confidence.
    pub(super) reach: f64,
    /// Of the standard error.
    pub(super) degrees_of_freedom: f64,
}

impl MeanEstimate {
    /// By batch means, widened by as much as the batches still depend on each other, and by Student's t for as many batches as
    /// they are then worth.
    ///
    /// `None` with fewer than two batches that hold samples: one figure says nothing about its spread.
    pub fn of(batches: &[Batch]) -> Option<MeanEstimate> {
        let count = joined(batches).len() as f64;
        // Deviations from their own mean hide so much of a dependence (Kendall 1954).
        MeanEstimate::widened(batches, |seen| seen + (1.0 + 4.0 * seen) / count)
    }

    /// `dependence` is that of the batches, computed from what is seen of it.
    fn widened(batches: &[Batch], dependence: impl Fn(f64) -> f64) -> Option<MeanEstimate> {
        let batches = joined(batches);
        let all = total(&batches);
        if batches.len() < 2 {
            return None;
        }
        let mean = all.mean();
        let count = batches.len() as f64;
        // Batches of equal time hold unequal numbers of samples; each weighs as much as it holds.
        let weighted: f64 = batches.iter().map(|batch| batch.samples as f64 * (batch.mean() - mean).powi(2)).sum();
        let variance = weighted / all.samples as f64 * count / (count - 1.0);
        let dependence = dependence(lag_1_autocorrelation(&batches, mean)).clamp(0.0, STRONGEST_DEPENDENCE);
        let inflation = (1.0 + dependence) / (1.0 - dependence);
        let standard_error = (variance / count * inflation).sqrt();
        let degrees_of_freedom = (count / inflation - 1.0).max(1.0);
        let reach = student_t_975(degrees_of_freedom as usize);
        Some(MeanEstimate { mean, standard_error, reach, degrees_of_freedom })
    }

    /// How many independent samples with this standard deviation would give the same precision; at most `samples`.
    pub fn effective_samples(self, stddev: f64, samples: u64) -> f64 {
        let samples = samples as f64;
        let varies = stddev > 0.0 && self.standard_error > 0.0;
        if varies { (stddev / self.standard_error).powi(2).min(samples) } else { samples }
    }

    /// The 95 % interval, for samples that cannot be negative, such as times: as far below the mean as above it in proportion,
    /// because such samples are skewed, and a run with few of the long ones has a low mean and a narrow spread.
    pub fn proportional_interval(self) -> ConfidenceInterval {
        if self.mean <= 0.0 {
            return ConfidenceInterval { low: 0.0, high: self.half_width() };
        }
        let factor = self.relative_half_width().exp();
        ConfidenceInterval { low: self.mean / factor, high: self.mean * factor }
    }

    /// Half the width of the 95 % interval.
    fn half_width(self) -> f64 {
        self.reach * self.standard_error
    }

    /// Half the width as a share of the mean.
    pub fn relative_half_width(self) -> f64 {
        if self.standard_error == 0.0 { 0.0 } else { self.half_width() / self.mean }
    }

    /// True if the two means differ by more than their intervals together allow.
    pub fn differs_from(self, other: MeanEstimate) -> bool {
        (self.mean - other.mean).abs() > self.half_width().hypot(other.half_width())
    }
}

/// True if the mean of the later half differs from that of the earlier half: the series drifts.
pub fn halves_differ(batches: &[Batch]) -> bool {
    let (earlier, later) = batches.split_at(batches.len() / 2);
    // What half a series hides of its dependence is not made up for: a half that rises or falls, too, looks as if it depended on
    // itself, and would hide that the series drifts.
    let as_seen = |half: &[Batch]| {
        let reach = student_t_975(joined(half).len().saturating_sub(1));
        MeanEstimate::widened(half, |seen| seen).map(|mean| MeanEstimate { reach, ..mean })
    };
    let halves = as_seen(earlier).zip(as_seen(later));
    halves.is_some_and(|(earlier, later)| earlier.differs_from(later))
}

/// True if the median of the last three batches is within 3 % of that of the three before; false with fewer than six.
pub fn is_steady(batches: &[Batch]) -> bool {
    let [.., a, b, c, d, e, f] = batches else { return false };
    let (before, after) = (median_of_means([a, b, c]), median_of_means([d, e, f]));
    (after - before).abs() <= STEADY * before
}

fn median_of_means(batches: [&Batch; 3]) -> f64 {
    let mut means = batches.map(|batch| batch.mean());
    means.sort_by(f64::total_cmp);
    means[1]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(means: &[f64]) -> Vec<Batch> {
        means.iter().map(|mean| Batch { samples: 10, sum: mean * 10.0 }).collect()
    }

    #[test]
    fn independent_batches_give_the_textbook_interval() {
        // 1, 3, 2, 2: mean 2, s² = 2/3, neighbours −1 in 2, so no inflation; 3.182 × √(2/3 ÷ 4).
        let estimate = MeanEstimate::of(&batches(&[1.0, 3.0, 2.0, 2.0])).unwrap();
        assert_eq!(estimate.mean, 2.0);
        assert!((estimate.half_width() - 3.182 * (1.0f64 / 6.0).sqrt()).abs() < 1e-9);
    }

    #[test]
    fn batches_that_follow_each_other_widen_the_interval_and_are_worth_fewer() {
        let alternating = MeanEstimate::of(&batches(&[1.0, 3.0].repeat(10))).unwrap();
        let pairs = MeanEstimate::of(&batches(&[1.0, 1.0, 3.0, 3.0].repeat(5))).unwrap();
        assert!((alternating.reach - student_t_975(19)).abs() < 1e-9);
        // Deviations ∓1: lag-1 is (10 − 9) ÷ 20, and its correction (1 + 0.2) ÷ 20: 0.11, and 1.11 ÷ 0.89 = 1.247.
        assert!((pairs.standard_error / alternating.standard_error - 1.247f64.sqrt()).abs() < 1e-3, "{pairs:?}");
        // 20 ÷ 1.247 = 16.04
        assert!((pairs.reach - student_t_975(15)).abs() < 1e-9, "{pairs:?}");
    }

    #[test]
    fn one_batch_says_nothing_about_its_spread() {
        assert_eq!(MeanEstimate::of(&[]), None);
        assert_eq!(MeanEstimate::of(&batches(&[1.0])), None);
    }

    #[test]
    fn fuller_batches_weigh_more() {
        let unequal = [Batch { samples: 30, sum: 30.0 }, Batch { samples: 10, sum: 20.0 }];
        assert_eq!(MeanEstimate::of(&unequal).unwrap().mean, 1.25);
    }

    /// A mean of which half the width of the interval is `half_width`.
    fn known(mean: f64, half_width: f64) -> MeanEstimate {
        MeanEstimate { mean, standard_error: half_width / 2.0, reach: 2.0, degrees_of_freedom: 60.0 }
    }

    #[test]
    fn the_interval_of_a_time_is_as_far_below_as_above_in_proportion_and_never_reaches_zero() {
        let ConfidenceInterval { low, high } = known(2.0, 1.0).proportional_interval();
        assert!((2.0 / low - 0.5f64.exp()).abs() < 1e-12 && (high / 2.0 - 0.5f64.exp()).abs() < 1e-12);
        assert!(known(1.0, 30.0).proportional_interval().low > 0.0);
        assert_eq!(known(0.0, 0.0).proportional_interval(), ConfidenceInterval { low: 0.0, high: 0.0 });
    }

    #[test]
    fn halves_differ_when_their_intervals_lie_apart() {
        let first = known(1.0, 0.03);
        assert!(first.differs_from(known(1.06, 0.04)));
        assert!(!first.differs_from(known(1.04, 0.04)));
    }

    #[test]
    fn a_series_drifts_when_its_later_half_is_higher() {
        assert!(halves_differ(&batches(&[1.0, 1.1, 1.0, 1.1, 3.0, 3.1, 3.0, 3.1])));
        assert!(!halves_differ(&batches(&[1.0, 1.1, 1.0, 1.1, 1.0, 1.1, 1.0, 1.1])));
        assert!(!halves_differ(&batches(&[1.0, 3.0])), "one batch has no interval");
    }

    #[test]
    fn a_series_is_steady_when_two_medians_of_three_agree() {
        // One outlier in three does not move their median.
        assert!(is_steady(&batches(&[9.0, 1.0, 1.0, 5.0, 1.02, 1.0, 1.02])));
        assert!(!is_steady(&batches(&[1.0, 1.0, 1.0, 1.04, 1.04, 1.04])));
        assert!(!is_steady(&batches(&[1.0; 5])), "five are too few");
    }
}
