//! Iterations that fail before they send a request: an author's mistake if all of them do.

use std::cell::Cell;
use std::time::Duration;

use super::seconds::nanoseconds;

/// Fewer in a row may be chance, or something that the test waits for.
const LEAST_ITERATIONS: u64 = 100;

/// As long as a test may wait for something.
const LEAST_TIME: Duration = Duration::from_secs(1);

/// Counts the iterations of one worker thread that failed before a request, since the last one that did not.
#[derive(Debug, Default)]
pub(super) struct IterationsInVain {
    count: Cell<u64>,
    since_ns: Cell<u64>,
}

impl IterationsInVain {
    /// An iteration has ended, perhaps completed.
    pub(super) fn end_if(&self, completed: bool) {
        if completed {
            self.count.set(0);
        }
    }

    /// One more ended at `end`. Returns how many there were if the test will get no further.
    pub(super) fn add(&self, end: Duration) -> Option<u64> {
        let (count, end_ns) = (self.count.get() + 1, nanoseconds(end));
        self.count.set(count);
        if count == 1 {
            self.since_ns.set(end_ns);
        }
        let lasted_ns = end_ns.saturating_sub(self.since_ns.get());
        (count >= LEAST_ITERATIONS && lasted_ns >= nanoseconds(LEAST_TIME)).then_some(count)
    }
}
