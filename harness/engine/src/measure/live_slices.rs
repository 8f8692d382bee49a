//! The slices of a run in progress, put together from what its workers hand over: [`LiveSlices`].

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::finished_slices::{FinishedSlices, RunPart};
use super::live::Live;
use super::seconds::nanoseconds;
use super::slice_tally::SliceTally;
use super::slices::added_up;
use super::time_slice::{ChartSlices, TimeSlice};

/// What is shown is so far behind the newest slice, because other workers hand theirs over at other moments.
const BEHIND: Duration = Duration::from_millis(600);
/// If no request ends, quiet slices are shown so far behind the present.
const QUIET: Duration = Duration::from_secs(3);
/// How much of a run is kept for workers that are late. A second that changes later stays as it was shown.
const KEPT: Duration = Duration::from_secs(120);

/// The slices of a run in progress, for the eye: no figure of a verdict comes from here.
#[derive(Debug, Default)]
pub struct LiveSlices {
    before: PartSlices,
    measured: PartSlices,
}

/// Slices that are new, or that have changed.
#[derive(Debug, Clone)]
pub struct NewSlices {
    /// When the measurement began, in seconds since the run did; `None` before.
    pub measured_from_s: Option<f64>,
    /// They are of the measured phase.
    pub is_measured: bool,
    /// They replace all earlier ones of the part, because slices have become longer.
    pub replaces_all: bool,
    /// `at_s` is in seconds since the run began.
    pub slices: ChartSlices,
}

/// The slices of one worker, which may be shorter than those of another.
#[derive(Debug, Default)]
pub(super) struct WorkerSlices {
    width_ns: u64,
    slices: BTreeMap<u64, SliceTally>,
}

#[derive(Debug, Default)]
struct PartSlices {
    origin_ns: Option<u64>,
    /// The longest of all workers.
    width_ns: u64,
    workers: BTreeMap<usize, WorkerSlices>,
    /// Those that a worker has changed since they were shown.
    changed: BTreeSet<u64>,
    /// The first slice that was not shown.
    next: u64,
    has_lengthened: bool,
}

impl LiveSlices {
    /// Takes what the workers of `live` have handed over, and returns what is new. The run began `elapsed` ago; `is_over` if
    /// nothing will follow.
    pub fn look(&mut self, live: &Live, elapsed: Duration, is_over: bool) -> Vec<NewSlices> {
        for (worker, finished) in live.take_finished() {
            match finished.part {
                RunPart::Before => self.before.put(worker, finished),
                RunPart::Measured => self.measured.put(worker, finished),
            }
        }
        let measured_from = self.measured.origin_ns;
        let quiet_until = if is_over { None } else { elapsed.checked_sub(QUIET).map(nanoseconds) };
        // What was sent before the measurement may end in it, and is not shown there.
        let before = self.before.new_ones(quiet_until.filter(|_| measured_from.is_none()), measured_from, is_over);
        let measured = self.measured.new_ones(quiet_until, None, is_over);
        let measured_from_s = measured_from.map(|from_ns| from_ns as f64 / 1e9);
        let parts = before.map(|new| (new, false)).into_iter().chain(measured.map(|new| (new, true)));
        parts.map(|(new, is_measured)| NewSlices { measured_from_s, is_measured, ..new }).collect()
    }
}

impl LiveSlices {
    /// What ended within the last `span` of what all workers have handed over; `None` before anything has. What was put together by
    /// [`look`](LiveSlices::look) counts.
    pub fn recent(&self, span: Duration) -> Option<TimeSlice> {
        let part = if self.measured.next > 0 { &self.measured } else { &self.before };
        (part.next > 0).then(|| part.last(nanoseconds(span)))
    }
}

impl WorkerSlices {
    /// They replace those that were there, in slices of the worker's length now.
    pub(super) fn put(&mut self, finished: FinishedSlices) {
        if self.width_ns > 0 && finished.width_ns > self.width_ns {
            self.slices = added_up(&self.slices, finished.width_ns / self.width_ns);
        }
        self.width_ns = finished.width_ns;
        self.slices.extend(finished.slices);
    }

    /// How many requests ended in them.
    #[cfg(feature = "cluster")]
    pub(super) fn ended(&self) -> u64 {
        self.slices.values().map(SliceTally::ended).sum()
    }

