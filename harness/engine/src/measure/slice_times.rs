//! The times of one slice: in a table while it goes on, as a [`TimeTally`] afterwards.

use std::collections::BTreeMap;

use super::buckets::{bucket_of, end_of};
use super::time_slice::SliceTimes;

/// Times within a slice are counted with a resolution of 1/128.
pub(super) const BITS: u32 = 7;

/// Longer times are counted, too, but their first one allocates.
const ROOM_FOR_NS: u64 = 60_000_000_000;

/// Below these numbers of samples the nearest rank of a percentile is the maximum.
const LEAST_FOR_P95: u64 = 20;
const LEAST_FOR_P99: u64 = 100;

/// Times of one slice in buckets, of which only those exist that hold something.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct TimeTally {
    pub(super) buckets: BTreeMap<u32, u64>,
    pub(super) max_ns: u64,
}

/// The times of the current slice, with a table of buckets because nearly every request is counted there.
#[derive(Debug, Clone, Default)]
pub(super) struct TimeTable {
    counts: Vec<u32>,
    max_ns: u64,
}

impl TimeTable {
    /// Makes room for times of up to [`ROOM_FOR_NS`].
    pub(super) fn make_room(&mut self) {
        self.counts.reserve(bucket_of::<BITS>(ROOM_FOR_NS));
    }

    #[inline]
    pub(super) fn add(&mut self, time_ns: u64) {
        self.max_ns = self.max_ns.max(time_ns);
        let bucket = bucket_of::<BITS>(time_ns);
        match self.counts.get_mut(bucket) {
            Some(count) => *count += 1,
            None => self.grow_for(bucket),
        }
    }

    /// Counts the first time that is longer than any before.
    #[cold]
    fn grow_for(&mut self, bucket: usize) {
        self.counts.resize(bucket + 1, 0);
        self.counts[bucket] = 1;
    }

    pub(super) fn copy_from(&mut self, other: &TimeTable) {
        self.counts.clone_from(&other.counts);
        self.max_ns = other.max_ns;
    }

    /// Moves the counts to the end of `buckets`, and returns the greatest time.
    pub(super) fn empty_into(&mut self, buckets: &mut Vec<(u32, u32)>) -> u64 {
        let counted = self.counts.iter_mut().enumerate().filter(|(_, count)| **count > 0);
        buckets.extend(counted.map(|(bucket, count)| (bucket as u32, std::mem::take(count))));
        std::mem::take(&mut self.max_ns)
    }
}

impl TimeTally {
    /// The counts of `buckets`, in order.
    pub(super) fn of(buckets: &[(u32, u32)], max_ns: u64) -> TimeTally {
        TimeTally { buckets: buckets.iter().map(|(bucket, count)| (*bucket, u64::from(*count))).collect(), max_ns }
    }

    pub(super) fn add(&mut self, time_ns: u64) {
        *self.buckets.entry(bucket_of::<BITS>(time_ns) as u32).or_default() += 1;
        self.max_ns = self.max_ns.max(time_ns);
    }

    pub(super) fn merge(&mut self, other: &TimeTally) {
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    pub(super) fn samples(&self) -> u64 {
        self.buckets.values().sum()
    }

    /// The nearest rank; `None` without samples.
    pub(super) fn percentile_s(&self, percent: u64) -> Option<f64> {
        let rank = (self.samples() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in &self.buckets {
            seen += count;
            if seen >= rank {
                return Some(end_of::<BITS>(*bucket as usize).min(self.max_ns) as f64 / 1e9);
            }
        }
        None
    }

    /// As a chart shows them.
    pub(super) fn for_chart(&self) -> SliceTimes {
        let samples = self.samples();
        SliceTimes {
            p50_s: self.percentile_s(50),
            p95_s: self.percentile_s(95).filter(|_| samples >= LEAST_FOR_P95),
            p99_s: self.percentile_s(99).filter(|_| samples >= LEAST_FOR_P99),
            max_s: (samples > 0).then(|| self.max_ns as f64 / 1e9),
        }
    }
}
