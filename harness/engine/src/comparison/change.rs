//! The change of one figure, and the verdict on it.

use serde::{Deserialize, Serialize};

use crate::measure::json;

/// What can be said about a change.
///
/// A figure has changed by what its [`ChangeEstimate`] says; `tolerance` is the share that does not matter, 5 % unless a threshold
/// says otherwise. For figures of which more is better, everything applies the other way round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "snake_case")]
pub enum ChangeVerdict {
    /// Worse for sure, and by at least the tolerance: the whole interval is on the worse side of no change.
    Regressed,
    /// Not worse by the tolerance: the interval ends before it.
    NoWorse,
    /// Better for sure, and by at least the tolerance.
    Improved,
    /// The interval is too wide for any of these.
    CannotTell,
    /// There is nothing that it could be compared with: another machine, too few values.
    NotComparable,
}

/// By which factor a figure changed.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChangeEstimate {
    /// After ÷ before: 1.1 for 10 % more.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub ratio: f64,
    /// The ends of its 95 % interval; `None` if there is too little for one.
    #[serde(default, serialize_with = "json::interval")]
    pub interval: Option<(f64, f64)>,
    /// The smallest change that a comparison like this one would have noticed, as a share: 0.08 for 8 %.
    #[serde(default, serialize_with = "json::figure")]
    pub smallest_visible: Option<f64>,
}

/// One figure before and after.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct MetricChange {
    /// `mean`, `p95`, `throughput`, as in a threshold.
    pub metric: String,
    /// The figure of the reference, in the base unit of the metric.
    #[serde(serialize_with = "json::figure")]
    pub before: Option<f64>,
    /// The figure that is compared with it.
    #[serde(serialize_with = "json::figure")]
    pub after: Option<f64>,
    /// `None` if it cannot be computed.
    pub change: Option<ChangeEstimate>,
    /// What can be said.
    pub verdict: ChangeVerdict,
    /// How many values each side has: pairs of slices, or stored runs.
    pub values: u64,
    /// Why the verdict is `cannot_tell` or `not_comparable`, or what weakens it.
    #[serde(default)]
    pub note: Option<String>,
}
