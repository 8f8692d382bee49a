//! The slice that goes on: [`CurrentTally`].

use super::pending_slices::PendingSlices;
use super::slice_tally::SliceTally;
use super::slice_times::TimeTable;

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
    /// Makes room for nearly any time, so that counting one allocates nothing.
    pub(super) fn make_room(&mut self) {
        self.response.make_room();
        self.spare.get_or_insert_default().make_room();
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
