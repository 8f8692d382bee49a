//! A server of the record, and what it used.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::number::finite;
use crate::measure::{ServerFigures, ServerSample};

/// A server that the test used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerRecord {
    /// The fixture's name.
    pub name: String,
    /// Its base address.
    pub url: String,
    /// Its process, if it was ours.
    pub pid: Option<u32>,
    /// How it died, if it did before it was asked to.
    pub died: Option<String>,
    /// Where its output is kept.
    pub output: Option<String>,
    /// What it used of its machine; `null` if no load was offered, or if it was not ours.
    #[serde(default)]
    pub figures: Option<ServerFiguresRecord>,
}

/// What a server used while the load was measured, over its process tree. What the system does not offer is `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ServerFiguresRecord {
    /// From the first sample to the last.
    pub span_s: Option<f64>,
    /// CPU time, user and system.
    pub cpu_s: Option<f64>,
    /// The same as a share of one core.
    pub cpu_share: Option<f64>,
    /// CPU time ÷ requests that ended.
    pub cpu_per_request_s: Option<f64>,
    /// The most resident memory.
    pub rss_max_bytes: Option<u64>,
    /// Resident memory at the end.
    pub rss_last_bytes: Option<u64>,
    /// What resident memory gains each second (Theil–Sen).
    pub rss_growth_bytes_per_s: Option<f64>,
    /// The most anonymous memory.
    pub anonymous_max_bytes: Option<u64>,
    /// Anonymous memory at the end.
    pub anonymous_last_bytes: Option<u64>,
    /// The most threads.
    pub threads_max: Option<u64>,
    /// The most open descriptors.
    pub descriptors_max: Option<u64>,
    /// Read from disks.
    pub disk_read_bytes: Option<u64>,
    /// Written towards disks.
    pub disk_written_bytes: Option<u64>,
    /// Received over the network, if it has a network namespace of its own.
    pub network_received_bytes: Option<u64>,
    /// Sent over the network, if it has a network namespace of its own.
    pub network_sent_bytes: Option<u64>,
    /// One for each second, and one at the end.
    pub samples: Vec<ServerSampleRecord>,
}

/// One look at a server; CPU time and bytes are those since the measurement began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
#[expect(missing_docs, reason = "as above, at one moment")]
pub struct ServerSampleRecord {
    pub at_s: Option<f64>,
    pub cpu_s: Option<f64>,
    pub rss_bytes: Option<u64>,
    pub anonymous_bytes: Option<u64>,
    pub threads: Option<u64>,
    pub descriptors: Option<u64>,
    pub disk_read_bytes: Option<u64>,
    pub disk_written_bytes: Option<u64>,
    pub network_received_bytes: Option<u64>,
    pub network_sent_bytes: Option<u64>,
}

impl From<&ServerFigures> for ServerFiguresRecord {
    fn from(figures: &ServerFigures) -> ServerFiguresRecord {
        ServerFiguresRecord {
            span_s: finite(figures.span_s),
            cpu_s: finite(figures.cpu_s),
            cpu_share: finite(figures.cpu_share),
            cpu_per_request_s: finite(figures.cpu_per_request_s),
            rss_max_bytes: figures.rss_max_bytes,
            rss_last_bytes: figures.rss_last_bytes,
            rss_growth_bytes_per_s: finite(figures.rss_growth_bytes_per_s),
            anonymous_max_bytes: figures.anonymous_max_bytes,
            anonymous_last_bytes: figures.anonymous_last_bytes,
            threads_max: figures.threads_max,
            descriptors_max: figures.descriptors_max,
            disk_read_bytes: figures.disk_read_bytes,
            disk_written_bytes: figures.disk_written_bytes,
            network_received_bytes: figures.network_received_bytes,
            network_sent_bytes: figures.network_sent_bytes,
            samples: figures.samples.iter().map(ServerSampleRecord::from).collect(),
        }
    }
}

impl From<&ServerSample> for ServerSampleRecord {
    fn from(sample: &ServerSample) -> ServerSampleRecord {
        ServerSampleRecord {
            at_s: finite(Some(sample.at_s)),
            cpu_s: finite(sample.cpu_s),
            rss_bytes: sample.rss_bytes,
            anonymous_bytes: sample.anonymous_bytes,
            threads: sample.threads,
            descriptors: sample.descriptors,
            disk_read_bytes: sample.disk_read_bytes,
            disk_written_bytes: sample.disk_written_bytes,
            network_received_bytes: sample.network_received_bytes,
            network_sent_bytes: sample.network_sent_bytes,
        }
    }
}
