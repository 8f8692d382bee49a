//! A limit on times that is known before the run: [`TimeLimit`].

use std::time::Duration;

/// The times that a limit bounds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TimeScope {
    /// Every request that is judged.
    Requests,
    /// The iterations of the author's function.
    Iterations,
    /// The requests of one endpoint.
    Endpoint(String),
    /// The requests of one stage.
    Stage(String),
}

impl TimeScope {
    /// The endpoint, if it is one.
    pub(super) fn endpoint(&self) -> Option<&str> {
        match self {
            TimeScope::Endpoint(name) => Some(name),
            TimeScope::Requests | TimeScope::Iterations | TimeScope::Stage(_) => None,
        }
    }
}

/// A limit on times that is known before the run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeLimit {
    /// The times that it bounds.
    pub of: TimeScope,
    /// The greatest time that is not beyond it.
    pub limit: Duration,
}
