//! The timeline: one [`TimeSlice`] for each second of the measured phase.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::time::Duration;

use super::buckets::{bucket_of, end_of};
use super::seconds::nanoseconds;
use super::time_slice::TimeSlice;
use crate::metric::Percentile;

/// Times within a second are counted with a resolution of 1/128.
const BITS: u32 = 7;

/// The counts of each second. Sparse: a second, and a bucket of a second, exists once something was counted in it. The
/// current second has its own table, because nearly every request is counted there.
#[derive(Debug, Clone)]
pub(crate) struct Slices {
    width_ns: u64,
    seconds: BTreeMap<u64, SecondTally>,
    current: CurrentSecond,
}

#[derive(Debug, Clone, Default)]
struct SecondTally {
    sent: u64,
    /// Arrivals due that were given up before a slot was free.
    left_waiting: u64,
    ok: u64,
    failed: u64,
    sum_ns: u128,
    max_ns: u64,
    buckets: BTreeMap<usize, u64>,
}

/// The current second: the one in which the last request ended. Its buckets are in a table here.
#[derive(Debug, Clone, Default)]
struct CurrentSecond {
    second: u64,
    begins_ns: u64,
    tally: SecondTally,
    buckets: Vec<u32>,
}

impl Default for Slices {
    fn default() -> Slices {
        Slices::of(Duration::from_secs(1))
    }
}

impl Slices {
    /// Slices with another length than a second.
    pub(crate) fn of(width: Duration) -> Slices {
        Slices { width_ns: nanoseconds(width), seconds: BTreeMap::new(), current: CurrentSecond::default() }
    }

    /// A request was sent in one second and ended in the same or another one; both since the measurement began.
    #[inline]
    pub(crate) fn record(&mut self, intended_ns: u64, done_ns: u64, is_ok: bool) {
        if !(self.is_current(intended_ns) && self.is_current(done_ns)) {
            return self.record_across(intended_ns, done_ns, is_ok);
        }
        self.current.tally.sent += 1;
        self.current.end(done_ns.saturating_sub(intended_ns), is_ok);
    }

    /// True for the current second.
    fn is_current(&self, moment_ns: u64) -> bool {
        moment_ns.wrapping_sub(self.current.begins_ns) < self.width_ns
    }

    /// Nearly every request begins and ends in the current second.
    #[cold]
    fn record_across(&mut self, intended_ns: u64, done_ns: u64, is_ok: bool) {
        let (sent_second, second) = (intended_ns / self.width_ns, done_ns / self.width_ns);
        if second > self.current.second {
            self.settle();
            (self.current.second, self.current.begins_ns) = (second, second * self.width_ns);
        }
        match sent_second == self.current.second {
            true => self.current.tally.sent += 1,
            false => self.seconds.entry(sent_second).or_default().sent += 1,
        }
        let time_ns = done_ns.saturating_sub(intended_ns);
        if second == self.current.second {
            self.current.end(time_ns, is_ok);
        } else {
            let tally = self.seconds.entry(second).or_default();
            tally.end(time_ns, is_ok);
            *tally.buckets.entry(bucket_of::<BITS>(time_ns)).or_default() += 1;
        }
    }

    /// Adds the current second to the others.
    fn settle(&mut self) {
        let CurrentSecond { second, tally, buckets, .. } = &mut self.current;
        if tally.sent + tally.ended() == 0 {
            return;
        }
        let mut tally = std::mem::take(tally);
        let counted = buckets.iter_mut().enumerate().filter(|(_, count)| **count > 0);
        tally.buckets = counted.map(|(bucket, count)| (bucket, u64::from(std::mem::take(count)))).collect();
        match self.seconds.entry(*second) {
            Entry::Vacant(place) => drop(place.insert(tally)),
            Entry::Occupied(place) => place.into_mut().add(tally),
        }
    }

    /// An arrival was due that still waited for a slot when the run ended.
    pub(crate) fn leave_waiting(&mut self, intended_ns: u64) {
        self.seconds.entry(intended_ns / self.width_ns).or_default().left_waiting += 1;
    }

    pub(crate) fn merge(&mut self, mut other: Slices) {
        self.settle();
        other.settle();
        for (second, theirs) in other.seconds {
            self.seconds.entry(second).or_default().add(theirs);
        }
    }

    /// Every second from the first to the last in which anything happened, quiet ones included.
    pub(crate) fn timeline(&mut self) -> Vec<TimeSlice> {
        self.settle();
        let Some(last) = self.seconds.keys().next_back() else { return Vec::new() };
        let quiet = SecondTally::default();
        let mut in_flight = 0;
        (0..=*last)
            .map(|second| {
                let tally = self.seconds.get(&second).unwrap_or(&quiet);
                // A request is sent before it ends, so the running sum cannot fall below zero.
                in_flight = (in_flight + tally.sent + tally.left_waiting).saturating_sub(tally.ended());
                tally.slice(second, in_flight)
            })
            .collect()
    }
}

