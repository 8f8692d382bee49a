//! Everything that was compared between two measurements.

use serde::{Deserialize, Serialize};

use super::change::{ChangeVerdict, MetricChange};

/// One measurement, compared with another one of the same test.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeReport {
    /// What it is compared with: the name of an arm, `before`, `baseline`, or the id of a run.
    pub reference: String,
    /// What is compared: the name of an arm, `now`, or the id of a run.
    pub subject: String,
    /// How.
    pub method: ComparisonMethod,
    /// The worst verdict of the figures that are judged: the mean and, where there are enough requests, p95.
    pub verdict: ChangeVerdict,
    /// The change counted: it was measured again and both agree. `None` if there was no second measurement.
    #[serde(default)]
    pub confirmed: Option<bool>,
    /// Each figure; maximum and p99 are never among them.
    pub changes: Vec<MetricChange>,
    /// What a reader should know: why it is weak, which field of the machine differs.
    #[serde(default)]
    pub notes: Vec<String>,
}

/// How two measurements were compared, the strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ComparisonMethod {
    /// At the same time, in slices that alternate: what disturbs one disturbs the other.
    Interleaved,
    /// With what several runs of the same test on the same machine came to.
    StoredRuns,
    /// One after the other in one run.
    OneAfterTheOther,
    /// Two runs, at different times.
    TwoRuns,
}
