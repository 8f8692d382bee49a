//! What a reader of a chart should know of a run: [`TestEvent`].

use serde::{Deserialize, Serialize};

use super::json;

/// Something that happened during a test: a server died, the run was interrupted, the test was measured once more.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TestEvent {
    /// Seconds since the measurement began; `None` if it happened at no moment of it.
    #[serde(serialize_with = "json::figure")]
    pub at_s: Option<f64>,
    /// What happened, in a few words.
    pub text: String,
}
