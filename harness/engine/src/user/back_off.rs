//! How long a user waits after it could not connect, as any client does.

use std::time::Duration;

const FIRST: Duration = Duration::from_millis(1);
const LONGEST: Duration = Duration::from_millis(100);

/// How often in a row one user could not connect.
#[derive(Debug, Default)]
pub(super) struct BackOff {
    attempts: u32,
}

impl BackOff {
    /// It could not connect: the pause before the next attempt, 1 ms at first and twice as long each time.
    pub(super) fn next_pause(&mut self) -> Duration {
        let pause = FIRST.saturating_mul(2u32.saturating_pow(self.attempts)).min(LONGEST);
        self.attempts = self.attempts.saturating_add(1);
        pause
    }

    /// A request ended in another way.
    pub(super) fn connected(&mut self) {
        self.attempts = 0;
    }
}
