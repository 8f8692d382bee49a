//! Seeds and random numbers without a state: the n-th output of a generator, asked for by its number.

/// The `number`-th output of splitmix64 from `seed` (Steele, Lea and Flood, 2014).
pub(super) fn seed_of(seed: u64, number: u64) -> u64 {
    const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut z = seed.wrapping_add(GOLDEN_GAMMA.wrapping_mul(number.wrapping_add(1)));
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// The `number`-th of a sequence of exponential gaps whose mean is 1.
pub(super) fn exponential_gap(seed: u64, number: u64) -> f64 {
    // 53 bits make every number of [0, 1) that a float can tell from its neighbours; its complement is never 0.
    let unit = (seed_of(seed, number) >> 11) as f64 / (1u64 << 53) as f64;
    -(1.0 - unit).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seeds_are_those_of_splitmix64() {
        // The first outputs from 1234567, as published with the algorithm.
        let seeds: Vec<u64> = (0..3).map(|number| seed_of(1_234_567, number)).collect();
        assert_eq!(seeds, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
    }

    #[test]
    fn exponential_gaps_have_mean_and_deviation_of_one() {
        let gaps: Vec<f64> = (0..100_000).map(|number| exponential_gap(7, number)).collect();
        let mean = gaps.iter().sum::<f64>() / gaps.len() as f64;
        let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / gaps.len() as f64;
        // Standard errors of 100 000 draws are 0.003 and 0.009; five of each.
        assert!((mean - 1.0).abs() < 0.016 && (variance - 1.0).abs() < 0.045, "{mean} {variance}");
    }
}
