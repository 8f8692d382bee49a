//! Slices that are over, kept without an allocation for each: [`PendingSlices`].

use std::ops::Range;

use super::slice_tally::SliceTally;
use super::slice_times::{TimeTable, TimeTally};

/// How many slices and buckets have a place beforehand. Memory that is not used yet is not resident.
const SLICES: usize = 256;
const BUCKETS: usize = 16_384;

/// Slices with their buckets one after the other in one list.
#[derive(Debug, Clone, Default)]
pub(super) struct PendingSlices {
    slices: Vec<PendingSlice>,
    buckets: Vec<(u32, u32)>,
}

#[derive(Debug, Clone)]
struct PendingSlice {
    index: u64,
    /// Without its times.
    tally: SliceTally,
    response: PendingTimes,
    service: Option<PendingTimes>,
}

#[derive(Debug, Clone)]
struct PendingTimes {
    buckets: Range<usize>,
    max_ns: u64,
}

impl PendingSlices {
    /// Makes room for the slices of a run, so that nothing is allocated while it goes on; a long one needs more.
    pub(super) fn make_room(&mut self) {
        self.slices.reserve(SLICES);
        self.buckets.reserve(BUCKETS);
    }

    #[cfg(feature = "cluster")]
    pub(super) fn is_empty(&self) -> bool {
        self.slices.is_empty()
    }

    /// Takes the counts of a slice, and the times out of its tables.
    pub(super) fn push(
        &mut self,
        index: u64,
        tally: SliceTally,
        response: &mut TimeTable,
        service: Option<&mut TimeTable>,
    ) {
        let (response, service) = (self.take(response), service.map(|table| self.take(table)));
        self.slices.push(PendingSlice { index, tally, response, service });
    }

    fn take(&mut self, table: &mut TimeTable) -> PendingTimes {
        let from = self.buckets.len();
        let max_ns = table.empty_into(&mut self.buckets);
        PendingTimes { buckets: from..self.buckets.len(), max_ns }
    }

    /// Every slice with its number, oldest first; one that was looked at while it went on has several parts.
    pub(super) fn drain(&mut self) -> impl Iterator<Item = (u64, SliceTally)> {
        let buckets = std::mem::take(&mut self.buckets);
        std::mem::take(&mut self.slices).into_iter().map(move |slice| {
            let times = |times: PendingTimes| TimeTally::of(&buckets[times.buckets], times.max_ns);
            (slice.index, slice.tally.with_times(times(slice.response), slice.service.map(times)))
        })
    }
}
