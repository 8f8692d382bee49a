//! What is counted of one slice: [`SliceTally`].

use std::collections::BTreeMap;

use super::buckets::{bucket_of, end_of};
use super::pending_slices::PendingSlices;
use super::time_slice::{ChartSlice, SliceTimes, TimeSlice};
use crate::metric::Percentile;

/// Times within a slice are counted with a resolution of 1/128.
const BITS: u32 = 7;

/// Longer times are counted, too, but their first one allocates.
const ROOM_FOR_NS: u64 = 60_000_000_000;

/// Below these numbers of samples the nearest rank of a percentile is the maximum.
const LEAST_FOR_P95: u64 = 20;
const LEAST_FOR_P99: u64 = 100;

/// The counts and times of one slice.
#[derive(Debug, Clone, Default)]
pub(super) struct SliceTally {
    pub(super) sent: u64,
    /// Arrivals due that were given up before a slot was free.
    pub(super) left_waiting: u64,
    pub(super) ok: u64,
    pub(super) failed: u64,
    sum_ns: u128,
    /// The greatest lag of an arrival; `None` without arrivals.
    lag_max_ns: Option<u64>,
    response: TimeTally,
    /// `None` while each service time is the response time.
    service: Option<TimeTally>,
}

/// Times of one slice in buckets, of which only those exist that hold something.
#[derive(Debug, Clone, Default)]
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

/// The slice in which the last request ended.
#[derive(Debug, Clone, Default)]
pub(super) struct CurrentTally {
    pub(super) tally: SliceTally,
    response: TimeTable,
    service: Option<Box<TimeTable>>,
    /// The table of service times that the next slice that needs one uses again.
    spare: Option<Box<TimeTable>>,
}

impl CurrentTally {
    /// Makes room for times of up to [`ROOM_FOR_NS`].
    pub(super) fn make_room(&mut self) {
        let room = bucket_of::<BITS>(ROOM_FOR_NS);
        self.response.counts.reserve(room);
        self.spare.get_or_insert_default().counts.reserve(room);
    }

    #[inline]
    pub(super) fn end(&mut self, response_ns: u64, service_ns: u64, is_ok: bool) {
        if service_ns != response_ns || self.service.is_some() {
            self.end_service(service_ns);
        }
        self.tally.count(response_ns, is_ok);
        self.response.add(response_ns);
    }

    /// `response` does not hold the time yet. Until now each service time was the response time.
    #[inline(never)]
    fn end_service(&mut self, service_ns: u64) {
        let table = self.service.get_or_insert_with(|| {
            let mut table = self.spare.take().unwrap_or_default();
            table.copy_from(&self.response);
            table
        });
        table.add(service_ns);
    }

    pub(super) fn is_empty(&self) -> bool {
        self.tally.is_empty()
    }

    /// Puts the tally of this slice, which has this number, among the others; what is left counts the next one.
    pub(super) fn settle_into(&mut self, pending: &mut PendingSlices, index: u64) {
        let mut service = self.service.take();
        let tally = std::mem::take(&mut self.tally);
        pending.push(index, tally, &mut self.response, service.as_deref_mut());
        self.spare = service.or(self.spare.take());
    }
}

impl TimeTable {
    #[inline]
    fn add(&mut self, time_ns: u64) {
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

    fn copy_from(&mut self, other: &TimeTable) {
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

    fn add(&mut self, time_ns: u64) {
        *self.buckets.entry(bucket_of::<BITS>(time_ns) as u32).or_default() += 1;
        self.max_ns = self.max_ns.max(time_ns);
    }

    pub(super) fn merge(&mut self, other: &TimeTally) {
        for (bucket, count) in &other.buckets {
            *self.buckets.entry(*bucket).or_default() += count;
        }
        self.max_ns = self.max_ns.max(other.max_ns);
    }

    fn samples(&self) -> u64 {
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

impl SliceTally {
    /// The counts with the times that belong to them.
    pub(super) fn with_times(self, response: TimeTally, service: Option<TimeTally>) -> SliceTally {
        SliceTally { response, service, ..self }
    }

    /// So many were sent, and the latest of them was so late.
    pub(super) fn start(&mut self, sent: u64, lag_max_ns: Option<u64>) {
        self.sent += sent;
        self.lag_max_ns = self.lag_max_ns.max(lag_max_ns);
    }

    fn count(&mut self, response_ns: u64, is_ok: bool) {
        if is_ok {
            self.ok += 1;
        } else {
            self.failed += 1;
        }
        self.sum_ns += u128::from(response_ns);
    }

    /// A request ended in this slice, which is not the current one.
    pub(super) fn end(&mut self, response_ns: u64, service_ns: u64, is_ok: bool) {
        if service_ns != response_ns || self.service.is_some() {
            self.service.get_or_insert_with(|| self.response.clone()).add(service_ns);
        }
        self.count(response_ns, is_ok);
        self.response.add(response_ns);
    }

    pub(super) fn add(&mut self, other: &SliceTally) {
        if self.service.is_some() || other.service.is_some() {
            let service = self.service.get_or_insert_with(|| self.response.clone());
            service.merge(other.service.as_ref().unwrap_or(&other.response));
        }
        self.sent += other.sent;
        self.left_waiting += other.left_waiting;
        self.ok += other.ok;
        self.failed += other.failed;
        self.sum_ns += other.sum_ns;
        self.lag_max_ns = self.lag_max_ns.max(other.lag_max_ns);
        self.response.merge(&other.response);
    }

    pub(super) fn ended(&self) -> u64 {
        self.ok + self.failed
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sent + self.ended() + self.left_waiting == 0 && self.lag_max_ns.is_none()
    }

    pub(super) fn as_second(&self, second: u64, in_flight: u64) -> TimeSlice {
        let ended = self.ended();
        TimeSlice {
            second,
            sent: self.sent,
            ok: self.ok,
            failed: self.failed,
            in_flight,
            mean_s: (ended > 0).then(|| self.sum_ns as f64 / ended as f64 / 1e9),
            p50_s: self.response.percentile_s(50),
            p95_s: self.response.percentile_s(95).filter(|_| self.has_enough_for(95.0)),
            p99_s: self.response.percentile_s(99).filter(|_| self.has_enough_for(99.0)),
            max_s: (ended > 0).then(|| self.response.max_ns as f64 / 1e9),
        }
    }

    pub(super) fn for_chart(&self, at_s: f64, in_flight: u64) -> ChartSlice {
        ChartSlice {
            at_s,
            sent: self.sent,
            ok: self.ok,
            failed: self.failed,
            in_flight,
            response_time: self.response.for_chart(),
            service_time: self.service.as_ref().map(TimeTally::for_chart),
            lag_max_s: self.lag_max_ns.map(|lag_ns| lag_ns as f64 / 1e9),
        }
    }

    /// A percentile of fewer samples says little about the second. The median is always shown.
    fn has_enough_for(&self, percent: f64) -> bool {
        Percentile::new(percent).is_some_and(|percentile| self.ended() >= percentile.least_samples())
    }
}
