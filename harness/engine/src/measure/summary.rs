//! The figures of many requests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::counts::Counts;
use super::json;
use super::statuses::StatusCount;
use super::time_summary::TimeSummary;

/// The figures of one endpoint, of all requests, or of the iterations.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Summary {
    /// `GET /health`, `iteration`, or empty for the total.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Where the requests ended.
    pub requests: Counts,
    /// How many requests failed by each cause, time-outs and those in flight at the end included.
    ///
    /// At most twenty, the most frequent; the others together are `(other)`. Causes that differ only in numbers, identifiers
    /// and quoted parts are counted together once they are many, with `…` for what differs.
    pub failures: BTreeMap<String, u64>,
    /// A few of the causes that were counted together, by what they are counted as.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub failure_examples: BTreeMap<String, Vec<String>>,
    /// How many causes are counted as `(other)`.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub other_causes: u64,
    /// Requests that ended ok within the span, whenever they began, ÷ the span; `None` when the span is empty. Where a
    /// request was open at an edge of the span, a part of it may be counted.
    #[serde(serialize_with = "json::figure")]
    pub throughput_per_s: Option<f64>,
    /// `ok ÷ intended`, 0 to 1; `None` when nothing was intended.
    #[serde(serialize_with = "json::figure")]
    pub success_rate: Option<f64>,
    /// Intended start → end, failed requests included.
    pub response_time: TimeSummary,
    /// First byte offered → end, failed requests included.
    pub service_time: TimeSummary,
    /// Response time of the successful requests alone.
    #[serde(default)]
    pub ok_response_time: TimeSummary,
    /// Bytes offered.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
    /// Of `bytes_received`, what was encoded has this length without the encoding, with `decompress = true`; `null` if nothing
    /// was decoded.
    #[serde(default)]
    pub bytes_decoded: Option<u64>,
    /// The responses by status, ok or not; empty where nothing was answered, or where requests are not HTTP.
    #[serde(default)]
    pub statuses: Vec<StatusCount>,
}

impl Summary {
    /// The same summary, without its histograms in run records.
    pub(super) fn unrecorded(self) -> Summary {
        Summary {
            response_time: self.response_time.unrecorded(),
            service_time: self.service_time.unrecorded(),
            ok_response_time: self.ok_response_time.unrecorded(),
            ..self
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde passes a reference")]
fn is_zero(number: &u64) -> bool {
    *number == 0
}
