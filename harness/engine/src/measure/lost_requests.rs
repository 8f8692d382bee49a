//! Requests that were opened and never closed.

use super::recorder::Recorder;

/// An error of our own.
const NEVER_CLOSED: &str = "request opened but never closed";

impl Recorder {
    /// A request that was opened and never closed is our own error: the run proves nothing, and the sum holds.
    pub(super) fn count_the_lost(&mut self) -> u64 {
        let lost = self.intended.saturating_sub(self.stages.intended());
        let lost_outside = self.intended_outside.saturating_sub(self.outside.intended);
        self.outside.intended += lost_outside;
        self.outside.in_flight_at_end += lost_outside;
        if lost + lost_outside > 0 {
            self.own_errors.add(NEVER_CLOSED, lost + lost_outside);
            self.requests.iter_mut().for_each(|requests| requests.add_lost(lost, NEVER_CLOSED));
        }
        lost
    }
}
