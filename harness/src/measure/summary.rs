//! The figures of many requests.

use std::collections::BTreeMap;

use super::counts::Counts;
use super::time_summary::TimeSummary;

/// The figures of one endpoint, of all requests, or of the iterations.
#[derive(Debug, Clone, Default)]
pub struct Summary {
    /// `GET /health`, `iteration`, or empty for the total.
    pub name: String,
    /// Where the requests ended.
    pub requests: Counts,
    /// How many requests failed by each cause, time-outs and those in flight at the end included.
    pub failures: BTreeMap<String, u64>,
    /// Intended start → end, failed requests included.
    pub response_time: TimeSummary,
    /// First byte offered → end, failed requests included.
    pub service_time: TimeSummary,
    /// Response time of the successful requests alone.
    pub ok_response_time: TimeSummary,
    /// Successful requests ÷ span; `None` when the span is empty.
    pub throughput_per_s: Option<f64>,
    /// Bytes offered.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
}
