//! How many values were how large: [`ValueBuckets`].

/// The binary digits of a number, after its first, that distinguish buckets: each is at most the 1,024th part of its numbers wide.
const DIGITS: u32 = 10;

/// The buckets of one octave, from one power of two to the next.
const OCTAVE: usize = 1 << DIGITS;

/// Digits of an `f64` that buckets do not distinguish.
const DROPPED: u32 = f64::MANTISSA_DIGITS - 1 - DIGITS;

/// Numbers that are too small for the usual form of an `f64` are counted as so many times as large.
const SMALL: (f64, i64) = (18_446_744_073_709_551_616.0, 64);

/// Counts of numbers of any size and sign. An octave takes memory once one of its numbers has come.
#[derive(Debug, Clone, Default)]
pub(super) struct ValueBuckets {
    /// In order.
    octaves: Vec<BucketsOfOctave>,
}

#[derive(Debug, Clone)]
struct BucketsOfOctave {
    number: i64,
    buckets: Box<[ValueBucket]>,
}

/// The numbers of one bucket.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct ValueBucket {
    pub(super) count: u64,
    /// The least number that came.
    pub(super) least: f64,
}

/// The number of the bucket of a finite `value`; a greater one is never in a lower bucket.
pub(super) fn bucket_of(value: f64) -> i64 {
    let size = value.abs();
    let (scaled, octaves) = if size < f64::MIN_POSITIVE { (size * SMALL.0, 0) } else { (size, SMALL.1) };
    let bucket = (scaled.to_bits() >> DROPPED) as i64 + (octaves << DIGITS);
    if value < 0.0 { -1 - bucket } else { bucket }
}

impl ValueBuckets {
    pub(super) fn add(&mut self, value: f64) {
        self.add_to(bucket_of(value), ValueBucket { count: 1, least: value });
    }

    pub(super) fn merge(&mut self, other: &ValueBuckets) {
        for (number, bucket) in other.numbered() {
            self.add_to(number, bucket);
        }
    }

    pub(super) fn add_to(&mut self, number: i64, more: ValueBucket) {
        let octave = number >> DIGITS;
        let place = match self.octaves.binary_search_by_key(&octave, |known| known.number) {
            Ok(place) => place,
            Err(place) => {
                let buckets = vec![ValueBucket::default(); OCTAVE].into_boxed_slice();
                self.octaves.insert(place, BucketsOfOctave { number: octave, buckets });
                place
            }
        };
        let bucket = &mut self.octaves[place].buckets[number as usize % OCTAVE];
        bucket.least = if bucket.count == 0 { more.least } else { bucket.least.min(more.least) };
        bucket.count += more.count;
    }

    /// Every bucket with a number in it, the lowest first.
    pub(super) fn filled(&self) -> impl Iterator<Item = ValueBucket> {
        self.numbered().map(|(_, bucket)| bucket)
    }

    pub(super) fn numbered(&self) -> impl Iterator<Item = (i64, ValueBucket)> {
        self.octaves.iter().flat_map(|octave| {
            let first = octave.number << DIGITS;
            let filled = octave.buckets.iter().enumerate().filter(|(_, bucket)| bucket.count > 0);
            filled.map(move |(place, bucket)| (first + place as i64, *bucket))
        })
    }

    /// The least number of the bucket in which the number at this place is, counted from 1 and from the lowest. It is no greater
    /// than that number, and where all numbers of the bucket are equal it is the number.
    pub(super) fn at(&self, rank: u64) -> Option<f64> {
        let mut passed = 0;
        let mut filled = self.filled();
        filled
            .find(|bucket| {
                passed += bucket.count;
                passed >= rank
            })
            .map(|bucket| bucket.least)
    }

    /// The same counts in at most `most` steps, by taking neighbouring buckets together.
    pub(super) fn in_steps(&self, most: usize) -> Vec<ValueBucket> {
        (0..=DIGITS + 12).map(|shift| self.coarse(shift)).find(|steps| steps.len() <= most).unwrap_or_default()
    }

    fn coarse(&self, shift: u32) -> Vec<ValueBucket> {
        let mut steps: Vec<(i64, ValueBucket)> = Vec::new();
        for (number, bucket) in self.numbered() {
            match steps.last_mut().filter(|(step, _)| *step == number >> shift) {
                Some((_, last)) => last.count += bucket.count,
                None => steps.push((number >> shift, bucket)),
            }
        }
        steps.into_iter().map(|(_, step)| step).collect()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Of every size and sign.
    fn finite() -> impl Strategy<Value = f64> {
        any::<f64>().prop_filter("a value is finite", |value| value.is_finite())
    }

    proptest! {
        #[test]
        fn a_greater_number_is_never_in_a_lower_bucket(a in finite(), b in finite()) {
            let (low, high) = (a.min(b), a.max(b));
            prop_assert!(bucket_of(low) <= bucket_of(high));
        }

        #[test]
        fn numbers_of_one_bucket_differ_by_less_than_their_1024th_part(a in finite(), share in -0.002f64..0.002) {
            let b = a + a * share;
            if b.is_finite() && bucket_of(a) == bucket_of(b) {
                prop_assert!((a - b).abs() <= a.abs().min(b.abs()) / 1024.0, "{a} {b}");
            }
        }

        #[test]
        fn the_number_at_a_place_is_within_its_bucket(mut values in proptest::collection::vec(finite(), 1..40)) {
            let mut buckets = ValueBuckets::default();
            values.iter().for_each(|value| buckets.add(*value));
            values.sort_by(f64::total_cmp);
            for (index, value) in values.iter().enumerate() {
                let read = buckets.at(index as u64 + 1).unwrap();
                prop_assert!(read <= *value && bucket_of(read) == bucket_of(*value), "{read} {value}");
            }
            prop_assert_eq!(buckets.at(values.len() as u64 + 1), None);
            let steps = buckets.in_steps(5);
            prop_assert!(steps.len() <= 5 && steps.iter().map(|step| step.count).sum::<u64>() == values.len() as u64);
        }
    }

    #[test]
    fn whole_numbers_and_zero_read_back_as_they_are() {
        let mut buckets = ValueBuckets::default();
        let values = [-2_000.0, -3.0, -1e-310, 0.0, 5e-324, 0.93, 3.0, 2_000.0];
        values.into_iter().for_each(|value| buckets.add(value));
        assert_eq!(buckets.filled().map(|bucket| bucket.least).collect::<Vec<_>>(), values);
    }
}
