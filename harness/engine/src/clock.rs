//! The one clock of a run: time since it began; and the processor time of this process.

use std::future::Future;
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
        Clock::started_at(Instant::now())
    }

    /// A clock that started at `start`, or that starts then: until it has, it shows 0.
    pub fn started_at(start: Instant) -> Clock {
        Clock {
            start,
            #[cfg(all(target_os = "linux", not(test)))]
            start_ns: monotonic_ns_of(start),
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
        u64::try_from(self.since_start(Instant::now()).as_nanos()).unwrap_or(u64::MAX)
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

/// What wakes a future at a time of the run.
pub trait WaitUntil {
    /// The clock of that time.
    fn clock(&self) -> Clock;

    /// Completes at `due`, since the run began, or at once if that has passed.
    fn until(&self, due: Duration) -> impl Future<Output = ()>;
}

/// By tokio's timer, to a millisecond: for tests, which have no pacer. On a worker thread, each sleep would cost the system another timer.
impl WaitUntil for Clock {
    fn clock(&self) -> Clock {
        *self
    }

    fn until(&self, due: Duration) -> impl Future<Output = ()> {
        tokio::time::sleep_until(self.at(due))
    }
}

/// The clock of `Instant`, in nanoseconds since some moment before this process began.
#[cfg(all(target_os = "linux", not(test)))]
#[inline]
fn monotonic_ns() -> u64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec.unsigned_abs() * 1_000_000_000 + now.tv_nsec.unsigned_abs()
}

/// The system's monotonic clock, in nanoseconds since some moment before this process began: on one machine the same in every process.
#[cfg(feature = "cluster")]
pub fn monotonic_time_ns() -> i64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec * 1_000_000_000 + now.tv_nsec
}

/// The same of another moment.
#[cfg(all(target_os = "linux", not(test)))]
fn monotonic_ns_of(instant: Instant) -> u64 {
    let (now, now_ns) = (Instant::now(), monotonic_ns());
    let nanoseconds = |time: Duration| u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
    let (past, future) = (now.saturating_duration_since(instant), instant.saturating_duration_since(now));
    now_ns.saturating_sub(nanoseconds(past)).saturating_add(nanoseconds(future))
}

/// Processor time of this process so far, user and system; `None` if the system does not say.
pub fn process_cpu() -> Option<Duration> {
    Duration::try_from(clock_gettime(ClockId::ProcessCPUTime)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_clock_counts_from_its_start_which_may_be_earlier_or_later() {
        const S: fn(u64) -> Duration = Duration::from_secs;
        let now = Instant::now();
        let (later, earlier) = (Clock::started_at(now + S(2)), Clock::started_at(now));
        tokio::time::advance(S(1)).await;
        assert_eq!((earlier.now(), later.now()), (S(1), S(0)));
        tokio::time::advance(S(2)).await;
        assert_eq!((earlier.now(), later.now()), (S(3), S(1)));
        assert_eq!((later.at(S(1)), later.since_start(now)), (Instant::now(), S(0)));
    }

    #[test]
    fn processor_time_only_grows() {
        let before = process_cpu().unwrap();
        assert!(process_cpu().unwrap() >= before);
    }
}
