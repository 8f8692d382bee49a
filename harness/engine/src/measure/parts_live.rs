//! What is known of the other processes of a run in progress: [`PartsLive`].

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// The other processes, on the one that shows what all of them do.
#[derive(Debug, Default)]
pub(super) struct PartsLive(Mutex<KnownParts>);

#[derive(Debug, Default)]
pub(super) struct KnownParts {
    users: BTreeMap<usize, u64>,
    /// The number that a worker thread has here, by process and by its number there.
    threads: HashMap<(usize, usize), usize>,
}

impl PartsLive {
    pub(super) fn lock(&self) -> MutexGuard<'_, KnownParts> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl KnownParts {
    /// A process has so many users now; returns how many all of them have.
    pub(super) fn set_users(&mut self, process: usize, users: u64) -> u64 {
        self.users.insert(process, users);
        self.users.values().sum()
    }

    /// The number of a worker thread; `new` gives one that was not known.
    pub(super) fn thread(&mut self, process: usize, thread: usize, new: impl FnOnce() -> usize) -> usize {
        *self.threads.entry((process, thread)).or_insert_with(new)
    }
}
