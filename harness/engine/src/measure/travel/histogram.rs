//! A histogram travels as its buckets that hold something, each with its distance from the one before.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::measure::buckets::bucket_of;
use crate::measure::histogram::{BITS, Histogram, LONGEST_NS, RANGE, range_of};

/// In a form in which small numbers take a byte, a bucket takes two or three.
#[derive(Serialize, Deserialize)]
struct SentHistogram {
    /// How many buckets after the one before, and how many times it holds.
    buckets: Vec<(u32, u64)>,
    sum_ns: u128,
    sum_of_squares_ns2: u128,
    least_ns: u64,
    greatest_ns: u64,
    clipped: u64,
}

impl Serialize for Histogram {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let Histogram { sum_ns, sum_of_squares_ns2, least_ns, greatest_ns, clipped, .. } = *self;
        let mut before = 0;
        let counted = self.hit_ranges().flat_map(|(range, counts)| {
            let counted = counts.iter().enumerate().filter(|(_, count)| **count > 0);
            counted.map(move |(place, count)| ((range * RANGE + place) as u32, *count))
        });
        let apart = counted.map(|(bucket, count)| (bucket - std::mem::replace(&mut before, bucket), count));
        let buckets = apart.collect();
        SentHistogram { buckets, sum_ns, sum_of_squares_ns2, least_ns, greatest_ns, clipped }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Histogram {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Histogram, D::Error> {
        let sent = SentHistogram::deserialize(deserializer)?;
        let SentHistogram { sum_ns, sum_of_squares_ns2, least_ns, greatest_ns, clipped, .. } = sent;
        let (last, mut bucket) = (bucket_of::<BITS>(LONGEST_NS), 0_usize);
        let mut histogram = Histogram::default();
        for (apart, count) in sent.buckets {
            bucket += apart as usize;
            if bucket > last {
                return Err(D::Error::custom("a histogram has a time that is longer than any"));
            }
            histogram.begin(range_of(bucket))[bucket % RANGE] += count;
            histogram.samples =
                histogram.samples.checked_add(count).ok_or_else(|| D::Error::custom("too many times"))?;
        }
        Ok(Histogram { sum_ns, sum_of_squares_ns2, least_ns, greatest_ns, clipped, ..histogram })
    }
}
