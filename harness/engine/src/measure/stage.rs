//! One stage of a measurement: as planned, and as measured.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::crossing::CarriedOver;
use super::json;
use super::stage_times::StageTimes;
use super::summary::Summary;

/// When a planned stage begins and ends, and its levels. A stage begins when the previous one ends.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct StageBounds {
    /// Its name, or `1`, `2` … in order.
    pub name: String,
    /// Users, or arrivals each second, at its start.
    pub from: f64,
    /// The same at its end.
    pub to: f64,
    /// Since the measurement began.
    pub begins: Duration,
    /// Since the measurement began.
    pub ends: Duration,
}

impl StageBounds {
    /// Only steady stages are judged, unless a threshold names the stage.
    pub fn is_steady(&self) -> bool {
        self.from == self.to
    }
}

/// The figures of one stage.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct StageSummary {
    /// Its name, or `1`, `2` … in order.
    pub name: String,
    /// Users, or arrivals each second, at its start.
    pub from: f64,
    /// The same at its end.
    pub to: f64,
    /// True if the level stays the same; only such stages are judged, unless a threshold names one.
    pub steady: bool,
    /// When it began, in seconds since the measurement began.
    pub begins_s: f64,
    /// How long it lasted.
    #[serde(rename = "span_s", with = "json::seconds")]
    #[cfg_attr(feature = "schema", schemars(with = "f64"))]
    pub span: Duration,
    /// All requests with their intended start in this stage.
    #[serde(rename = "totals")]
    pub total: Summary,
    /// The same by endpoint.
    pub endpoints: Vec<Summary>,
    /// Requests that began before it and waited longer in it than any that began in it; `null` if there were none.
    #[serde(default)]
    pub carried_over: Option<CarriedOver>,
    /// The response times of `total` by parts of the stage.
    #[serde(skip)]
    pub times: StageTimes,
}
