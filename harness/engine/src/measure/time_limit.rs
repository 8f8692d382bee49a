//! A limit on times that is known before the run: [`TimeLimit`]. With those on values: [`KnownLimits`].

use std::time::Duration;

use super::values::ValueLimit;

/// The limits that will be judged: what lies beyond them is counted during the run.
#[derive(Debug, Clone, Default, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct KnownLimits {
    /// On times.
    pub times: Vec<TimeLimit>,
    /// On values that the test records.
    pub values: Vec<ValueLimit>,
}

/// The times that a limit bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub enum TimeScope {
    /// Every request that is judged.
    Requests,
    /// The iterations of the author's function.
    Iterations,
    /// The requests of one endpoint.
    Endpoint(String),
    /// The requests of one stage.
    Stage(String),
    /// These times of the users of one class.
    OfClass(String, Box<TimeScope>),
}

impl TimeScope {
    /// The endpoint, if it is one.
    pub(super) fn endpoint(&self) -> Option<&str> {
        match self {
            TimeScope::Endpoint(name) => Some(name),
            TimeScope::OfClass(_, of) => of.endpoint(),
            TimeScope::Requests | TimeScope::Iterations | TimeScope::Stage(_) => None,
        }
    }

    /// Which times of the users of `class` it bounds; `None` if it is about another class.
    pub(super) fn among(&self, class: Option<&str>) -> Option<&TimeScope> {
        match self {
            TimeScope::OfClass(name, of) => (class == Some(name)).then_some(of),
            of_all => Some(of_all),
        }
    }
}

/// A limit on times that is known before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct TimeLimit {
    /// The times that it bounds.
    pub of: TimeScope,
    /// The greatest time that is not beyond it.
    pub limit: Duration,
}
