//! How a run ended: [`Ended`], and how complete and how precise it was then.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::json;

/// Why the load stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub enum Ended {
    /// The load was offered as planned.
    #[default]
    AsPlanned,
    /// The run was stopped: a server died, or the run was interrupted. The text says which.
    Stopped(String),
    /// There was no response to any request for three times the timeout, so the rest was not sent.
    NoAnswer(Duration),
    /// No connection could be made for a whole timeout, and nothing else ended, so the rest was not sent.
    Refused {
        /// When the first could not be made, since the load began.
        since: Duration,
        /// For how long none could.
        waited: Duration,
        /// Why: `connection refused`.
        cause: String,
    },
    /// The load was offered as planned, but the server did not respond for this long before the end, nor afterwards.
    FellSilent(Duration),
    /// A user could not be set up, or the author's function panicked: the text says which and why.
    Broken(String),
    /// One of several processes that offer the load was lost: the text says which, when, and its last words. The others stopped.
    WorkerLost(String),
}

/// What the test's own code left undone when its run had ended as planned.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct Unfinished {
    /// The numbers of users that did not come back from an iteration, although they waited for no request.
    pub users: Vec<usize>,
    /// Work in `spawn_blocking` goes on.
    pub has_blocking_work: bool,
}

impl Unfinished {
    /// Adds what another part left unfinished.
    pub fn merge(&mut self, other: Unfinished) {
        self.users.extend(other.users);
        self.users.sort_unstable();
        self.has_blocking_work |= other.has_blocking_work;
    }
}

/// How precisely a benchmark knows its mean.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Precision {
    /// Half the width of the 95 % interval of the mean, as a share of the mean.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub half_width: f64,
    /// The two halves of the measurement differ by more than the interval allows.
    pub drifting: bool,
    /// The warm-up ended because the times were steady, and not at its time limit.
    pub steady: bool,
    /// How long the warm-up took.
    #[serde(rename = "warmup_s", with = "json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub warmup: Duration,
}
