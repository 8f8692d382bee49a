//! Counts, slice by slice during the run, the times that lie beyond the limit of a threshold: [`Exceedances`].
//!
//! The limit is known before the run, so requests beyond it are counted exactly and not read from a histogram.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::scope_times::{ScopeTimes, moments};
use super::seconds::nanoseconds;
use super::slices::Slices;
use super::time_limit::{TimeLimit, TimeScope};
use crate::metric::Percentile;
use crate::statistics::{
    Batch, HitCount, LEAST_EFFECTIVE_VALUES, MeanEstimate, Proportion, Trend, contributions, depend_little,
    effective_count, median,
};
use crate::text::OTHER;

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

/// The samples beyond a limit, slice by slice, in order of intended start.
#[derive(Debug, Clone, PartialEq)]
pub struct Exceedances {
    /// The limit.
    pub limit: TimeLimit,
    /// One for each slice of the run.
    pub slices: Vec<ExceedanceSlice>,
    /// All times that it bounds; shared by the limits on the same times.
    times: Arc<ScopeTimes>,
}

/// One slice of a run that has samples.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct ExceedanceSlice {
    /// 0, 1, 2 … since the measurement began.
    pub index: u64,
    /// In seconds.
    pub times: Batch,
    pub over: u64,
}

/// Times that rise or fall over a run: a figure of them depends on its length.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TimeDrift {
    /// In seconds for each second.
    pub slope: f64,
}

/// Counts one limit's samples.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct LimitCounter {
    limit: TimeLimit,
    limit_ns: u64,
    slices: BTreeMap<u64, ExceedanceTally>,
    /// The slice of the last sample.
    current: (u64, ExceedanceTally),
}

/// The counters of every limit.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct LimitCounters {
    limits: Vec<LimitCounter>,
    /// The times of each scope among them, but for those of all requests where the run itself has these in slices.
    scopes: Vec<(TimeScope, Slices)>,
}

#[derive(Debug, Clone, Copy, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
struct ExceedanceTally {
    samples: u64,
    over: u64,
    sum_ns: u128,
}

impl LimitCounters {
    /// `has_all` says that the slices of the run hold exactly the times of [`TimeScope::Requests`].
    pub(super) fn new(limits: &[TimeLimit], has_all: bool) -> LimitCounters {
        let mut scopes: Vec<(TimeScope, Slices)> = Vec::new();
        for TimeLimit { of, .. } in limits {
            let is_there = scopes.iter().any(|(scope, _)| scope == of) || has_all && *of == TimeScope::Requests;
            if !is_there {
                scopes.push((of.clone(), Slices::default().with_room()));
            }
        }
        LimitCounters { limits: limits.iter().cloned().map(LimitCounter::new).collect(), scopes }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.limits.is_empty()
    }

    /// Counts a sample where a limit bounds it.
    pub(super) fn record(&mut self, intended_ns: u64, time_ns: u64, is_meant: impl Fn(&TimeScope) -> bool) {
        let meant = self.limits.iter_mut().filter(|counter| is_meant(&counter.limit.of));
        meant.for_each(|counter| counter.record(intended_ns, time_ns));
        let meant = self.scopes.iter_mut().filter(|(scope, _)| is_meant(scope));
        meant.for_each(|(_, slices)| slices.record(moments(intended_ns, time_ns), true));
    }

    /// `theirs` are of the same limits; one of the two may know none.
    pub(super) fn merge(&mut self, theirs: LimitCounters) {
        if self.is_empty() {
            *self = theirs;
            return;
        }
        self.limits.iter_mut().zip(theirs.limits).for_each(|(ours, theirs)| ours.merge(theirs));
        self.scopes.iter_mut().zip(theirs.scopes).for_each(|((_, ours), (_, theirs))| ours.merge(theirs));
    }

    /// The names of the endpoints that are limited.
    pub(super) fn endpoints(&self) -> impl Iterator<Item = String> {
        self.limits.iter().filter_map(|counter| counter.limit.of.endpoint()).map(str::to_owned)
    }

