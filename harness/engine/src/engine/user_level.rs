//! How many users a driven closed load has, and since when each of them takes part. Pure.

use std::time::Duration;

/// A number of users that is reached at once or at a rate. Times are since the run began.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct UserLevel {
    at: Duration,
    /// Users that took part already at that time.
    from: usize,
    to: usize,
    /// So many are added each second; `None`: all at once.
    per_s: Option<f64>,
}

impl UserLevel {
    /// The level at the beginning of a run: `users` that start evenly over `ramp_up`.
    pub(super) fn starting(users: usize, ramp_up: Duration) -> UserLevel {
        let per_s = (!ramp_up.is_zero()).then(|| users as f64 / ramp_up.as_secs_f64());
        UserLevel { at: Duration::ZERO, from: 0, to: users, per_s }
    }

    /// From this one to `users`, beginning at `at`.
    pub(super) fn changed(self, at: Duration, users: usize, per_s: Option<f64>) -> UserLevel {
        UserLevel { at, from: self.started_by(at).min(users), to: users, per_s }
    }

    /// How many users there are to be.
    pub(super) fn users(self) -> usize {
        self.to
    }

    /// True if there is to be a user with this number.
    pub(super) fn wants(self, number: usize) -> bool {
        number < self.to
    }

    /// Since when the user with this number takes part; `None` if it does not.
    pub(super) fn due(self, number: usize) -> Option<Duration> {
        let wait_s = match self.per_s {
            _ if !self.wants(number) => return None,
            Some(per_s) if number > self.from => (number - self.from) as f64 / per_s,
            _ => 0.0,
        };
        Some(self.at.saturating_add(Duration::try_from_secs_f64(wait_s).unwrap_or(Duration::MAX)))
    }

    /// How many users take part by `now`.
    fn started_by(self, now: Duration) -> usize {
        let Some(per_s) = self.per_s.filter(|_| self.from < self.to) else { return self.to };
        let added = now.saturating_sub(self.at).as_secs_f64() * per_s;
        // The first one at once; a nanosecond is lost where the due time of a user is rounded.
        (self.from + 1).saturating_add((added + 1e-9) as usize).min(self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn due(level: UserLevel, numbers: std::ops::Range<usize>) -> Vec<Option<Duration>> {
        numbers.map(|number| level.due(number)).collect()
    }

    #[test]
    fn users_start_evenly_over_the_ramp_up_as_in_a_planned_run() {
        let level = UserLevel::starting(4, MS(1_000));
        assert_eq!(due(level, 0..5), [Some(MS(0)), Some(MS(250)), Some(MS(500)), Some(MS(750)), None]);
        assert_eq!(due(UserLevel::starting(2, MS(0)), 0..3), [Some(MS(0)), Some(MS(0)), None]);
    }

    #[test]
    fn more_users_are_added_at_the_rate_and_those_that_are_there_stay() {
        let level = UserLevel::starting(2, MS(0)).changed(MS(5_000), 5, Some(2.0));
        assert_eq!(level.due(1), Some(MS(5_000)), "it takes part already");
        assert_eq!(due(level, 2..6), [Some(MS(5_000)), Some(MS(5_500)), Some(MS(6_000)), None]);
        assert_eq!(due(level.changed(MS(9_000), 7, None), 5..8), [Some(MS(9_000)), Some(MS(9_000)), None]);
    }

    #[test]
    fn fewer_users_are_fewer_at_once() {
        let level = UserLevel::starting(20, MS(0)).changed(MS(1_000), 3, Some(1.0));
        assert!(level.wants(2) && !level.wants(3));
        assert_eq!(level.users(), 3);
    }

    #[test]
    fn a_change_during_a_ramp_goes_on_from_those_who_have_started() {
        // One a second: users 0 to 5 have started after 5 s.
        let level = UserLevel::starting(20, MS(20_000)).changed(MS(5_000), 10, Some(10.0));
        assert_eq!(due(level, 5..8), [Some(MS(5_000)), Some(MS(5_000)), Some(MS(5_100))]);
        let lowered = UserLevel::starting(20, MS(20_000)).changed(MS(5_000), 4, Some(10.0));
        assert_eq!(due(lowered, 3..5), [Some(MS(5_000)), None]);
    }
}
