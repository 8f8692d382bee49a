//! Whether the test's own code keeps a worker thread for good. The worker cannot notice that itself: another thread looks.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

/// So long after a run should be over a worker that has not been heard of for so long is stuck.
const GRACE: Duration = Duration::from_secs(2);
/// The same after a run was ended early.
const GRACE_AFTER_STOP: Duration = Duration::from_secs(5);
/// Before the end of a run is known, a worker may be quiet for so many timeouts, and for a minute at least: what a benchmark
/// measures may be a long computation.
const QUIET_TIMEOUTS: u32 = 3;
const LEAST_QUIET: Duration = Duration::from_secs(60);

/// Written for a worker whose users have left.
const LEFT: u64 = u64::MAX;

/// When each worker of a run was last heard of. A worker beats about once a second, not for each request.
#[derive(Debug)]
pub(super) struct Pulses {
    workers: Vec<Pulse>,
}

#[derive(Debug, Default)]
struct Pulse {
    last_ns: AtomicU64,
    /// A request of its users was open then.
    waits: AtomicBool,
}

/// A worker that has not been heard of for some time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct QuietWorker {
    pub(super) index: usize,
    pub(super) quiet: Duration,
}

/// What is known about the end of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RunEndIsDue {
    /// At this time, its drain included.
    At(Duration),
    /// At once: it was ended early.
    Now,
    /// A number of requests or precise figures end it.
    Unknown,
}

impl Pulses {
    /// Of `workers`, none of which has been heard of since the run began.
    pub(super) fn of(workers: usize) -> Pulses {
        Pulses { workers: (0..workers).map(|_| Pulse::default()).collect() }
    }

    /// The worker runs; `waits`: a request of its users is open.
    pub(super) fn beat(&self, index: usize, now: Duration, waits: bool) {
        if let Some(pulse) = self.workers.get(index) {
            pulse.last_ns.store(now.as_nanos() as u64, Ordering::Relaxed);
            pulse.waits.store(waits, Ordering::Relaxed);
        }
    }

    /// Nothing of the test's code runs on the worker any more.
    pub(super) fn leave(&self, index: usize) {
        if let Some(pulse) = self.workers.get(index) {
            pulse.last_ns.store(LEFT, Ordering::Relaxed);
            pulse.waits.store(false, Ordering::Relaxed);
        }
    }

    /// True if a request was open when its worker was last heard of.
    pub(super) fn any_waits(&self) -> bool {
        self.workers.iter().any(|pulse| pulse.waits.load(Ordering::Relaxed))
    }

    /// The worker that has been quiet the longest.
    pub(super) fn quietest(&self, now: Duration) -> Option<QuietWorker> {
        let last = |pulse: &Pulse| pulse.last_ns.load(Ordering::Relaxed);
        let known = self.workers.iter().map(last).enumerate().filter(|(_, last_ns)| *last_ns != LEFT);
        let (index, last_ns) = known.min_by_key(|(_, last_ns)| *last_ns)?;
        Some(QuietWorker { index, quiet: now.saturating_sub(Duration::from_nanos(last_ns)) })
    }
}

/// True if a worker that has been quiet for so long is taken to be stuck.
pub(super) fn is_stuck(quiet: Duration, now: Duration, end: RunEndIsDue, longest_timeout: Duration) -> bool {
    match end {
        RunEndIsDue::Now => quiet >= GRACE_AFTER_STOP,
        RunEndIsDue::At(end) if now >= end + GRACE => quiet >= GRACE,
        RunEndIsDue::At(_) | RunEndIsDue::Unknown => quiet >= LEAST_QUIET.max(longest_timeout * QUIET_TIMEOUTS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn the_worker_that_was_heard_of_longest_ago_is_the_quietest() {
        let pulses = Pulses::of(3);
        pulses.beat(0, S(5), false);
        pulses.beat(1, S(3), true);
        pulses.beat(2, S(4), false);
        assert_eq!(pulses.quietest(S(6)), Some(QuietWorker { index: 1, quiet: S(3) }));
        assert!(pulses.any_waits());
        pulses.leave(1);
        assert_eq!(pulses.quietest(S(6)), Some(QuietWorker { index: 2, quiet: S(2) }));
        assert!(!pulses.any_waits());
        [0, 2].into_iter().for_each(|index| pulses.leave(index));
        assert_eq!(pulses.quietest(S(600)), None, "all have left");
    }

    #[test]
    fn a_worker_is_stuck_when_it_stays_quiet_beyond_the_end_of_its_run() {
        let timeout = S(10);
        // A test of 1 s and its drain of 10 s.
        let end = RunEndIsDue::At(S(11));
        assert!(!is_stuck(S(11), S(12), end, timeout), "it may be about to end");
        assert!(is_stuck(S(13), S(13), end, timeout));
        assert!(!is_stuck(S(1), S(13), end, timeout), "it runs, and waits for a tear-down");
        assert!(is_stuck(S(5), S(6), RunEndIsDue::Now, timeout));
        // A benchmark may measure a long computation.
        assert!(!is_stuck(S(59), S(59), RunEndIsDue::Unknown, timeout));
        assert!(is_stuck(S(60), S(60), RunEndIsDue::Unknown, timeout));
        assert!(!is_stuck(S(100), S(100), RunEndIsDue::Unknown, S(40)), "its requests may take long");
    }
}