    /// More is counted as [`OTHER`] now than was when its times were compared: nothing is known of them slice by slice.
    pub(super) fn forget_others(&mut self) {
        let of_others = |scope: &TimeScope| scope.endpoint() == Some(OTHER);
        for counter in self.limits.iter_mut().filter(|counter| of_others(&counter.limit.of)) {
            *counter = LimitCounter::new(counter.limit.clone());
        }
        for (_, slices) in self.scopes.iter_mut().filter(|(scope, _)| of_others(scope)) {
            *slices = Slices::default();
        }
    }

    /// `all` are the slices of the run.
    pub(super) fn finish(mut self, all: &mut Slices) -> Vec<Exceedances> {
        if self.is_empty() {
            return Vec::new();
        }
        let times_of = |(scope, slices): &mut (TimeScope, Slices)| (scope.clone(), Arc::new(ScopeTimes::of(slices)));
        let scopes: Vec<_> = self.scopes.iter_mut().map(times_of).collect();
        let all = Arc::new(ScopeTimes::of(all));
        let finish = |counter: LimitCounter| {
            let own = scopes.iter().find(|(scope, _)| *scope == counter.limit.of);
            counter.finish(Arc::clone(own.map_or(&all, |(_, times)| times)))
        };
        self.limits.into_iter().map(finish).collect()
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

    fn finish(mut self, times: Arc<ScopeTimes>) -> Exceedances {
        self.settle();
        let slices = self.slices.into_iter().map(|(index, tally)| ExceedanceSlice {
            index,
            times: Batch { samples: tally.samples, sum: tally.sum_ns as f64 / 1e9 },
            over: tally.over,
        });
        Exceedances { limit: self.limit, slices: slices.collect(), times }
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

    /// The share of samples beyond the limit, as precisely as the percentile of the times is known; `None` for a run that is too
    /// short for that. `stddev_s` is that of the times.
    ///
    /// How precisely is read from the samples around the percentile, wherever the limit lies. A tail is too rare to show how its
    /// samples depend on each other, so it is known no better than the mean, whose samples show it.
    pub fn share_over(&self, percentile: Percentile, stddev_s: f64) -> Option<Proportion> {
        let count = |slice: &ExceedanceSlice| HitCount { samples: slice.times.samples, hits: slice.over };
        let over = || Proportion::of(&self.slices.iter().map(count).collect::<Vec<_>>());
        let around = self.times.beyond(percentile).and_then(|counts| Proportion::of(&counts)).or_else(over)?;
        let samples = self.samples();
        let share = self.over() as f64 / samples as f64;
        Some(around.with_share(share).no_better_than(self.mean()?, stddev_s, samples))
    }

    /// True if slices depend so little on each other that an interval of a figure is to be believed: neither in the times around
    /// the percentile, if it is one, nor in the usual times, nor in their sums.
    pub fn depend_little(&self, percentile: Option<Percentile>) -> bool {
        let sums: Vec<Batch> = self.slices.iter().map(|slice| slice.times).collect();
        let around = [Percentile::new(50.0), percentile].into_iter().flatten();
        let counts = around.filter_map(|percentile| self.times.beyond(percentile));
        let shares = counts.map(|counts| counts.iter().map(|count| count.batch()).collect());
        let of_figure = percentile.is_none().then_some(sums.clone());
        let mut series = shares.chain(of_figure).peekable();
        let believed = |batches: Vec<Batch>| depend_little(&contributions(&batches));
        // Times that are all in one bucket still have sums.
        if series.peek().is_none() { believed(sums) } else { series.all(believed) }
    }

    /// How the times rise or fall over the run, if they do for sure and by enough to matter.
    pub fn drift(&self) -> Option<TimeDrift> {
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
    pub fn mean(&self) -> Option<MeanEstimate> {
        let batches: Vec<Batch> = self.slices.iter().map(|slice| slice.times).collect();
        let means: Vec<f64> = batches.iter().map(|batch| batch.mean()).collect();
        let is_long_enough = batches.len() >= LEAST_SLICES && effective_count(&means) >= LEAST_EFFECTIVE_VALUES;
        MeanEstimate::of(&batches).filter(|_| is_long_enough)
    }
}
