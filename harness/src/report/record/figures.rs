//! The figures of all requests, of one endpoint, and of one second.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Where the requests of all endpoints, or of one, ended, and how long they took.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct FiguresRecord {
    /// Where every intended request ended.
    pub requests: RequestsRecord,
    /// How many requests failed by each cause.
    pub failures: BTreeMap<String, u64>,
    /// Successful requests each second.
    pub throughput_per_s: Option<f64>,
    /// `ok ÷ intended`, 0 to 1.
    pub success_rate: Option<f64>,
    /// Intended start to end, failed requests included: what thresholds judge.
    pub response_time: TimesRecord,
    /// First byte sent to end, failed requests included.
    pub service_time: TimesRecord,
    /// Response time of the successful requests alone.
    #[serde(default)]
    pub ok_response_time: Option<TimesRecord>,
    /// Bytes sent.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
}

/// An endpoint: its name and its figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EndpointRecord {
    /// `GET /health`
    pub name: String,
    /// As for all requests.
    #[serde(flatten)]
    pub figures: FiguresRecord,
}

/// `intended` is the sum of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RequestsRecord {
    /// Requests the plan or the users wanted.
    pub intended: u64,
    /// Expected status, in time, every check held.
    pub ok: u64,
    /// Failed by any cause but time.
    pub failed: u64,
    /// Not answered within the timeout.
    pub timed_out: u64,
    /// Still open when the run ended.
    pub in_flight_at_end: u64,
    /// Planned, but never sent.
    pub never_sent: u64,
}

/// A summary of many times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TimesRecord {
    /// How many times went in.
    pub samples: u64,
    /// Shortest.
    pub min_s: Option<f64>,
    /// Arithmetic mean.
    pub mean_s: Option<f64>,
    /// Longest.
    pub max_s: Option<f64>,
    /// Standard deviation, population form.
    pub stddev_s: Option<f64>,
    /// 50th percentile.
    pub p50_s: Option<f64>,
    /// 75th percentile.
    pub p75_s: Option<f64>,
    /// 90th percentile.
    pub p90_s: Option<f64>,
    /// 95th percentile.
    pub p95_s: Option<f64>,
    /// 99th percentile.
    pub p99_s: Option<f64>,
    /// 99.9th percentile.
    pub p999_s: Option<f64>,
}

/// One second of the measured phase.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SecondRecord {
    /// Seconds since the measurement began: 0, 1, 2 …
    pub second: u64,
    /// Requests whose intended start lies in this second.
    pub sent: u64,
    /// Of those that ended in this second: ok.
    pub ok: u64,
    /// Of those that ended in this second: not ok.
    pub failed: u64,
    /// Open at the end of this second.
    pub in_flight: u64,
    /// Of the response times of the requests that ended in this second.
    pub mean_s: Option<f64>,
    /// As above.
    pub p50_s: Option<f64>,
    /// As above.
    pub p95_s: Option<f64>,
    /// As above.
    pub p99_s: Option<f64>,
    /// As above.
    pub max_s: Option<f64>,
}
