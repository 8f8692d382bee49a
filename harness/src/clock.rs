//! The one clock of a run: time since it began; and the processor time of this process.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;

use crate::measure::Moment;

/// Time since a run began. Copies show the same time. Follows tokio's paused time in tests.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// A clock that starts now.
    pub fn start() -> Clock {
        Clock { start: Instant::now() }
    }

    /// Time since the start.
    pub fn now(self) -> Duration {
        self.start.elapsed()
    }

    /// The same in the form that requests keep.
    #[inline]
    pub fn moment(self) -> Moment {
        Moment::after(self.now())
    }

    /// Time from the start to `instant`.
    pub fn since_start(self, instant: Instant) -> Duration {
        instant.saturating_duration_since(self.start)
    }

    /// The instant `after` the start, for timers.
    pub fn at(self, after: Duration) -> Instant {
        self.start + after
    }
}

/// Processor time of this process so far, user and system; `None` if the system does not say.
pub(crate) fn process_cpu() -> Option<Duration> {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processor_time_only_grows() {
        let before = process_cpu().unwrap();
        assert!(process_cpu().unwrap() >= before);
    }
}
