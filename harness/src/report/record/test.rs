//! One test of the record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::{EndpointRecord, FiguresRecord, RequestsRecord, SecondRecord, TimesRecord};
use super::probe::{OutcomeName, ProbeRecord};
use super::search::{CalibrationRecord, SearchRecord};
use super::server::ServerRecord;
use crate::outcome::TestId;

/// One test, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestRecord {
    /// Which test: the fields `package`, `target` and `name`.
    #[serde(flatten)]
    pub id: TestId,
    /// What it asks.
    pub kind: KindName,
    /// Its markers besides the kind.
    pub markers: Vec<String>,
    /// How it ended.
    pub outcome: OutcomeName,
    /// Why, in a sentence; `null` if it passed.
    pub reason: Option<String>,
    /// What load was offered; `null` if it did not run.
    pub workload: Option<WorkloadRecord>,
    /// From the first fixture to the last request.
    pub elapsed_s: f64,
    /// All requests; `null` if no load was offered.
    pub totals: Option<FiguresRecord>,
    /// The iterations of the author's function.
    #[serde(default)]
    pub iteration: Option<FiguresRecord>,
    /// Sorted by name.
    pub endpoints: Vec<EndpointRecord>,
    /// In the order of declaration; the kind's default last.
    pub thresholds: Vec<ThresholdRecord>,
    /// One for each second of the measured phase.
    pub timeline: Vec<SecondRecord>,
    /// How the generator itself fared; `null` if no load was offered.
    pub generator: Option<GeneratorRecord>,
    /// The servers it used.
    pub servers: Vec<ServerRecord>,
    /// Requests outside the measured phase: user set-up, ramp-up, warm-up.
    #[serde(default)]
    pub outside: Option<RequestsRecord>,
    /// From the first intended start to the last end of the measured phase.
    #[serde(default)]
    pub span_s: Option<f64>,
    /// The slowest requests, slowest first.
    #[serde(default)]
    pub slowest: Vec<SlowRecord>,
    /// One for each stage of a staged workload, ramps included.
    #[serde(default)]
    pub stages: Vec<StageRecord>,
    /// What a stage named `spike` did; `null` without one.
    #[serde(default)]
    pub spike: Option<SpikeRecord>,
    /// What a search for capacity found.
    #[serde(default)]
    pub capacity_per_s: Option<f64>,
    /// How a search for capacity ended; `null` for a test that is none.
    #[serde(default)]
    pub search: Option<SearchRecord>,
    /// Every level of a sweep, or every probe of a search for capacity.
    #[serde(default)]
    pub probes: Vec<ProbeRecord>,
    /// The capacity of which the test's rate is a share; `null` for any other rate.
    #[serde(default)]
    pub calibration: Option<CalibrationRecord>,
    /// For benchmarks: how precise the mean is.
    #[serde(default)]
    pub precision: Option<PrecisionRecord>,
    /// What a reader should know although the verdict stands.
    #[serde(default)]
    pub warnings: Vec<String>,
    /// What went wrong after the verdict.
    #[serde(default)]
    pub after: Vec<String>,
}

/// What a test asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the kinds are documented where they are defined")]
pub enum KindName {
    Load,
    Benchmark,
    Stress,
    Spike,
    Soak,
    Capacity,
}

/// The load that was offered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadRecord {
    /// `closed`: each user starts its next iteration when the one before has ended (or at its pace). `open`: iterations
    /// start when the plan says, however long the ones before take.
    pub model: String,
    /// Which times thresholds judge: `service_time`, or `response_time` where a plan says when requests should start.
    /// In a closed workload without pace both are the same.
    #[serde(default)]
    pub judged_time: String,
    /// Virtual users; for an open workload the most iterations at once.
    pub users: u64,
    /// Open: arrivals each second of the highest steady stage.
    #[serde(default)]
    pub rate_per_s: Option<f64>,
    /// Open: the most iterations at once.
    #[serde(default)]
    pub max_in_flight: Option<u64>,
    /// Open: what happens at that cap, `queue` or `shed`.
    #[serde(default)]
    pub overflow: Option<String>,
    /// Open: how arrivals lie in time, `even` or `poisson`.
    #[serde(default)]
    pub arrivals: Option<String>,
    /// Closed: how far apart each user's iterations are due.
    #[serde(default)]
    pub pace_s: Option<f64>,
    /// How users or arrivals change over time; none for users that stay as many.
    #[serde(default)]
    pub stages: Vec<StagePlanRecord>,
    /// Time over which the users start.
    pub ramp_up_s: f64,
    /// The warm-up, if it is a number of requests.
    pub warmup_requests: Option<u64>,
    /// The warm-up, if it is a time. Both are `null` if it lasts until the times are steady.
    pub warmup_s: Option<f64>,
    /// The length, if it is a number of requests.
    pub requests: Option<u64>,
    /// The length, if it is a time. Both are `null` if it lasts until the mean is precise.
    pub duration_s: Option<f64>,
    /// How long a request may take.
    pub timeout_s: f64,
    /// Where every random choice starts.
    pub seed: u64,
    /// Who sends a request on which connection: `per_user`, `per_request` or `shared(8)`.
    #[serde(default)]
    pub connections: String,
    /// What it asks of HTTP beyond a plain request; `null` if nothing.
    #[serde(default)]
    pub http: Option<HttpRecord>,
}

/// What a test asks of HTTP beyond a plain request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct HttpRecord {
    /// HTTP/2 and nothing else.
    pub http2: bool,
    /// How many redirects are followed, one after the other.
    pub redirects: u64,
    /// Each user sends back the cookies that it was given.
    pub cookies: bool,
    /// Every request goes through it.
    pub proxy: Option<String>,
    /// The file with the certificates that are trusted.
    pub ca: Option<String>,
    /// Servers must prove who they are.
    pub verify_tls: bool,
}

