//! One threshold and the figure it was compared with.

use serde::{Deserialize, Serialize};

use super::threshold_form;
use crate::measure::json;
use crate::threshold::Threshold;

/// One threshold, compared with the figures.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ThresholdVerdict {
    /// What was asked.
    #[serde(flatten, with = "threshold_form")]
    #[cfg_attr(test, schemars(with = "threshold_form::ThresholdForm"))]
    pub threshold: Threshold,
    /// The arm it is about; `None` for a test without arms.
    #[serde(default)]
    pub arm: Option<String>,
    /// What was measured, in the base unit of the metric; `None` when there was no data, which never passes.
    #[serde(serialize_with = "json::figure")]
    pub actual: Option<f64>,
    /// The 95 % interval of a mean, a percentile or a success rate, in the same unit; `None` for other metrics, and for a
    /// run that is too short: for any interval, or because neighbouring requests are alike for a long time.
    #[serde(default, serialize_with = "json::interval")]
    pub interval: Option<(f64, f64)>,
    /// The number of samples behind the figure.
    pub samples: u64,
    /// True if it holds.
    pub holds: bool,
    /// The limit lies inside the interval, or near the figure of a run that is too short for an interval: another measurement
    /// might decide otherwise.
    #[serde(default)]
    pub borderline: bool,
    /// What a breach does.
    pub severity: Severity,
    /// Why the figure cannot be relied on: no data, an endpoint that no request hit, too few samples for the percentile.
    pub doubt: Option<String>,
}

/// What the breach of a threshold does.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The test fails.
    #[default]
    Error,
}
