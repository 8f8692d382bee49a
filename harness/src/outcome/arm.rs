//! One of several servers that a test compares, with its own figures.

use serde::{Deserialize, Serialize};

use super::server_report::ServerReport;
use crate::measure::{Measured, TimeSlice};

/// One of the servers that take part in a test in turn.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ArmReport {
    /// The fixture's name; `before` or `now` if two versions of the code are compared.
    pub name: String,
    /// Its figures, as those of a test. Times are its own: the turns of the others are left out.
    #[serde(flatten)]
    pub measured: Measured,
    /// What was measured in each of its turns: the n-th of one arm lies beside the n-th of each other one.
    #[serde(default)]
    pub turns: Vec<TimeSlice>,
    /// The servers it used.
    #[serde(default)]
    pub servers: Vec<ServerReport>,
}
