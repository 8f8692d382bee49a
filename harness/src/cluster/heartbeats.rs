//! Whether a process is still there, by the heartbeats that it sends: pure.

use std::time::Duration;

use tokio::time::Instant;

/// How often each process sends one.
pub(super) const INTERVAL: Duration = Duration::from_millis(250);
/// A process that is silent for this long is late: a warning.
pub(super) const LATE_AFTER: Duration = Duration::from_secs(2);
/// A process that is silent for this long is lost.
pub(super) const LOST_AFTER: Duration = Duration::from_secs(5);

/// A process that looked at nothing for this long was stopped itself, and heard nothing meanwhile.
pub(super) const OWN_HOLD_UP: Duration = Duration::from_secs(1);

/// The heartbeats of one process.
#[derive(Debug, Clone)]
pub(super) struct Heartbeats {
    last: Instant,
    longest_gap: Duration,
    late: u64,
}

impl Heartbeats {
    /// Of a process that is there at `now`.
    pub(super) fn since(now: Instant) -> Heartbeats {
        Heartbeats { last: now, longest_gap: Duration::ZERO, late: 0 }
    }

    /// One has come.
    pub(super) fn beat(&mut self, now: Instant) {
        let gap = self.silence(now);
        self.late += u64::from(gap >= LATE_AFTER);
        self.longest_gap = self.longest_gap.max(gap);
        self.last = self.last.max(now);
    }

    /// What was late before does not count any more.
    pub(super) fn forget_late(&mut self) {
        (self.late, self.longest_gap) = (0, Duration::ZERO);
    }

    /// This process itself was stopped for so long, and could not see any.
    pub(super) fn excuse(&mut self, time: Duration) {
        self.last += time;
    }

    /// For how long none has come.
    pub(super) fn silence(&self, now: Instant) -> Duration {
        now.saturating_duration_since(self.last)
    }

    pub(super) fn is_lost(&self, now: Instant) -> bool {
        self.silence(now) >= LOST_AFTER
    }

    /// How many came late, and the longest time without one.
    pub(super) fn late(&self) -> (u64, Duration) {
        (self.late, self.longest_gap)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_process_is_late_after_two_seconds_and_lost_after_five() {
        let start = Instant::now();
        let mut beats = Heartbeats::since(start);
        beats.beat(start + MS(1_999));
        assert_eq!(beats.late(), (0, MS(1_999)));
        beats.beat(start + MS(3_999));
        assert_eq!(beats.late(), (1, MS(2_000)));
        beats.forget_late();
        assert_eq!(beats.late(), (0, Duration::ZERO));
        assert!(!beats.is_lost(start + MS(8_998)));
        assert!(beats.is_lost(start + MS(8_999)));
    }

    #[test]
    fn the_time_in_which_this_process_was_stopped_does_not_count() {
        let start = Instant::now();
        let mut beats = Heartbeats::since(start);
        beats.excuse(MS(9_000));
        assert!(!beats.is_lost(start + MS(10_000)));
    }
}
