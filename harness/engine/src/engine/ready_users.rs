//! How many users are ready, and how many there must be before the load begins.

use std::sync::atomic::{AtomicUsize, Ordering};

/// Shared by the worker threads of a run.
#[derive(Debug)]
pub(super) struct ReadyUsers {
    ready: AtomicUsize,
    /// Fewer than planned if the person who drives the load has lowered their number.
    first: AtomicUsize,
}

impl ReadyUsers {
    /// The load begins when `first` users are ready.
    pub(super) fn of(first: usize) -> ReadyUsers {
        ReadyUsers { ready: AtomicUsize::new(0), first: AtomicUsize::new(first) }
    }

    /// One more is ready. True if it is the last that the load waits for.
    pub(super) fn add(&self) -> bool {
        self.ready.fetch_add(1, Ordering::AcqRel) + 1 == self.first.load(Ordering::Acquire)
    }

    /// There are to be no more than `users`. True if the load waits for none of them any more.
    pub(super) fn want_at_most(&self, users: usize) -> bool {
        let before = self.first.fetch_min(users, Ordering::AcqRel);
        (users..before).contains(&self.ready.load(Ordering::Acquire))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_load_begins_with_the_last_of_the_first_users() {
        let users = ReadyUsers::of(2);
        assert_eq!([users.add(), users.add(), users.add()], [false, true, false]);
        assert!(!users.want_at_most(1), "it has begun");
    }

    #[test]
    fn fewer_users_are_waited_for_if_there_are_to_be_fewer() {
        let users = ReadyUsers::of(5);
        assert_eq!([users.add(), users.add(), users.want_at_most(3), users.add()], [false, false, false, true]);
        let users = ReadyUsers::of(5);
        assert_eq!(
            [users.add(), users.add(), users.want_at_most(2), users.want_at_most(1)],
            [false, false, true, false]
        );
    }
}