/// One stage of the plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StagePlanRecord {
    /// Its name, if it has one.
    pub name: Option<String>,
    /// Users, or arrivals each second, at its start.
    pub from: f64,
    /// The same at its end.
    pub to: f64,
    /// How long it takes.
    pub over_s: f64,
}

/// One stage, measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct StageRecord {
    /// Its name, or `1`, `2` … in order.
    pub name: String,
    /// Users, or arrivals each second, at its start.
    pub from: f64,
    /// The same at its end.
    pub to: f64,
    /// True if the level stays: `totals` and `endpoints` of the test hold such stages together.
    pub steady: bool,
    /// When it began, in seconds since the measurement began.
    pub begins_s: f64,
    /// How long it lasted.
    pub span_s: f64,
    /// All requests whose intended start lies in it.
    pub totals: FiguresRecord,
    /// The same by endpoint.
    pub endpoints: Vec<EndpointRecord>,
}

/// What a surge did to the response times.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SpikeRecord {
    /// Mean of the medians before it.
    pub before_s: Option<f64>,
    /// The upper end of the band within which the median counts as recovered.
    pub band_s: Option<f64>,
    /// From its end until the median was within the band for a second; `null` if it had not when the measurement ended.
    pub recovery_s: Option<f64>,
}

/// One threshold, held against the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdRecord {
    /// As written: `p95("GET /config") < 800ms`.
    pub text: String,
    /// `p95`
    pub metric: String,
    /// The endpoint it is about; `null` for the whole test or a whole stage.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// The stage it is about; `null` for the whole test or an endpoint.
    #[serde(default)]
    pub stage: Option<String>,
    /// In the base unit of the metric: seconds, a share of 1, events each second, a count.
    pub limit: f64,
    /// What was measured, in the same unit; `null` when there was no data, which never holds.
    pub actual: Option<f64>,
    /// The 95 % interval of a mean, a percentile or a success rate, from its lower to its upper end; `null` where it is not known.
    #[serde(default)]
    pub interval: Option<[f64; 2]>,
    /// How many samples the figure rests on.
    pub samples: u64,
    /// True if it holds.
    pub holds: bool,
    /// The limit lies inside the interval: another measurement might decide otherwise.
    #[serde(default)]
    pub borderline: bool,
    /// What a breach does.
    pub severity: Severity,
    /// Why the figure cannot be relied on.
    #[serde(default)]
    pub doubt: Option<String>,
}

/// What the breach of a threshold does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The test fails.
    Error,
}

/// How the generator itself fared. A probe that the system does not offer is `null`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct GeneratorRecord {
    /// Worker threads.
    pub workers: usize,
    /// The transports that requests went over: `http/1.1 (own)`, `http/1.1 (reqwest)`, `http/2 (reqwest)`.
    #[serde(default)]
    pub transports: Vec<String>,
    /// Failures that were the generator's own, by cause.
    pub own_errors: BTreeMap<String, u64>,
    /// Requests that were sent once more, because their idle connection was found closed; each is counted once.
    #[serde(default)]
    pub resent: u64,
    /// Values that did not fit the histogram.
    pub clipped: u64,
    /// `|K − X(R̄+Z)| ÷ K`
    pub closed_law_gap: Option<f64>,
    /// Open workloads: arrivals that the plan held.
    #[serde(default)]
    pub planned: Option<u64>,
    /// Open workloads: of those, the ones that were sent.
    #[serde(default)]
    pub sent: Option<u64>,
    /// Open workloads: arrivals left out at the cap.
    #[serde(default)]
    pub shed: Option<u64>,
    /// Open workloads: arrivals that still waited for a slot when the run ended.
    #[serde(default)]
    pub left_waiting: Option<u64>,
    /// Open workloads: how late arrivals started although a slot was free: the generator's fault.
    #[serde(default)]
    pub pacer_lag: Option<TimesRecord>,
    /// Open workloads: how long arrivals waited for a slot: the server's doing, and part of response time.
    #[serde(default)]
    pub pool_wait: Option<TimesRecord>,
    /// How busy the whole machine was, as a share of all its cores.
    #[serde(default)]
    pub host_cpu_share: Option<f64>,
    /// Cores of the whole machine.
    #[serde(default)]
    pub host_cores: Option<usize>,
    /// CPU of the generator's process over the measured phase.
    pub cpu_s: Option<f64>,
    /// Longest oversleep of a 10 ms sleeper.
    pub longest_hiccup_s: Option<f64>,
    /// Share of the measured phase inside hiccups over 50 ms.
    pub hiccup_share: Option<f64>,
}

/// One of the slowest requests.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct SlowRecord {
    /// Its endpoint.
    pub endpoint: String,
    /// Its intended start, since the measurement began.
    pub at_s: Option<f64>,
    /// Its response time.
    pub response_time_s: Option<f64>,
    /// Until its connection was there, from the moment it was sent; null if it had one, or the transport does not tell.
    #[serde(default)]
    pub connect_s: Option<f64>,
    /// From then until the first byte of the answer; null if none came, or the transport does not tell.
    #[serde(default)]
    pub first_byte_s: Option<f64>,
    /// From then until the last byte.
    #[serde(default)]
    pub body_s: Option<f64>,
}

/// How precisely a benchmark knows its mean.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PrecisionRecord {
    /// Half the width of the 95 % interval of the mean, as a share of the mean.
    pub half_width: Option<f64>,
    /// The two halves of the measurement differ by more than the interval allows.
    pub drifting: bool,
    /// The warm-up ended because the times were steady.
    pub steady: bool,
    /// How long the warm-up took.
    pub warmup_s: f64,
}
