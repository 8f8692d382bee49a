//! The one clock of a run: time since it began; and the processor time of this process.

use std::time::Duration;

use rustix::time::{ClockId, clock_gettime};
use tokio::time::Instant;

use crate::measure::Moment;

/// Time since a run began. Copies show the same time. Follows tokio's paused time in unit tests.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
    #[cfg(all(target_os = "linux", not(test)))]
    start_ns: u64,
}

impl Clock {
    /// A clock that starts now.
    pub fn start() -> Clock {
        Clock {
            start: Instant::now(),
            #[cfg(all(target_os = "linux", not(test)))]
            start_ns: monotonic_ns(),
        }
    }

    /// Time since the start.
    #[inline]
    pub fn now(self) -> Duration {
        Duration::from_nanos(self.elapsed_ns())
    }

    /// The clock is read several times for each request, and the difference of two instants takes three times as many
    /// instructions as that of two numbers.
    #[cfg(all(target_os = "linux", not(test)))]
    #[inline]
    fn elapsed_ns(self) -> u64 {
        monotonic_ns().saturating_sub(self.start_ns)
    }

    #[cfg(not(all(target_os = "linux", not(test))))]
    fn elapsed_ns(self) -> u64 {
        u64::try_from(self.start.elapsed().as_nanos()).unwrap_or(u64::MAX)
    }

    /// The same in the form that requests keep.
    #[inline]
    pub fn moment(self) -> Moment {
        Moment::at_ns(self.elapsed_ns())
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

/// The clock of `Instant`, in nanoseconds since some moment before this process began.
#[cfg(all(target_os = "linux", not(test)))]
#[inline]
fn monotonic_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
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
