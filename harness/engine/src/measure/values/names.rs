//! The names of the values that a run records: [`ValueNames`].

use std::sync::{Arc, Mutex, PoisonError};

use super::figures::ValueKind;
use crate::text::OTHER;

/// The most names of one run. What is recorded under further names is counted together, or the memory would have no bound.
pub(crate) const MOST_VALUES: usize = 100;

/// The first names of a run, whichever worker records them first, and how each is recorded.
///
/// A worker asks for each name once, and not at all once there is no room.
#[derive(Debug, Default)]
pub(crate) struct ValueNames(Mutex<Vec<NamedValue>>);

/// A name, and how it is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct NamedValue {
    #[cfg_attr(feature = "cluster", serde(with = "crate::measure::travel::shared"))]
    pub(super) name: Arc<str>,
    pub(super) kind: ValueKind,
}

/// What is counted under a name.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum NamedAs {
    /// It has room of its own, and is of this kind.
    Itself(NamedValue),
    /// There is no room for this name or any other; these are all that there will be.
    Full(Vec<NamedValue>),
}

impl ValueNames {
    pub(super) fn admit(&self, name: &str, kind: ValueKind) -> NamedAs {
        let mut names = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = names.iter().find(|known| *known.name == *name) {
            return NamedAs::Itself(known.clone());
        }
        if names.len() == MOST_VALUES {
            let other = [ValueKind::Distribution, ValueKind::Count].map(|kind| NamedValue { name: OTHER.into(), kind });
            return NamedAs::Full(names.iter().cloned().chain(other).collect());
        }
        names.push(NamedValue { name: name.into(), kind });
        NamedAs::Itself(NamedValue { name: name.into(), kind })
    }
}
