//! One run of several that answer one question together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// One level of a sweep, or one probe of a search for capacity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProbeRecord {
    /// Users, if they were the level.
    pub users: Option<u64>,
    /// Arrivals each second, if they were the level.
    pub rate_per_s: Option<f64>,
    /// What it was for: `level`, `search`, `repetition`, `confirmation` or `validation`.
    pub purpose: String,
    /// How it ended; of a search `passed` if the rate held, `failed` if not, and `invalid` if the generator was disturbed.
    pub outcome: OutcomeName,
    /// Why, or what is doubtful about limits that held.
    pub reason: Option<String>,
    /// A limit lay inside the interval of its figure.
    pub borderline: bool,
    /// Requests that were intended.
    pub requests: u64,
    /// Sent ÷ planned.
    pub sent_share: Option<f64>,
    /// `ok ÷ intended`.
    pub success_rate: Option<f64>,
    /// Successful requests each second.
    pub throughput_per_s: Option<f64>,
    /// Mean of the judged times.
    pub mean_s: Option<f64>,
    /// Their 95th percentile.
    pub p95_s: Option<f64>,
    /// Their 99th percentile.
    pub p99_s: Option<f64>,
}

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the outcomes are documented where they are defined")]
pub enum OutcomeName {
    Passed,
    Failed,
    Invalid,
    Errored,
    Ignored,
    Interrupted,
}
