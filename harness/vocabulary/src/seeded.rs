//! Random numbers that are the same on every machine for the same seed: the generator [`SplitMix64`].
//!
//! Seeds are part of a run's result, so these sequences never change. Written out here for that reason, and not taken
//! from a crate whose next version could change them. Not for secrets.

/// How far the state moves with each output: 2⁶⁴ divided by the golden ratio, made odd.
const GOLDEN_GAMMA: u64 = 0x9e37_79b9_7f4a_7c15;

/// splitmix64 (Steele, Lea and Flood, 2014).
///
/// ```
/// use proofload_vocabulary::seeded::SplitMix64;
///
/// let mut random = SplitMix64::new(1_234_567);
/// assert_eq!(random.next_u64(), 6_457_827_717_110_365_317);
/// assert_eq!(random.next_u64(), SplitMix64::nth(1_234_567, 1));
/// ```
#[derive(Debug, Clone)]
pub struct SplitMix64 {
    state: u64,
}

impl SplitMix64 {
    /// A generator that starts at `seed`.
    pub fn new(seed: u64) -> SplitMix64 {
        SplitMix64 { state: seed }
    }

    /// The next output; every value of 64 bits is equally likely.
    #[inline]
    pub fn next_u64(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN_GAMMA);
        mix(self.state)
    }

    /// The next output as a number from 0 up to, but never, 1.
    #[inline]
    pub fn next_unit(&mut self) -> f64 {
        unit(self.next_u64())
    }

    /// The output with the index `number` of a generator that starts at `seed`, without computing those before it.
    #[inline]
    pub fn nth(seed: u64, number: u64) -> u64 {
        mix(seed.wrapping_add(GOLDEN_GAMMA.wrapping_mul(number.wrapping_add(1))))
    }
}

/// A number from 0 up to, but never, 1 made of the upper 53 of these bits, because a double holds no more.
#[inline]
pub fn unit(bits: u64) -> f64 {
    (bits >> 11) as f64 / (1_u64 << 53) as f64
}

#[inline]
fn mix(state: u64) -> u64 {
    let mut mixed = state;
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    mixed ^ (mixed >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn outputs_are_those_published_with_the_algorithm() {
        let mut random = SplitMix64::new(1_234_567);
        let in_order = [(); 3].map(|()| random.next_u64());
        let by_number = [0, 1, 2].map(|number| SplitMix64::nth(1_234_567, number));
        assert_eq!(in_order, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]);
        assert_eq!(by_number, in_order);
    }

    #[test]
    fn a_unit_is_never_one() {
        assert_eq!((unit(0), unit(u64::MAX) < 1.0), (0.0, true));
    }
}
