//! When the iterations of a paced user are due. Pure.

use std::time::Duration;

/// The due times of one paced user's iterations: at a fixed interval, the users spread evenly over one interval.
///
/// A user that is late starts at once and keeps the intended time, until it has caught up: nothing that was planned is
/// skipped, so a stall of the server shows in the response time of every iteration that it delayed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cadence {
    next: Duration,
    interval: Duration,
}

impl Cadence {
    /// The cadence of user `number` of `users`, of a load that began at `load_began`.
    pub(super) fn new(load_began: Duration, interval: Duration, number: usize, users: usize) -> Cadence {
        // With an interval of zero, `count_missed` would never reach the end of the run.
        let interval = interval.max(Duration::from_nanos(1));
        Cadence { next: load_began + interval.mul_f64(number as f64 / users.max(1) as f64), interval }
    }

    /// When the next iteration is due.
    pub(super) fn due(&self) -> Duration {
        self.next
    }

    /// The next iteration has been started, or counted as never sent.
    pub(super) fn advance(&mut self) {
        self.next += self.interval;
    }

    /// Skips what was due before `active_from`: until then the user was not meant to send anything.
    pub(super) fn skip_to(&mut self, active_from: Duration) {
        let missed = active_from.saturating_sub(self.next).as_nanos().div_ceil(self.interval.as_nanos());
        let missed_ns = missed * self.interval.as_nanos();
        self.next += Duration::from_nanos(u64::try_from(missed_ns).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_users_of_a_load_are_due_evenly_one_after_the_other() {
        let firsts = [0, 1, 2, 3].map(|number| Cadence::new(MS(100), MS(2_000), number, 4).due());
        assert_eq!(firsts, [100, 600, 1_100, 1_600].map(MS));
    }

    #[test]
    fn what_was_planned_is_due_however_late_it_is() {
        let mut cadence = Cadence::new(MS(0), MS(2_000), 0, 1);
        cadence.advance();
        cadence.advance();
        assert_eq!(cadence.due(), MS(4_000));
    }

    #[test]
    fn a_user_that_becomes_active_later_keeps_its_own_cadence() {
        let mut cadence = Cadence::new(MS(0), MS(2_000), 1, 4);
        cadence.skip_to(MS(500));
        assert_eq!(cadence.due(), MS(500));
        cadence.skip_to(MS(501));
        assert_eq!(cadence.due(), MS(2_500));
    }
}
