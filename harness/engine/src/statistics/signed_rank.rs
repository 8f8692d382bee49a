//! Wilcoxon's signed-rank distribution: how many of the sorted Walsh averages lie outside an interval.

use super::student_t::student_t_beyond;

/// With more values the distribution is as good as normal.
pub(super) const MOST_EXACT: usize = 50;

/// The distribution of W, the sum of the ranks of the positive ones among so many values, as far as its middle; each is positive or
/// negative with equal probability.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct SignedRanks {
    count: usize,
    /// P(W = w) for w below the middle; empty beyond 50 values.
    probabilities: Vec<f64>,
}

impl SignedRanks {
    pub(super) fn of(count: usize) -> SignedRanks {
        let probabilities = if count <= MOST_EXACT { probabilities(count) } else { Vec::new() };
        SignedRanks { count, probabilities }
    }

    /// The rank, from 1, of the sorted Walsh averages that is the lower end of an interval beneath which the true middle lies with
    /// a probability of at most `tail`; the upper end has the same rank from above. `None` if even the least average is not low
    /// enough.
    ///
    /// Exact up to 50 values: the largest k with P(W < k) ≤ tail. Beyond, W is taken as normal, and the rank rounded down.
    pub(super) fn lower_rank(&self, tail: f64) -> Option<usize> {
        if self.count > MOST_EXACT {
            let (n, z) = (self.count as f64, student_t_beyond(tail, f64::INFINITY));
            let rank = n * (n + 1.0) / 4.0 - z * (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt();
            return Some(rank.floor() as usize);
        }
        let mut below = 0.0;
        for (sum, probability) in self.probabilities.iter().enumerate() {
            below += probability;
            // Rounding may not cost a rank where the sum is exactly the tail.
            if below > tail * (1.0 + 1e-12) {
                return (sum > 0).then_some(sum);
            }
        }
        None
    }
}

/// Each rank is in the sum or not.
fn probabilities(count: usize) -> Vec<f64> {
    let mut probabilities = vec![0.0; count * (count + 1) / 4 + 1];
    probabilities[0] = 1.0;
    for rank in 1..=count {
        let most = (rank * (rank + 1) / 2).min(probabilities.len() - 1);
        for sum in (0..=most).rev() {
            let with = if sum >= rank { probabilities[sum - rank] } else { 0.0 };
            probabilities[sum] = 0.5 * (probabilities[sum] + with);
        }
    }
    probabilities
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lower_rank(count: usize, tail: f64) -> Option<usize> {
        SignedRanks::of(count).lower_rank(tail)
    }

    #[test]
    fn the_ranks_are_those_of_the_tables() {
        // Critical values of the two-sided test at 5 %: 0 for 6 values, 8 for 10, 52 for 20, 137 for 30. The rank is the next one.
        for (count, critical) in [(6, 0), (7, 2), (10, 8), (20, 52), (30, 137)] {
            assert_eq!(lower_rank(count, 0.025), Some(critical + 1), "{count}");
        }
    }

    #[test]
    fn five_values_are_too_few_for_95_percent_and_seven_for_99() {
        // All five are positive with probability 1 ÷ 32, all seven with 1 ÷ 128.
        assert_eq!((lower_rank(5, 0.025), lower_rank(7, 0.005)), (None, None));
        assert_eq!(lower_rank(8, 0.005), Some(1));
    }

    #[test]
    fn the_normal_approximation_begins_where_it_differs_by_one_rank_at_most() {
        let n = MOST_EXACT as f64;
        let normal =
            (n * (n + 1.0) / 4.0 - 1.959_964 * (n * (n + 1.0) * (2.0 * n + 1.0) / 24.0).sqrt()).floor() as usize;
        assert!(lower_rank(MOST_EXACT, 0.025).unwrap().abs_diff(normal) <= 1, "{normal}");
    }
}
