//! The test of Mann and Whitney, and the interval of Wilson: what other tools decide by, for the benchmark that compares methods.

use super::student_t::{normal_tail, student_t_beyond};

/// The probability that samples as different as these come from one distribution: two-sided, by the normal approximation with
/// corrections for ties and continuity. 1 if a side is empty or all are equal.
///
/// Right only for samples that do not depend on each other, which the times of requests are not: no verdict uses it.
pub fn mann_whitney(first: &[f64], second: &[f64]) -> f64 {
    let (m, n) = (first.len() as f64, second.len() as f64);
    let mut all: Vec<(f64, bool)> =
        first.iter().map(|value| (*value, true)).chain(second.iter().map(|value| (*value, false))).collect();
    all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
    let (mut ranks_of_first, mut ties, mut rank) = (0.0, 0.0, 0.0);
    for equal in all.chunk_by(|a, b| a.0 == b.0) {
        let count = equal.len() as f64;
        ranks_of_first += equal.iter().filter(|(_, is_first)| *is_first).count() as f64 * (rank + (count + 1.0) / 2.0);
        ties += count.powi(3) - count;
        rank += count;
    }
    let excess = (ranks_of_first - m * (m + 1.0) / 2.0 - m * n / 2.0).abs() - 0.5;
    let variance = m * n / 12.0 * (m + n + 1.0 - ties / ((m + n) * (m + n - 1.0)));
    if variance > 0.0 { (2.0 * normal_tail(excess / variance.sqrt())).min(1.0) } else { 1.0 }
}

/// Wilson's 95 % interval of the share of `hits` in `trials` that do not depend on each other; the whole range without trials.
pub fn wilson_interval(hits: u64, trials: u64) -> (f64, f64) {
    if trials == 0 {
        return (0.0, 1.0);
    }
    let (n, z) = (trials as f64, student_t_beyond(0.025, f64::INFINITY));
    let share = hits as f64 / n;
    let centre = (share + z * z / (2.0 * n)) / (1.0 + z * z / n);
    let reach = z / (1.0 + z * z / n) * (share * (1.0 - share) / n + z * z / (4.0 * n * n)).sqrt();
    let low = if hits == 0 { 0.0 } else { (centre - reach).max(0.0) };
    let high = if hits == trials { 1.0 } else { (centre + reach).min(1.0) };
    (low, high)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn samples_that_do_not_overlap_differ_and_equal_ones_do_not() {
        let low: Vec<f64> = (0..20).map(f64::from).collect();
        let high: Vec<f64> = (20..40).map(f64::from).collect();
        assert!(mann_whitney(&low, &high) < 1e-6);
        assert_eq!(
            (mann_whitney(&low, &low), mann_whitney(&[], &low), mann_whitney(&[1.0; 5], &[1.0; 5])),
            (1.0, 1.0, 1.0)
        );
    }

    #[test]
    fn three_in_a_hundred_may_be_one_or_eight() {
        let (low, high) = wilson_interval(3, 100);
        assert!((low - 0.0103).abs() < 1e-4 && (high - 0.0845).abs() < 1e-4, "{low} {high}");
        assert_eq!((wilson_interval(0, 0), wilson_interval(0, 9).0, wilson_interval(9, 9).1), ((0.0, 1.0), 0.0, 1.0));
    }
}