impl CurrentSecond {
    fn end(&mut self, time_ns: u64, is_ok: bool) {
        self.tally.end(time_ns, is_ok);
        let bucket = bucket_of::<BITS>(time_ns);
        match self.buckets.get_mut(bucket) {
            Some(count) => *count += 1,
            None => self.grow_for(bucket),
        }
    }

    /// Counts the first time that is longer than any before.
    #[cold]
    fn grow_for(&mut self, bucket: usize) {
        self.buckets.resize(bucket + 1, 0);
        self.buckets[bucket] = 1;
    }
}

impl SecondTally {
    fn end(&mut self, time_ns: u64, is_ok: bool) {
        if is_ok {
            self.ok += 1;
        } else {
            self.failed += 1;
        }
        self.sum_ns += u128::from(time_ns);
        self.max_ns = self.max_ns.max(time_ns);
    }

    fn add(&mut self, other: SecondTally) {
        self.sent += other.sent;
        self.left_waiting += other.left_waiting;
        self.ok += other.ok;
        self.failed += other.failed;
        self.sum_ns += other.sum_ns;
        self.max_ns = self.max_ns.max(other.max_ns);
        for (bucket, count) in other.buckets {
            *self.buckets.entry(bucket).or_default() += count;
        }
    }

    fn ended(&self) -> u64 {
        self.ok + self.failed
    }

    fn slice(&self, second: u64, in_flight: u64) -> TimeSlice {
        let ended = self.ended();
        TimeSlice {
            second,
            sent: self.sent,
            ok: self.ok,
            failed: self.failed,
            in_flight,
            mean_s: (ended > 0).then(|| self.sum_ns as f64 / ended as f64 / 1e9),
            p50_s: self.percentile_s(50),
            p95_s: self.percentile_s(95).filter(|_| self.has_enough_for(95.0)),
            p99_s: self.percentile_s(99).filter(|_| self.has_enough_for(99.0)),
            max_s: (ended > 0).then(|| self.max_ns as f64 / 1e9),
        }
    }

    /// A percentile of fewer samples says little about the second. The median is always shown.
    fn has_enough_for(&self, percent: f64) -> bool {
        Percentile::new(percent).is_some_and(|percentile| self.ended() >= percentile.least_samples())
    }

    fn percentile_s(&self, percent: u64) -> Option<f64> {
        let rank = (self.ended() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in &self.buckets {
            seen += count;
            if seen >= rank {
                return Some(end_of::<BITS>(*bucket).min(self.max_ns) as f64 / 1e9);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: fn(u64) -> u64 = |milliseconds| milliseconds * 1_000_000;

    #[test]
    fn a_request_is_sent_in_one_second_and_ends_in_another() {
        let mut slices = Slices::default();
        slices.record(MS(500), MS(600), true);
        slices.record(MS(900), MS(3_100), false);
        let timeline = slices.timeline();
        let sent: Vec<u64> = timeline.iter().map(|slice| slice.sent).collect();
        let in_flight: Vec<u64> = timeline.iter().map(|slice| slice.in_flight).collect();
        assert_eq!((sent, in_flight), (vec![2, 0, 0, 0], vec![1, 1, 1, 0]));
        assert_eq!((timeline[0].ok, timeline[3].failed), (1, 1));
        assert_eq!(timeline[1].mean_s, None, "a quiet second has no mean");
        assert_eq!(timeline[3].max_s, Some(2.2));
    }

    #[test]
    fn a_second_that_was_looked_at_goes_on() {
        let mut slices = Slices::default();
        slices.record(MS(0), MS(10), true);
        assert_eq!(slices.timeline()[0].ok, 1);
        slices.record(MS(20), MS(30), true);
        assert_eq!((slices.timeline()[0].ok, slices.timeline()[0].sent), (2, 2));
    }

    #[test]
    fn high_percentiles_of_a_second_need_enough_samples() {
        let mut slices = Slices::default();
        (0..59).for_each(|_| slices.record(MS(0), MS(10), true));
        (0..58).for_each(|_| slices.record(MS(1_000), MS(1_010), true));
        let timeline = slices.timeline();
        assert!(timeline[0].p95_s.is_some() && timeline[0].p99_s.is_none());
        assert!(timeline[1].p95_s.is_none() && timeline[1].p50_s.is_some());
    }

    proptest! {
        #[test]
        fn the_current_second_is_counted_like_any_other(
            times in prop::collection::vec((0u64..4_000, 0u64..3_000, any::<bool>()), 0..60),
        ) {
            let (mut in_order, mut backwards) = (Slices::default(), Slices::default());
            for (at, took, is_ok) in &times {
                in_order.record(MS(*at), MS(at + took), *is_ok);
            }
            for (at, took, is_ok) in times.iter().rev() {
                let mut one = Slices::default();
                one.record(MS(*at), MS(at + took), *is_ok);
                backwards.merge(one);
            }
            prop_assert_eq!(format!("{:?}", in_order.timeline()), format!("{:?}", backwards.timeline()));
        }
    }
}
