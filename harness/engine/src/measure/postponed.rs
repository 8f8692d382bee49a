//! What was counted in another time: processes that offer one load together need not begin to measure at the same moment.

use std::time::Duration;

use super::recorder::Recorder;
use super::seconds::nanoseconds;

impl Recorder {
    /// Everything of the measurement was later by so much. What came before it keeps the time at which it was sent.
    pub(super) fn postpone(&mut self, by: Duration) {
        let by_ns = nanoseconds(by);
        self.origin_ns += by_ns;
        self.stages.postpone(by_ns);
        self.slowest.postpone(by_ns);
        self.planned_span.postpone(by_ns);
        self.iterations_span.postpone(by_ns);
        self.boundaries.postpone(by_ns);
    }
}
