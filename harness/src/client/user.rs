//! A virtual user.

use std::time::Duration;

use super::{Clock, Stop};
use crate::measure::UserLog;

/// What the engine gives a user on its way in.
#[derive(Debug, Clone)]
pub struct Seat {
    /// 0, 1, 2 … within the test.
    pub number: usize,
    /// The user's own seed, made from the test's seed and the number.
    pub seed: u64,
    /// Where its requests are recorded.
    pub log: UserLog,
    /// Where the requests of its user-scoped fixtures are recorded: apart, judged by nothing.
    pub set_up_log: UserLog,
    /// The run's clock.
    pub clock: Clock,
    /// The run's switch.
    pub stop: Stop,
    /// The timeout of a request that names none.
    pub timeout: Duration,
}

/// A virtual user: its connection, its random choices, its requests.
#[derive(Debug)]
pub struct User {
    _seat: Seat,
}

impl User {
    /// A user on its seat.
    pub fn new(seat: Seat) -> super::Result<User> {
        Ok(User { _seat: seat })
    }
}
