//! How precisely a mean is known, although the times behind it depend on each other.

/// Consecutive samples, summed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Batch {
    pub(crate) samples: u64,
    pub(crate) sum_s: f64,
}

/// A mean, and half the width of its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Interval {
    pub(crate) mean_s: f64,
    pub(crate) half_width_s: f64,
}

/// More batches than this are joined, so that neighbours depend less on each other.
const BATCHES: usize = 20;
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
    fn halves_differ_when_their_intervals_lie_apart() {
        let first = Interval { mean_s: 1.0, half_width_s: 0.03 };
        assert!(first.differs_from(Interval { mean_s: 1.06, half_width_s: 0.04 }));
        assert!(!first.differs_from(Interval { mean_s: 1.04, half_width_s: 0.04 }));
    }
}
