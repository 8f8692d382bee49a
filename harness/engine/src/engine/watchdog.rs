//! Ends a run in which no request has been answered for too long.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How many timeouts may pass without an answer of any kind.
const LONGEST_SILENCE_TIMEOUTS: u32 = 3;

/// How many checks in a row must find no new answer before the server counts as silent. After the generator itself was
/// suspended, one check sees a long silence although answers have arrived that it has not read yet.
const SILENT_CHECKS: u32 = 10;

/// When a request was last answered, and how long one may take at most; shared by the worker threads of a run.
#[derive(Debug)]
pub(super) struct Watchdog {
    last_answer_ns: AtomicU64,
    last_response_ns: AtomicU64,
    longest_timeout_ns: AtomicU64,
}

impl Watchdog {
    /// For requests that have `timeout` unless they set their own.
    pub(super) fn new(timeout: Duration) -> Watchdog {
        Watchdog {
            last_answer_ns: AtomicU64::new(0),
            last_response_ns: AtomicU64::new(0),
            longest_timeout_ns: AtomicU64::new(nanoseconds(timeout)),
        }
    }

    /// Notes that a request was answered at this time, or that no user was waiting for an answer.
    pub(super) fn answered(&self, at: Duration) {
        self.last_answer_ns.fetch_max(nanoseconds(at), Ordering::Relaxed);
    }

    /// At this time a request was answered.
    pub(super) fn responded(&self, at: Duration) {
        self.last_response_ns.fetch_max(nanoseconds(at), Ordering::Relaxed);
    }

    /// Since when no connection could be made, and for how long, if that is a whole timeout without any answer to any user.
    /// `since` is what one worker knows.
    pub(super) fn refusal(
        &self,
        since: Duration,
        now: Duration,
        longest_timeout: Duration,
    ) -> Option<(Duration, Duration)> {
        let last_response = Duration::from_nanos(self.last_response_ns.load(Ordering::Relaxed));
        let since = since.max(last_response);
        let waited = now.saturating_sub(since);
        (waited >= longest_timeout).then_some((since, waited))
    }

    /// When a request was last answered, as far as the workers have reported.
    pub(super) fn last_answer(&self) -> Duration {
        Duration::from_nanos(self.last_answer_ns.load(Ordering::Relaxed))
    }

    /// Notes the timeout of a request. Returns the longest timeout of any request so far.
    pub(super) fn longest_timeout(&self, timeout: Duration) -> Duration {
        let timeout_ns = nanoseconds(timeout);
        Duration::from_nanos(self.longest_timeout_ns.fetch_max(timeout_ns, Ordering::Relaxed).max(timeout_ns))
    }

    /// How long the run has waited for an answer, if that is too long for requests with `longest_timeout`.
    pub(super) fn silence(&self, now: Duration, longest_timeout: Duration) -> Option<Duration> {
        let longest = longest_timeout * LONGEST_SILENCE_TIMEOUTS;
        (now.saturating_sub(self.last_answer()) >= longest).then_some(longest)
    }
}

/// How often in a row one worker has checked and found no new answer.
#[derive(Debug, Default)]
pub(super) struct SilentChecks {
    last_answer: Cell<Duration>,
    count: Cell<u32>,
}

impl SilentChecks {
    /// Counts one check. True if enough of them in a row have found no new answer.
    pub(super) fn count_check(&self, last_answer: Duration) -> bool {
        let count = if last_answer > self.last_answer.get() { 0 } else { self.count.get().saturating_add(1) };
        self.last_answer.set(last_answer);
        self.count.set(count);
        count >= SILENT_CHECKS
    }
}

fn nanoseconds(time: Duration) -> u64 {
    time.as_nanos() as u64
}

#[cfg(test)]
mod tests {
    use super::*;

    const S: fn(u64) -> Duration = Duration::from_secs;

    #[test]
    fn three_timeouts_without_an_answer_are_a_silence() {
        let watchdog = Watchdog::new(S(2));
        watchdog.answered(S(10));
        watchdog.answered(S(9));
        assert_eq!(watchdog.silence(Duration::from_millis(15_999), S(2)), None);
        assert_eq!(watchdog.silence(S(16), S(2)), Some(S(6)));
    }

    #[test]
    fn the_longest_timeout_is_remembered() {
        let watchdog = Watchdog::new(S(2));
        assert_eq!([1, 60, 5].map(|timeout_s| watchdog.longest_timeout(S(timeout_s))), [S(2), S(60), S(60)]);
    }

    #[test]
    fn only_checks_in_a_row_without_a_new_answer_count() {
        let checks = SilentChecks::default();
        assert!((0..9).all(|_| !checks.count_check(S(0))));
        assert!(!checks.count_check(S(1)), "there was an answer");
        assert!((0..9).all(|_| !checks.count_check(S(1))));
        assert!(checks.count_check(S(1)));
    }
}
