//! Counts, slice by slice during the run, the times that lie beyond the limit of a threshold: [`Exceedances`].
//!
//! The limit is known before the run, so requests beyond it are counted exactly and not read from a histogram.

use std::collections::BTreeMap;
use std::time::Duration;

use super::seconds::nanoseconds;
use crate::statistics::{
    Batch, HitCount, LEAST_EFFECTIVE_VALUES, MeanEstimate, Proportion, Trend, effective_count, median,
};

/// Length of a slice, a tenth of a second: short enough that a run of a few seconds has ten batches of them.
const SLICE_NS: u64 = 100_000_000;

/// A run with fewer slices, two for each batch, is too short for an interval.
const LEAST_SLICES: usize = 20;

/// A drift is read from so many parts of a run, and needs samples in most of them.
const DRIFT_PARTS: usize = 10;
const LEAST_DRIFT_POINTS: usize = 8;
/// Times that may have changed by less than this share over the run, or by less than this, do not drift.
const DRIFT_SHARE: f64 = 0.10;
const DRIFT_S: f64 = 0.000_1;

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

impl TimeScope {
    /// The endpoint, if it is one.
    pub(super) fn endpoint(&self) -> Option<&str> {
        match self {
            TimeScope::Endpoint(name) => Some(name),
            TimeScope::Requests | TimeScope::Iterations | TimeScope::Stage(_) => None,
        }
    }
}

/// A limit on times that is known before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLimit {
    /// The times that it bounds.
    pub of: TimeScope,
    /// The greatest time that is not beyond it.
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
    /// 0, 1, 2 … since the measurement began.
    pub(crate) index: u64,
    /// In seconds.
    pub(crate) times: Batch,
    pub(crate) over: u64,
}

/// Times that rise or fall over a run: a figure of them depends on its length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct TimeDrift {
    /// In seconds for each second.
    pub(crate) slope: f64,
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
        let slices = self.slices.into_iter().map(|(index, tally)| ExceedanceSlice {
            index,
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

    /// The share of samples beyond the limit; `None` for a run that is too short for an interval. `stddev_s` is that of the
    /// times.
    pub(crate) fn share_over(&self, stddev_s: f64) -> Option<Proportion> {
        let count = |slice: &ExceedanceSlice| HitCount { samples: slice.times.samples, hits: slice.over };
        let share = Proportion::of(&self.slices.iter().map(count).collect::<Vec<_>>())?;
        // Beyond a limit that is far away there may be nothing to see a dependence in, but the times show it.
        Some(share.worth_at_most(self.mean()?.effective_samples(stddev_s, self.samples())))
    }

    /// How the times rise or fall over the run, if they do for sure and by enough to matter.
    pub(crate) fn drift(&self) -> Option<TimeDrift> {
        let (first, last) = (self.slices.first()?.index, self.slices.last()?.index);
        let slice_s = SLICE_NS as f64 / 1e9;
        let length_s = (last - first + 1) as f64 * slice_s;
        // Parts of equal time, which are long enough to depend little on each other.
        let mut parts = [Batch::default(); DRIFT_PARTS];
        for slice in &self.slices {
            let part = (slice.index - first) as usize * DRIFT_PARTS / (last - first + 1) as usize;
            parts[part].samples += slice.times.samples;
            parts[part].sum += slice.times.sum;
        }
        let points: Vec<(f64, f64)> = (0..DRIFT_PARTS)
            .filter(|part| parts[*part].samples > 0)
            .map(|part| ((part as f64 + 0.5) * length_s / DRIFT_PARTS as f64, parts[part].mean()))
            .collect();
        let trend = Trend::of(&points).filter(|_| points.len() >= LEAST_DRIFT_POINTS)?;
        let mut means: Vec<f64> = points.iter().map(|point| point.1).collect();
        means.sort_unstable_by(f64::total_cmp);
        // At least, as far as the interval of the slope says.
        let growth_s = trend.lower.abs().min(trend.upper.abs()) * length_s;
        let matters = growth_s > DRIFT_SHARE * median(&means)? && growth_s > DRIFT_S;
        (trend.is_sure() && matters).then_some(TimeDrift { slope: trend.slope })
    }

    /// The mean of the times, with its interval; `None` for a run that is too short for one.
    pub(crate) fn mean(&self) -> Option<MeanEstimate> {
        let batches: Vec<Batch> = self.slices.iter().map(|slice| slice.times).collect();
        let means: Vec<f64> = batches.iter().map(|batch| batch.mean()).collect();
        let is_long_enough = batches.len() >= LEAST_SLICES && effective_count(&means) >= LEAST_EFFECTIVE_VALUES;
        MeanEstimate::of(&batches).filter(|_| is_long_enough)
    }
}
