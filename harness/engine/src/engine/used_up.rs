//! The data of the users of a run, when it is used up.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, OnceLock, PoisonError};

/// What the workers of a run know of data that is used up. Touched only when that is so.
#[derive(Debug, Default)]
pub(super) struct UsedUpData {
    /// Which data.
    what: OnceLock<String>,
    /// Users that have no further iteration.
    users: AtomicUsize,
    /// Measured iterations that were due and found no data, by the number of their recorder.
    iterations: Mutex<Vec<u64>>,
}

impl UsedUpData {
    /// Which data was used up, if some was.
    pub(super) fn what(&self) -> Option<&str> {
        self.what.get().map(String::as_str)
    }

    /// How many measured iterations found no data, by the number of their recorder.
    pub(super) fn iterations(&self) -> Vec<u64> {
        self.iterations.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// One more user found none; `due` is the number of the recorder of an iteration that was planned before the end. Returns
    /// how many users did.
    pub(super) fn note(&self, what: &str, due: Option<usize>) -> usize {
        self.what.get_or_init(|| what.to_owned());
        if let Some(recorder) = due {
            let mut iterations = self.iterations.lock().unwrap_or_else(PoisonError::into_inner);
            let length = iterations.len().max(recorder + 1);
            iterations.resize(length, 0);
            iterations[recorder] += 1;
        }
        self.users.fetch_add(1, Ordering::Relaxed) + 1
    }
}
