//! What happened in each second of a run, and in each of its shorter slices.

use serde::{Deserialize, Serialize};

use super::json;

/// One second of the measured phase.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct TimeSlice {
    /// Seconds since the measurement began: 0, 1, 2 …
    pub second: u64,
    /// Requests with their intended start in this second.
    pub sent: u64,
    /// Of those that ended in this second: ok.
    pub ok: u64,
    /// Of those that ended in this second: not ok.
    pub failed: u64,
    /// Open, or waiting for a slot, at the end of this second.
    pub in_flight: u64,
    /// Of the response times of the requests that ended in this second.
    #[serde(serialize_with = "json::figure")]
    pub mean_s: Option<f64>,
    /// As above.
    #[serde(serialize_with = "json::figure")]
    pub p50_s: Option<f64>,
    /// As above; `None` if fewer than 59 requests ended.
    #[serde(serialize_with = "json::figure")]
    pub p95_s: Option<f64>,
    /// As above; `None` if fewer than 299 requests ended.
    #[serde(serialize_with = "json::figure")]
    pub p99_s: Option<f64>,
    /// As above.
    #[serde(serialize_with = "json::figure")]
    pub max_s: Option<f64>,
}

/// A part of a run in slices of one length, for charts: about 60 to 120 of them up to two minutes.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChartSlices {
    /// The length of each slice, from 0.05 to 1 s; `None` without slices.
    #[serde(serialize_with = "json::figure")]
    pub length_s: Option<f64>,
    /// In order of time, without a gap.
    pub slices: Vec<ChartSlice>,
}

/// What happened in one slice. A request counts where it ended, except in `sent`.
///
/// Percentiles of so few requests are for the eye: none is part of a verdict.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ChartSlice {
    /// Its beginning, in seconds since the measurement began; negative in a warm-up.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub at_s: f64,
    /// Requests with their intended start in this slice.
    pub sent: u64,
    /// Requests that ended ok.
    pub ok: u64,
    /// Requests that ended in another way.
    pub failed: u64,
    /// Open, or waiting for a slot, at the end of this slice.
    pub in_flight: u64,
    /// Of the response times.
    pub response_time: SliceTimes,
    /// Of the service times; `None` where each of them is the response time.
    #[serde(default)]
    pub service_time: Option<SliceTimes>,
    /// Open workloads: by how much the latest arrival of this slice was late although a slot was free.
    #[serde(default, serialize_with = "json::figure")]
    pub lag_max_s: Option<f64>,
}

/// The times of the requests that ended in one slice.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SliceTimes {
    /// `None` if no request ended.
    #[serde(serialize_with = "json::figure")]
    pub p50_s: Option<f64>,
    /// `None` if fewer than 20 requests ended: it would be the maximum.
    #[serde(serialize_with = "json::figure")]
    pub p95_s: Option<f64>,
    /// `None` if fewer than 100 requests ended: it would be the maximum.
    #[serde(serialize_with = "json::figure")]
    pub p99_s: Option<f64>,
    /// `None` if no request ended.
    #[serde(serialize_with = "json::figure")]
    pub max_s: Option<f64>,
}
