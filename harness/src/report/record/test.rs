//! One test of the record.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::figures::{EndpointRecord, FiguresRecord, RequestsRecord, SecondRecord};
use super::server::ServerRecord;

/// One test, judged.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TestRecord {
    /// The package it belongs to.
    #[serde(default)]
    pub package: String,
    /// `agent::health`, `agent::mixed::users_500`.
    pub name: String,
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

/// How a test ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the outcomes are documented where they are defined")]
pub enum OutcomeName {
    Passed,
    Failed,
    Invalid,
    Errored,
    Ignored,
    Interrupted,
}

/// A closed workload.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct WorkloadRecord {
    /// `closed`: each user starts its next iteration when the one before has ended.
    pub model: String,
    /// Virtual users.
    pub users: u64,
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
}

/// One threshold, held against the figures.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ThresholdRecord {
    /// As written: `p95("GET /config") < 800ms`.
    pub text: String,
    /// `p95`
    pub metric: String,
    /// The endpoint it is about; `null` for the whole test.
    #[serde(default)]
    pub endpoint: Option<String>,
    /// In the base unit of the metric: seconds, a share of 1, events each second, a count.
    pub limit: f64,
    /// What was measured, in the same unit; `null` when there was no data, which never holds.
    pub actual: Option<f64>,
    /// How many samples the figure rests on.
    pub samples: u64,
    /// True if it holds.
    pub holds: bool,
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
    /// Failures that were the generator's own, by cause.
    pub own_errors: BTreeMap<String, u64>,
    /// Values that did not fit the histogram.
    pub clipped: u64,
    /// `|K − X(R̄+Z)| ÷ K`
    pub closed_law_gap: Option<f64>,
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
