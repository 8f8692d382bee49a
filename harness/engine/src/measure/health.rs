//! How the generator itself fared.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::json;
use super::time_summary::TimeSummary;

/// The lookup of the addresses of one host name. No request's service time includes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct HostLookup {
    /// The name.
    pub host: String,
    /// How long it took; `None` if it had not ended.
    #[serde(serialize_with = "json::figure")]
    pub time_s: Option<f64>,
    /// Its addresses; none if it failed or had not ended.
    pub addresses: Vec<String>,
    /// It began while load was offered: requests waited for it, and their response times include that.
    pub during_load: bool,
}

/// What the generator used of its machine up to one moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GeneratorSample {
    /// Seconds since the measurement began.
    #[serde(with = "json::number")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<f64>"))]
    pub at_s: f64,
    /// CPU time of the generator's process since the measurement began.
    #[serde(serialize_with = "json::figure")]
    pub cpu_s: Option<f64>,
    /// Its resident memory.
    pub rss_bytes: Option<u64>,
}

/// How the generator itself fared. A probe that the system does not offer is `None`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GeneratorHealth {
    /// Worker threads.
    pub workers: usize,
    /// The transports that requests went over, as reports name them: `http/1.1 (own)`. Empty if none went over any.
    #[serde(default)]
    pub transports: Vec<String>,
    /// The host names that were looked up, each once.
    #[serde(default)]
    pub lookups: Vec<HostLookup>,
    /// Failures that were the generator's own, by cause, with counts: any makes the run invalid.
    pub own_errors: BTreeMap<String, u64>,
    /// Requests that were sent once more, because the server had closed their kept connection before an answer began.
    #[serde(default)]
    pub resent: u64,
    /// Values that did not fit the histogram: any makes the run invalid.
    pub clipped: u64,
    /// `|K − X(R̄+Z)| ÷ K` for K users all through the measured phase (the interactive response-time law).
    #[serde(serialize_with = "json::figure")]
    pub closed_law_gap: Option<f64>,
    /// Open workloads: arrivals that the plan held for the measured phase.
    pub planned: Option<u64>,
    /// Open workloads: of those, the ones that were sent.
    pub sent: Option<u64>,
    /// Open workloads: arrivals left out at the cap because `overflow = shed`.
    pub shed: Option<u64>,
    /// Open workloads: arrivals that still waited for a slot when the run ended, and were never sent.
    pub left_waiting: Option<u64>,
    /// Open workloads: how late arrivals started although a slot was free. The generator's fault.
    pub pacer_lag: Option<TimeSummary>,
    /// Open workloads: how long arrivals waited for a slot. The server's doing, and part of response time.
    pub pool_wait: Option<TimeSummary>,
    /// How busy the whole machine was over the measured phase, as a share of all its cores.
    #[serde(serialize_with = "json::figure")]
    pub host_cpu_share: Option<f64>,
    /// Cores of the whole machine.
    pub host_cores: Option<usize>,
    /// Cores of the machine that this process may use, by its affinity mask.
    #[serde(default)]
    pub allowed_cores: Option<usize>,
    /// The smallest CPU quota of the control groups that this process is in, in cores; `None` without one.
    #[serde(default, serialize_with = "json::figure")]
    pub cpu_quota_cores: Option<f64>,
    /// Periods of the measured phase in which a quota was enforced; of the control group that was stopped longest.
    #[serde(default)]
    pub quota_periods: Option<u64>,
    /// Of those, the periods in which the quota was used up and the group was stopped.
    #[serde(default)]
    pub throttled_periods: Option<u64>,
    /// For how long the group was stopped, of all its processors together.
    #[serde(default, serialize_with = "json::figure")]
    pub throttled_s: Option<f64>,
    /// CPU of this process over the measured phase, user and system.
    #[serde(serialize_with = "json::figure")]
    pub cpu_s: Option<f64>,
    /// The time over which `cpu_s` was used: a little more than the span, to the end of the last worker.
    #[serde(skip)]
    pub cpu_window_s: Option<f64>,
    /// Longest oversleep of a 10 ms sleeper.
    #[serde(serialize_with = "json::figure")]
    pub longest_hiccup_s: Option<f64>,
    /// Share of the measured phase inside hiccups over 50 ms.
    #[serde(serialize_with = "json::figure")]
    pub hiccup_share: Option<f64>,
    /// The longest time for which the test's own code, or a task that it spawned, held a worker thread, from one look for answers to the
    /// next, while requests of other users waited. `None` if there was no such time.
    #[serde(default, serialize_with = "json::figure")]
    pub longest_poll_s: Option<f64>,
    /// The longest time from one look of a worker thread for answers to the next, whatever it was spent on: an answer may have
    /// been read late by this.
    #[serde(default, serialize_with = "json::figure")]
    pub longest_turn_s: Option<f64>,
    /// Share of the measured phase in which the test's own code held a worker thread for over 10 ms at a time while requests
    /// of other users waited; of the worker where it was most.
    #[serde(default, serialize_with = "json::figure")]
    pub held_share: Option<f64>,
    /// Several processes that offer the load together: how far apart they began it, at the most.
    #[serde(default, serialize_with = "json::figure")]
    pub start_skew_s: Option<f64>,
    /// What the generator used, in order of time, a few times each second at first and then each second.
    #[serde(default)]
    pub samples: Vec<GeneratorSample>,
}
