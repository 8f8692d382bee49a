//! The times that a limit bounds, slice by slice: [`ScopeTimes`].
//!
//! How precisely a percentile is known is read from the times around the percentile itself. Beyond a limit that is far from it
//! lie all samples or none, and they say nothing.

use super::buckets::end_of;
use super::sample::Moments;
use super::slice_times::{BITS, TimeTally};
use super::slices::{Slices, added_up};
use crate::metric::Percentile;
use crate::statistics::{HitCount, share_beyond};

/// Shorter slices are joined: they hold too few requests to show how these depend on each other.
const SHORTEST_NS: u64 = 100_000_000;
/// With fewer slices, nothing is read from them.
const LEAST_SLICES: usize = 20;
/// Slices count from when so many of the times beyond a percentile could have ended.
const COULD_HAVE_ENDED: f64 = 0.9;

/// Times in buckets, of each slice in order of time, quiet ones included.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct ScopeTimes {
    slice_ns: u64,
    slices: Vec<TimeTally>,
}

impl ScopeTimes {
    /// As long as requests were sent, in slices of a tenth of a second or more.
    pub(super) fn of(slices: &mut Slices) -> ScopeTimes {
        let (width_ns, slices) = slices.counted();
        let factor = SHORTEST_NS.div_ceil(width_ns);
        let joined = added_up(slices, factor);
        let last_sent = joined.iter().rev().find(|(_, tally)| tally.sent > 0).map(|(index, _)| *index);
        let times = |index| joined.get(&index).map(|tally| tally.response().clone()).unwrap_or_default();
        let slices = last_sent.map_or_else(Vec::new, |last| (0..=last).map(times).collect());
        ScopeTimes { slice_ns: factor * width_ns, slices }
    }

    /// How many times of each slice lie beyond a percentile of all: beyond the end of the bucket at which the share of those
    /// beyond is nearest to that of the percentile. `None` if all times are in one bucket, or if there are too few slices.
    ///
    /// A slice has what ended in it. The first ones are left out: what takes long had not ended yet.
    pub(super) fn beyond(&self, percentile: Percentile) -> Option<Vec<HitCount>> {
        let mut all = TimeTally::default();
        self.slices.iter().for_each(|slice| all.merge(slice));
        let samples = all.samples();
        let wanted = share_beyond(percentile) * samples as f64;
        let mut beyond = samples;
        let ends = all.buckets.iter().map(|(bucket, count)| {
            beyond -= count;
            (*bucket, beyond)
        });
        let far = |beyond: u64| (beyond as f64 - wanted).abs();
        let (end, beyond) = ends.filter(|end| end.1 > 0).min_by(|one, other| far(one.1).total_cmp(&far(other.1)))?;
        let from = (time_of_most(&all, end, beyond)?.div_ceil(self.slice_ns)) as usize;
        let count = |slice: &TimeTally| {
            let hits = slice.buckets.range(end + 1..).map(|(_, count)| count).sum();
            HitCount { samples: slice.samples(), hits }
        };
        let counts: Vec<HitCount> = self.slices.iter().skip(from).map(count).collect();
        (counts.len() >= LEAST_SLICES).then_some(counts)
    }
}

/// The time that most of the `beyond` times beyond the bucket `end` do not exceed.
fn time_of_most(all: &TimeTally, end: u32, beyond: u64) -> Option<u64> {
    let rank = (COULD_HAVE_ENDED * beyond as f64).ceil() as u64;
    let mut seen = 0;
    let mut times = all.buckets.range(end + 1..);
    let (bucket, _) = times.find(|(_, count)| {
        seen += **count;
        seen >= rank
    })?;
    Some(end_of::<BITS>(*bucket as usize))
}

/// When a request was due that took so long, as slices count it: only its response time matters.
pub(super) fn moments(intended_ns: u64, time_ns: u64) -> Moments {
    Moments { intended_ns, sent_ns: intended_ns, done_ns: intended_ns + time_ns }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: u64 = 1_000_000;

    /// Ten seconds of 100 requests each: one in ten takes a second, and the others `quick_ms` milliseconds.
    fn times(quick_ms: u64) -> ScopeTimes {
        let mut slices = Slices::default();
        for index in 0..1_000 {
            let time_ms = if index % 10 == 0 { 1_000 } else { quick_ms };
            slices.record(moments(index * 10 * MS, time_ms * MS), true);
        }
        ScopeTimes::of(&mut slices)
    }

    #[test]
    fn what_lies_beyond_a_percentile_is_counted_by_slice_from_when_it_could_have_ended() {
        let counts = times(10).beyond(Percentile::new(90.0).unwrap()).unwrap();
        // 10 s less the second that the slow ones take, in slices of a tenth.
        assert_eq!(counts.len(), 89, "a bucket ends a little beyond its times");
        assert!(counts.iter().all(|count| (count.samples, count.hits) == (10, 1)), "{counts:?}");
    }

    #[test]
    fn a_percentile_within_a_bucket_is_read_from_the_nearest_end_of_one() {
        assert_eq!(times(10).beyond(Percentile::new(50.0).unwrap()), times(10).beyond(Percentile::new(95.0).unwrap()));
        assert_eq!(times(1_000).beyond(Percentile::new(95.0).unwrap()), None, "all times are the same");
    }
}
