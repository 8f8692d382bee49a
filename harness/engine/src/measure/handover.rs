//! Slices on their way from a worker thread to the live page: a [`SliceHandover`].

use std::collections::BTreeMap;
use std::sync::Arc;

use super::finished_slices::{FinishedSlices, RunPart};
use super::live::WorkerLive;
use super::slice_tally::SliceTally;

/// How often a worker hands its slices over.
const EVERY_NS: u64 = 500_000_000;

/// Where a worker hands its slices over while the run is watched. Nothing of it is done for a single request.
#[derive(Debug, Clone)]
pub(super) struct SliceHandover {
    to: Arc<WorkerLive>,
    part: RunPart,
    origin_ns: u64,
    /// The first slice that has changed since the last time; none if it is beyond them all.
    changed_from: u64,
    due_ns: u64,
}

impl SliceHandover {
    pub(super) fn new(to: &Arc<WorkerLive>, part: RunPart) -> SliceHandover {
        SliceHandover { to: Arc::clone(to), part, origin_ns: 0, changed_from: u64::MAX, due_ns: EVERY_NS }
    }

    /// The first slice of this part begins so long after the run.
    pub(super) fn begin_at(&mut self, origin_ns: u64) {
        self.origin_ns = origin_ns;
    }

    /// Something was counted in this slice.
    pub(super) fn note(&mut self, index: u64) {
        self.changed_from = self.changed_from.min(index);
    }

    /// Each so many slices have become one.
    pub(super) fn lengthen(&mut self, factor: u64) {
        if self.changed_from != u64::MAX {
            self.changed_from /= factor;
        }
    }

    /// Hands over what has changed, at most twice a second.
    pub(super) fn hand_over_if_due(&mut self, moment_ns: u64, width_ns: u64, slices: &BTreeMap<u64, SliceTally>) {
        if moment_ns >= self.due_ns {
            self.due_ns = moment_ns + EVERY_NS;
            self.hand_over(width_ns, slices);
        }
    }

    /// Hands over what has changed.
    pub(super) fn hand_over(&mut self, width_ns: u64, slices: &BTreeMap<u64, SliceTally>) {
        let changed = slices.range(self.changed_from..).map(|(index, tally)| (*index, tally.clone()));
        let slices: Vec<_> = changed.collect();
        self.changed_from = u64::MAX;
        if !slices.is_empty() {
            let (part, origin_ns) = (self.part, self.origin_ns);
            self.to.hand_over(FinishedSlices { part, origin_ns, width_ns, slices });
        }
    }
}