    /// The newest slice of `width_ns` in which it has something.
    fn newest(&self, width_ns: u64) -> Option<u64> {
        self.slices.keys().next_back().map(|index| index * self.width_ns / width_ns)
    }

    /// Adds what this worker has of a slice of `width_ns` to `sum`.
    fn add_to(&self, sum: &mut SliceTally, index: u64, width_ns: u64) {
        let factor = width_ns / self.width_ns;
        self.slices.range(index * factor..(index + 1) * factor).for_each(|(_, tally)| sum.add(tally));
    }
}

impl PartSlices {
    fn put(&mut self, worker: usize, finished: FinishedSlices) {
        self.origin_ns.get_or_insert(finished.origin_ns);
        if finished.width_ns > self.width_ns {
            self.width_ns = finished.width_ns;
            self.has_lengthened = self.next > 0;
            self.changed.clear();
            self.next = 0;
        }
        let factor = self.width_ns / finished.width_ns;
        self.changed.extend(finished.slices.iter().map(|(index, _)| index / factor));
        self.workers.entry(worker).or_default().put(finished);
    }

    /// Without a gap up to a moment that is a little behind the newest slice, or up to `quiet_until`.
    fn new_ones(&mut self, quiet_until: Option<u64>, ends_at: Option<u64>, is_over: bool) -> Option<NewSlices> {
        let origin_ns = self.origin_ns?;
        let newest = self.workers.values().filter_map(|worker| worker.newest(self.width_ns)).max()?;
        let behind = if is_over { 0 } else { nanoseconds(BEHIND).div_ceil(self.width_ns) };
        let handed_over = (newest + 1).saturating_sub(behind);
        let quiet = quiet_until.map_or(0, |until_ns| until_ns.saturating_sub(origin_ns) / self.width_ns);
        let end = ends_at.map_or(u64::MAX, |end_ns| end_ns.saturating_sub(origin_ns).div_ceil(self.width_ns));
        let until = handed_over.max(quiet).min(end).max(self.next);
        let changed = std::mem::take(&mut self.changed);
        let kept_from = self.kept_from(newest);
        let late = changed.iter().copied().filter(|index| *index < self.next && *index >= kept_from);
        let indices: Vec<u64> = late.chain(self.next..until).collect();
        self.changed = changed.into_iter().filter(|index| *index >= until).collect();
        self.next = until;
        let slices: Vec<_> =
            indices.iter().map(|index| self.sum(*index).for_chart(self.at_s(origin_ns, *index), 0)).collect();
        self.forget_before(kept_from);
        let replaces_all = std::mem::take(&mut self.has_lengthened);
        let slices = ChartSlices { length_s: Some(self.width_ns as f64 / 1e9), slices };
        (!slices.slices.is_empty()).then_some(NewSlices {
            measured_from_s: None,
            is_measured: false,
            replaces_all,
            slices,
        })
    }

    fn at_s(&self, origin_ns: u64, index: u64) -> f64 {
        (origin_ns + index * self.width_ns) as f64 / 1e9
    }

    /// All workers together.
    /// The slices that were given out last, as one.
    fn last(&self, span_ns: u64) -> TimeSlice {
        let from = self.next.saturating_sub((span_ns / self.width_ns).max(1));
        let mut sum = SliceTally::default();
        for index in from..self.next {
            self.workers.values().for_each(|worker| worker.add_to(&mut sum, index, self.width_ns));
        }
        sum.as_second(from * self.width_ns / 1_000_000_000, 0)
    }

    fn sum(&self, index: u64) -> SliceTally {
        let mut sum = SliceTally::default();
        self.workers.values().for_each(|worker| worker.add_to(&mut sum, index, self.width_ns));
        sum
    }

    fn kept_from(&self, newest: u64) -> u64 {
        newest.saturating_sub(nanoseconds(KEPT) / self.width_ns)
    }

    fn forget_before(&mut self, index: u64) {
        let width_ns = self.width_ns;
        self.workers
            .values_mut()
            .for_each(|worker| worker.slices = worker.slices.split_off(&(index * width_ns / worker.width_ns)));
    }
}

#[cfg(test)]
mod tests;
