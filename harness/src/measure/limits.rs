//! Counts, slice by slice during the run, the times that lie beyond the limit of a threshold: [`Exceedances`].
//!
//! The limit is known before the run, so requests beyond it are counted exactly and not read from a histogram.

use std::collections::BTreeMap;
use std::time::Duration;

use super::seconds::nanoseconds;
use crate::statistics::{Batch, HitCount, MeanEstimate, Proportion};

/// Length of a slice, a tenth of a second: short enough that a run of a few seconds has ten batches of them.
const SLICE_NS: u64 = 100_000_000;

/// A run with fewer slices is too short for an interval of its mean.
const LEAST_SLICES: usize = 10;

/// The times that a limit bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeScope {
    /// Every request that is judged.
    Requests,
    /// The iterations of the author's function.
    Iterations,
    /// The requests of one endpoint.
    Endpoint(String),
    /// The requests of one stage.
    Stage(String),
}

/// A limit on times that is known before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLimit {
    /// The times that it bounds.
    pub of: TimeScope,
    /// The bound.
    pub limit: Duration,
}

/// The samples beyond a limit, slice by slice, in order of intended start.
#[derive(Debug, Clone, PartialEq)]
pub struct Exceedances {
    /// The limit.
    pub limit: TimeLimit,
    pub(crate) slices: Vec<ExceedanceSlice>,
}

/// One slice of a run that has samples.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct ExceedanceSlice {
    /// In seconds.
    pub(crate) times: Batch,
    pub(crate) over: u64,
}

/// Counts one limit's samples.
#[derive(Debug, Clone)]
pub(super) struct LimitCounter {
    limit: TimeLimit,
    limit_ns: u64,
    slices: BTreeMap<u64, ExceedanceTally>,
    /// The slice of the last sample.
    current: (u64, ExceedanceTally),
}

/// The counters of every limit.
#[derive(Debug, Clone, Default)]
pub(super) struct LimitCounters(Vec<LimitCounter>);

#[derive(Debug, Clone, Copy, Default)]
struct ExceedanceTally {
    samples: u64,
    over: u64,
    sum_ns: u128,
}

impl LimitCounters {
    pub(super) fn new(limits: &[TimeLimit]) -> LimitCounters {
        LimitCounters(limits.iter().cloned().map(LimitCounter::new).collect())
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Counts a sample where a limit bounds it.
    pub(super) fn record(&mut self, intended_ns: u64, time_ns: u64, is_meant: impl Fn(&TimeScope) -> bool) {
        let meant = self.0.iter_mut().filter(|counter| is_meant(&counter.limit.of));
        meant.for_each(|counter| counter.record(intended_ns, time_ns));
    }

    /// `theirs` are of the same limits; one of the two may know none.
    pub(super) fn merge(&mut self, theirs: LimitCounters) {
        if self.is_empty() {
            *self = theirs;
            return;
        }
        self.0.iter_mut().zip(theirs.0).for_each(|(ours, theirs)| ours.merge(theirs));
    }

    pub(super) fn finish(self) -> Vec<Exceedances> {
        self.0.into_iter().map(LimitCounter::finish).collect()
    }
}

impl LimitCounter {
    pub(super) fn new(limit: TimeLimit) -> LimitCounter {
        let limit_ns = nanoseconds(limit.limit);
        LimitCounter { limit, limit_ns, slices: BTreeMap::new(), current: Default::default() }
    }

    /// Counts a sample of these times, intended at this time since the measurement began.
    pub(super) fn record(&mut self, intended_ns: u64, time_ns: u64) {
        let slice = intended_ns / SLICE_NS;
        if slice != self.current.0 {
            self.settle();
            self.current.0 = slice;
        }
        let tally = &mut self.current.1;
        tally.samples += 1;
        tally.over += u64::from(time_ns > self.limit_ns);
        tally.sum_ns += u128::from(time_ns);
    }

    /// Adds the current slice to the others.
    fn settle(&mut self) {
        let (slice, tally) = (self.current.0, std::mem::take(&mut self.current.1));
        if tally.samples > 0 {
            self.slices.entry(slice).or_default().add(tally);
        }
    }

    /// Adds the counts of `other`, which has the same limit.
    pub(super) fn merge(&mut self, mut other: LimitCounter) {
        self.settle();
        other.settle();
        for (slice, theirs) in other.slices {
            self.slices.entry(slice).or_default().add(theirs);
        }
    }

    pub(super) fn finish(mut self) -> Exceedances {
        self.settle();
        let slices = self.slices.into_values().map(|tally| ExceedanceSlice {
            times: Batch { samples: tally.samples, sum: tally.sum_ns as f64 / 1e9 },
            over: tally.over,
        });
        Exceedances { limit: self.limit, slices: slices.collect() }
    }
}

impl ExceedanceTally {
    fn add(&mut self, other: ExceedanceTally) {
        self.samples += other.samples;
        self.over += other.over;
        self.sum_ns += other.sum_ns;
    }
}

impl Exceedances {
    /// All samples.
    pub fn samples(&self) -> u64 {
        self.slices.iter().map(|slice| slice.times.samples).sum()
    }

    /// Samples beyond the limit.
    pub fn over(&self) -> u64 {
        self.slices.iter().map(|slice| slice.over).sum()
    }

    /// The share of samples beyond the limit; `None` for a run that is too short for an interval.
    pub(crate) fn share_over(&self) -> Option<Proportion> {
        let count = |slice: &ExceedanceSlice| HitCount { samples: slice.times.samples, hits: slice.over };
        Proportion::of(&self.slices.iter().map(count).collect::<Vec<_>>())
    }

    /// The mean of the times, with its interval; `None` for a run that is too short for one.
    pub(crate) fn mean(&self) -> Option<MeanEstimate> {
        let batches: Vec<Batch> = self.slices.iter().map(|slice| slice.times).collect();
        MeanEstimate::of(&batches).filter(|_| batches.len() >= LEAST_SLICES)
    }
}
