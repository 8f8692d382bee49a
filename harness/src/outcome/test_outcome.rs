//! How a test ended.

use serde::{Deserialize, Serialize};

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Every threshold held, and the figures can be trusted.
    Passed,
    /// A threshold was breached: the server is too slow, or fails too often.
    Failed,
    /// The generator could not do what was asked, so the figures prove nothing.
    Invalid,
    /// A fixture or the test itself broke.
    Errored,
    /// Not selected to run.
    Ignored,
    /// Ended by Ctrl-C, SIGTERM or SIGHUP; its figures are partial.
    Interrupted,
    /// A person drove the load while it ran: its thresholds are judged and shown, and decide nothing.
    Explored,
}

impl Outcome {
    /// True if somebody should look at the test: it ran and did not pass, or broke.
    pub(crate) fn is_problem(self) -> bool {
        match self {
            Outcome::Failed | Outcome::Invalid | Outcome::Errored | Outcome::Interrupted => true,
            Outcome::Passed | Outcome::Ignored | Outcome::Explored => false,
        }
    }
}
