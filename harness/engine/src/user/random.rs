//! A user's own random choices: small, fast, and the same on every machine for the same seed.

use std::ops::{Range, RangeInclusive};
use std::time::Duration;

use crate::seeded::{SplitMix64, unit};

/// xoshiro256++ 1.0 by Blackman and Vigna, its state filled by splitmix64, as its authors advise.
///
/// Not for secrets. Written out here because the choices of a run must not change with a dependency's version.
#[derive(Debug, Clone)]
pub(super) struct UserRandom {
    state: [u64; 4],
}

impl UserRandom {
    pub(super) fn seeded(seed: u64) -> UserRandom {
        let mut seeder = SplitMix64::new(seed);
        UserRandom { state: std::array::from_fn(|_| seeder.next_u64()) }
    }

    /// Every value of 64 bits is equally likely.
    pub(super) fn next(&mut self) -> u64 {
        let state = &mut self.state;
        let result = state[0].wrapping_add(state[3]).rotate_left(23).wrapping_add(state[0]);
        let shifted = state[1] << 17;
        state[2] ^= state[0];
        state[3] ^= state[1];
        state[1] ^= state[2];
        state[0] ^= state[3];
        state[2] ^= shifted;
        state[3] = state[3].rotate_left(45);
        result
    }

    /// From 0 up to, but never, 1.
    pub(super) fn unit(&mut self) -> f64 {
        unit(self.next())
    }

    /// From 0 up to, but never, `bound`, without bias (Lemire 2019); 0 when `bound` is 0.
    pub(super) fn below(&mut self, bound: u64) -> u64 {
        if bound == 0 {
            return 0;
        }
        // The first `2⁶⁴ mod bound` of the low halves would favour some results.
        let biased = bound.wrapping_neg() % bound;
        loop {
            let product = u128::from(self.next()) * u128::from(bound);
            if product as u64 >= biased {
                return (product >> 64) as u64;
            }
        }
    }

    /// An index, as likely as its weight says; `None` when no weight is above zero.
    pub(super) fn weighted(&mut self, weights: &[u32]) -> Option<usize> {
        let total = weights.iter().map(|weight| u64::from(*weight)).sum::<u64>();
        if total == 0 {
            return None;
        }
        let mut rest = self.below(total);
        weights.iter().position(|weight| {
            let weight = u64::from(*weight);
            let chosen = rest < weight;
            rest = rest.saturating_sub(weight);
            chosen
        })
    }

    /// Any duration of the range, to the nanosecond, its end included; the start when the range is empty.
    pub(super) fn duration(&mut self, range: &RangeInclusive<Duration>) -> Duration {
        let width = range.end().saturating_sub(*range.start());
        let nanoseconds = u64::try_from(width.as_nanos()).unwrap_or(u64::MAX - 1);
        *range.start() + Duration::from_nanos(self.below(nanoseconds + 1))
    }
}

/// Whole numbers that [`User::random_range`](super::User::random_range) draws.
pub trait Whole: Copy + PartialOrd {
    /// How many numbers lie from `start` up to `end`.
    #[doc(hidden)]
    fn width(start: Self, end: Self) -> u64;
    /// The number `offset` steps above `start`.
    #[doc(hidden)]
    fn above(start: Self, offset: u64) -> Self;
}

macro_rules! whole {
    ($($number:ty),*) => {$(
        impl Whole for $number {
            // Wrapping is exact here: the distance of two numbers of at most 64 bits fits 64 bits.
            fn width(start: Self, end: Self) -> u64 {
                (end as i128 - start as i128).max(0) as u64
            }
            fn above(start: Self, offset: u64) -> Self {
                (start as i128 + i128::from(offset)) as Self
            }
        }
    )*};
}

whole!(u8, u16, u32, u64, usize, i8, i16, i32, i64, isize);

/// A pause: a [`Duration`], or a range of them to draw from.
pub trait ThinkTime {
    /// The shortest and the longest pause.
    fn bounds(self) -> RangeInclusive<Duration>;
}

impl ThinkTime for Duration {
    fn bounds(self) -> RangeInclusive<Duration> {
        self..=self
    }
}

impl ThinkTime for Range<Duration> {
    fn bounds(self) -> RangeInclusive<Duration> {
        self.start..=self.end.saturating_sub(Duration::from_nanos(1)).max(self.start)
    }
}

impl ThinkTime for RangeInclusive<Duration> {
    fn bounds(self) -> RangeInclusive<Duration> {
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_generator_gives_the_numbers_its_authors_published() {
        let mut random = UserRandom { state: [1, 2, 3, 4] };
        let numbers = [(); 4].map(|()| random.next());
        assert_eq!(numbers, [41_943_041, 58_720_359, 3_588_806_011_781_223, 3_591_011_842_654_386]);
    }

    #[test]
    fn a_bound_of_nothing_or_of_all_is_kept() {
        let mut random = UserRandom::seeded(0);
        assert_eq!((random.below(0), random.below(1)), (0, 0));
        assert!(random.below(u64::MAX) < u64::MAX);
    }

    #[test]
    fn a_range_of_pauses_holds_both_its_ends() {
        let (short, long) = (Duration::from_nanos(10), Duration::from_nanos(11));
        assert_eq!((short..long).bounds(), short..=short);
        assert_eq!((long..short).bounds(), long..=long);
        let mut random = UserRandom::seeded(0);
        let drawn = (0..100).map(|_| random.duration(&(short..=long))).collect::<Vec<_>>();
        assert!(drawn.contains(&short) && drawn.contains(&long));
        assert_eq!(random.duration(&(long..=short)), long);
        assert!(random.duration(&(Duration::ZERO..=Duration::MAX)) <= Duration::MAX);
    }
}
