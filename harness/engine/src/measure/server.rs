//! The resources that a server under test used: [`ServerFigures`]. The samples are read elsewhere and passed in.

use serde::{Deserialize, Serialize};

use super::json;
use crate::statistics::Trend;

/// What one server used while the load was measured, over its whole process tree.
///
/// A figure is absent if the system does not provide it. None is available for a server that was not started here.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServerFigures {
    /// The server's name.
    #[serde(skip)]
    pub name: String,
    /// From the first sample to the last. The shares below are shares of this span.
    #[serde(serialize_with = "json::figure")]
    pub span_s: Option<f64>,
    /// CPU time, user and system, of the measured span.
    #[serde(serialize_with = "json::figure")]
    pub cpu_s: Option<f64>,
    /// The same as a share of one core: 1.5 is one core and a half.
    #[serde(serialize_with = "json::figure")]
    pub cpu_share: Option<f64>,
    /// CPU time ÷ requests that ended.
    #[serde(serialize_with = "json::figure")]
    pub cpu_per_request_s: Option<f64>,
    /// The highest resident memory. A page that two processes of the tree share counts twice.
    pub rss_max_bytes: Option<u64>,
    /// Resident memory at the end.
    pub rss_last_bytes: Option<u64>,
    /// The growth of resident memory each second (Theil–Sen over all samples).
    #[serde(serialize_with = "json::figure")]
    pub rss_growth_bytes_per_s: Option<f64>,
    /// The highest anonymous memory: heap and stacks, including what was swapped out.
    pub anonymous_max_bytes: Option<u64>,
    /// Anonymous memory at the end.
    pub anonymous_last_bytes: Option<u64>,
    /// The highest number of threads.
    pub threads_max: Option<u64>,
    /// The highest number of open descriptors.
    pub descriptors_max: Option<u64>,
    /// Read from disks; reads from the page cache are not counted.
    pub disk_read_bytes: Option<u64>,
    /// Written to disks.
    pub disk_written_bytes: Option<u64>,
    /// Received over the network; known only for a server in its own network namespace.
    pub network_received_bytes: Option<u64>,
    /// Sent over the network; as above.
    pub network_sent_bytes: Option<u64>,
    /// One for each second of the measured phase, and one at its end.
    pub samples: Vec<ServerSample>,
}

/// The state of a server's process tree at one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct ServerSample {
    /// Seconds since the measurement began.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub at_s: f64,
    /// CPU time since the measurement began.
    #[serde(serialize_with = "json::figure")]
    pub cpu_s: Option<f64>,
    /// Resident memory.
    pub rss_bytes: Option<u64>,
    /// Anonymous memory.
    pub anonymous_bytes: Option<u64>,
    /// Threads.
    pub threads: Option<u64>,
    /// Open descriptors.
    pub descriptors: Option<u64>,
    /// Read from disks since the measurement began.
    pub disk_read_bytes: Option<u64>,
    /// Written to disks since the measurement began.
    pub disk_written_bytes: Option<u64>,
    /// Received over the network since the measurement began.
    pub network_received_bytes: Option<u64>,
    /// Sent over the network since the measurement began.
    pub network_sent_bytes: Option<u64>,
}

impl ServerFigures {
    /// The figures of `samples`, during which `ended_requests` ended.
    pub fn of(name: &str, samples: Vec<ServerSample>, ended_requests: u64) -> ServerFigures {
        let last = samples.last().copied().unwrap_or_default();
        // Usage is the difference of two samples. The first is taken a little after the start.
        let span_s = Some(last.at_s).filter(|span_s| samples.len() > 1 && *span_s > 0.0);
        let cpu_s = last.cpu_s.filter(|_| span_s.is_some());
        let used = |bytes: Option<u64>| bytes.filter(|_| span_s.is_some());
        let most = |of: fn(&ServerSample) -> Option<u64>| samples.iter().filter_map(of).max();
        ServerFigures {
            name: name.to_owned(),
            span_s,
            cpu_s,
            cpu_share: cpu_s.zip(span_s).map(|(cpu_s, span_s)| cpu_s / span_s),
            cpu_per_request_s: cpu_s.filter(|_| ended_requests > 0).map(|cpu_s| cpu_s / ended_requests as f64),
            rss_max_bytes: most(|sample| sample.rss_bytes),
            rss_last_bytes: last.rss_bytes,
            rss_growth_bytes_per_s: growth(&samples),
            anonymous_max_bytes: most(|sample| sample.anonymous_bytes),
            anonymous_last_bytes: last.anonymous_bytes,
            threads_max: most(|sample| sample.threads),
            descriptors_max: most(|sample| sample.descriptors),
            disk_read_bytes: used(last.disk_read_bytes),
            disk_written_bytes: used(last.disk_written_bytes),
            network_received_bytes: used(last.network_received_bytes),
            network_sent_bytes: used(last.network_sent_bytes),
            samples,
        }
    }
}

fn growth(samples: &[ServerSample]) -> Option<f64> {
    let points: Vec<(f64, f64)> =
        samples.iter().filter_map(|sample| Some((sample.at_s, sample.rss_bytes? as f64))).collect();
    Trend::of(&points).map(|trend| trend.slope)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(second: u64) -> ServerSample {
        ServerSample {
            at_s: second as f64,
            cpu_s: Some(0.5 * second as f64),
            rss_bytes: Some(1_000 + 100 * second),
            anonymous_bytes: Some(700 - second),
            threads: Some(4 + second % 2),
            ..ServerSample::default()
        }
    }

    #[test]
    fn shares_are_of_the_span_and_maxima_of_all_samples() {
        let figures = ServerFigures::of("agent", (0..=10).map(sample).collect(), 1_000);
        // 5 s of CPU in 10 s, over a thousand requests.
        assert_eq!((figures.cpu_s, figures.cpu_share, figures.cpu_per_request_s), (Some(5.0), Some(0.5), Some(0.005)));
        assert_eq!((figures.rss_max_bytes, figures.rss_last_bytes), (Some(2_000), Some(2_000)));
        assert_eq!((figures.anonymous_max_bytes, figures.anonymous_last_bytes), (Some(700), Some(690)));
        assert_eq!((figures.rss_growth_bytes_per_s, figures.threads_max), (Some(100.0), Some(5)));
    }

    #[test]
    fn what_was_not_offered_is_absent_and_not_zero() {
        let figures = ServerFigures::of("agent", (0..=10).map(sample).collect(), 0);
        assert_eq!((figures.cpu_per_request_s, figures.disk_read_bytes, figures.descriptors_max), (None, None, None));
        let nothing = ServerFigures::of("attached", Vec::new(), 100);
        assert_eq!(nothing, ServerFigures { name: "attached".to_owned(), ..ServerFigures::default() });
    }

    #[test]
    fn a_single_sample_gives_no_cpu_time() {
        // The first sample is never at the very start.
        let only = ServerSample { at_s: 3.8e-8, disk_read_bytes: Some(0), ..sample(0) };
        let figures = ServerFigures::of("agent", vec![only], 100);
        assert_eq!((figures.cpu_s, figures.cpu_share, figures.rss_last_bytes), (None, None, Some(1_000)));
        assert_eq!((figures.span_s, figures.cpu_per_request_s, figures.disk_read_bytes), (None, None, None));
    }
}
