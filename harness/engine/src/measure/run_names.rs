//! The names that all workers of a run count under: [`RunNames`].

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::text::OTHER;

/// The most names of one run. Requests under further names are counted together, or the memory would have no bound.
pub(super) const MOST_NAMES: usize = 1_000;

/// The first names of a run, whichever worker sees them first. If each worker had its own, a name that only one of them has
/// room for would be counted in part.
///
/// A worker asks for each name once, and not at all once there is no room.
#[derive(Debug, Default)]
pub(super) struct RunNames(Mutex<HashSet<Arc<str>>>);

/// Whether requests are counted under a name.
pub(super) enum Admission {
    Admitted,
    /// There is no room for this name or any other; these are all that there will be.
    Full(Vec<Arc<str>>),
}

impl RunNames {
    pub(super) fn admit(&self, name: &str) -> Admission {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if name == OTHER || names.contains(name) {
            return Admission::Admitted;
        }
        if names.len() == MOST_NAMES {
            return Admission::Full(names.iter().cloned().collect());
        }
        names.insert(name.into());
        Admission::Admitted
    }
}
