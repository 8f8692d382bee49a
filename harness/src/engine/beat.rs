//! When the iterations of a paced user are due. Pure.

use std::time::Duration;

/// The iterations of one paced user: due every so often, each user a little after the one before it.
///
/// A user that is late starts at once and keeps the intended time, until it has caught up: nothing that was planned is
/// skipped, so a stall of the server shows in the response time of every iteration that it held up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Beat {
    next: Duration,
    every: Duration,
}

impl Beat {
    /// The beat of user `number` of `users`, of a load that began at `begun`.
    pub(super) fn new(begun: Duration, every: Duration, number: usize, users: usize) -> Beat {
        // An interval of nothing would never end.
        let every = every.max(Duration::from_nanos(1));
        Beat { next: begun + every.mul_f64(number as f64 / users.max(1) as f64), every }
    }

    /// When the next iteration is due.
    pub(super) fn due(&self) -> Duration {
        self.next
    }

    /// The next iteration has been started, or never will be.
    pub(super) fn advance(&mut self) {
        self.next += self.every;
    }

    /// Leaves out what was due before `now`, because the user was not meant to be there.
    pub(super) fn skip_to(&mut self, now: Duration) {
        let behind = now.saturating_sub(self.next).as_nanos().div_ceil(self.every.as_nanos());
        let behind_ns = behind * self.every.as_nanos();
        self.next += Duration::from_nanos(u64::try_from(behind_ns).unwrap_or(u64::MAX));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn users_are_due_evenly_one_after_the_other() {
        let firsts = [0, 1, 2, 3].map(|number| Beat::new(MS(100), MS(2_000), number, 4).due());
        assert_eq!(firsts, [100, 600, 1_100, 1_600].map(MS));
    }

    #[test]
    fn what_was_planned_is_due_however_late_it_is() {
        let mut beat = Beat::new(MS(0), MS(2_000), 0, 1);
        beat.advance();
        beat.advance();
        assert_eq!(beat.due(), MS(4_000));
    }

    #[test]
    fn a_user_that_comes_later_is_due_on_its_own_beat_from_then_on() {
        let mut beat = Beat::new(MS(0), MS(2_000), 1, 4);
        beat.skip_to(MS(500));
        assert_eq!(beat.due(), MS(500));
        beat.skip_to(MS(501));
        assert_eq!(beat.due(), MS(2_500));
    }
}
