//! How many samples a percentile needs. The fewest that say anything at all are in
//! [`Percentile::least_samples`](crate::metric::Percentile::least_samples).

use crate::metric::Percentile;

/// A percentile with fewer samples than this beyond it moves from run to run.
pub const FEW_SAMPLES_BEYOND: f64 = 20.0;

/// How many of `samples` are expected to lie beyond `percentile`.
pub fn samples_beyond(percentile: Percentile, samples: u64) -> f64 {
    samples as f64 * share_beyond(percentile)
}

/// How many samples it takes until 20 of them lie beyond `percentile`.
pub fn samples_for_a_stable_percentile(percentile: Percentile) -> u64 {
    (FEW_SAMPLES_BEYOND / share_beyond(percentile)).round() as u64
}

/// From percents, because 1 − 0.99 is not quite a hundredth.
pub fn share_beyond(percentile: Percentile) -> f64 {
    (100.0 - percentile.percent()) / 100.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn percentile(percent: f64) -> Percentile {
        Percentile::new(percent).unwrap()
    }

    #[test]
    fn twenty_samples_beyond_p99_take_two_thousand() {
        assert_eq!(samples_for_a_stable_percentile(percentile(99.0)), 2_000);
        assert_eq!(samples_for_a_stable_percentile(percentile(99.9)), 20_000);
        assert_eq!(samples_beyond(percentile(99.0), 2_000), FEW_SAMPLES_BEYOND);
    }
}
