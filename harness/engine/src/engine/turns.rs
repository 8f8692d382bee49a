//! For how long a worker's thread is busy before it looks for answers again, and with what.
//!
//! Tasks that the test's code has spawned run on the worker's thread beside its users. tokio adds up for how long the thread was
//! busy from one look for events to the next; what is not the users' own time there is that of such tasks.

use std::cell::Cell;
use std::time::Duration;

use tokio::runtime::{Handle, RuntimeMetrics};

/// A turn in which tasks beside the users took longer is looked at. Up to 61 of them have their turn together, such as those of the
/// connections over reqwest, which are not the test's code.
const LONG_BESIDE: Duration = Duration::from_millis(30);

/// Times the turns of one worker's thread.
#[derive(Debug, Default)]
pub(super) struct TurnTimer {
    /// `None` outside a runtime.
    runtime: Option<RuntimeMetrics>,
    /// For how long the thread had been busy when the last turn ended.
    busy: Cell<Duration>,
    /// Time of the users in the turn that has not ended.
    of_users: Cell<Duration>,
    longest: Cell<Duration>,
}

/// What the thread did from one look for events to the next.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct BusyTurn {
    /// An answer that came meanwhile was read late by up to this time.
    pub(super) whole: Duration,
    /// Without the time of users.
    pub(super) beside: Duration,
}

impl TurnTimer {
    /// For the runtime of this thread.
    pub(super) fn new() -> TurnTimer {
        let runtime = Handle::try_current().ok().map(|handle| handle.metrics());
        let timer = TurnTimer { runtime, ..TurnTimer::default() };
        timer.busy.set(timer.busy_so_far());
        timer
    }

    fn busy_so_far(&self) -> Duration {
        // A runtime of one thread has this worker alone.
        self.runtime.as_ref().map_or(Duration::ZERO, |runtime| runtime.worker_total_busy_duration(0))
    }

    /// Users are about to be polled; since this was last called, their polls took `of_users`. Returns a turn that has ended if it was
    /// the longest so far, or if tasks beside the users took long.
    #[inline]
    pub(super) fn next(&self, of_users: Duration) -> Option<BusyTurn> {
        self.next_at(self.busy_so_far(), of_users)
    }

    #[inline]
    fn next_at(&self, busy: Duration, of_users: Duration) -> Option<BusyTurn> {
        let of_users = self.of_users.get() + of_users;
        let whole = busy.saturating_sub(self.busy.get());
        if whole.is_zero() {
            // tokio has not looked for events in between.
            self.of_users.set(of_users);
            return None;
        }
        self.busy.set(busy);
        self.of_users.set(Duration::ZERO);
        let turn = BusyTurn { whole, beside: whole.saturating_sub(of_users) };
        (whole > self.longest.get() || turn.is_held()).then_some(turn)
    }

    /// A turn within the measurement took this long.
    pub(super) fn note(&self, whole: Duration) {
        self.longest.set(self.longest.get().max(whole));
    }

    /// The longest turn of the measurement.
    pub(super) fn longest(&self) -> Duration {
        self.longest.get()
    }
}

impl BusyTurn {
    /// The part of a turn that ended at `now` since `from`. What lies before may all have been beside the users: a thousand of them are
    /// set up, and begin, in one turn.
    pub(super) fn since(self, from: Duration, now: Duration) -> BusyTurn {
        let whole = self.whole.min(now.saturating_sub(from));
        BusyTurn { whole, beside: self.beside.saturating_sub(self.whole - whole) }
    }

    /// Tasks beside the users took long.
    pub(super) fn is_held(self) -> bool {
        self.beside > LONG_BESIDE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn the_set_up_of_users_before_the_measurement_is_not_held_against_the_turn_that_it_shares() {
        // 80 ms of set-up, then 30 ms of users.
        let turn = BusyTurn { whole: MS(110), beside: MS(80) };
        assert_eq!(turn.since(MS(200), MS(230)), BusyTurn { whole: MS(30), beside: MS(0) });
        assert_eq!(turn.since(MS(150), MS(230)), BusyTurn { whole: MS(80), beside: MS(50) });
        assert_eq!(turn.since(MS(100), MS(230)), turn);
    }

    #[test]
    fn what_is_not_the_users_time_is_that_of_tasks_beside_them() {
        let timer = TurnTimer::default();
        assert_eq!(timer.next_at(MS(100), MS(40)), Some(BusyTurn { whole: MS(100), beside: MS(60) }));
        timer.note(MS(100));
        assert_eq!(timer.longest(), MS(100));
        assert_eq!(timer.next_at(MS(190), MS(85)), None, "90 ms, of which 5 ms are not the users'");
        // Three polls of users within one turn: its end is seen at the first poll after it.
        assert_eq!(timer.next_at(MS(190), MS(10)), None);
        assert_eq!(timer.next_at(MS(190), MS(10)), None);
        assert_eq!(timer.next_at(MS(241), MS(1)), None, "51 ms, of which 30 ms are not the users'");
        assert_eq!(timer.next_at(MS(290), MS(1)), Some(BusyTurn { whole: MS(49), beside: MS(48) }));
    }
}
