//! Everything one run of one test produced, ready to be judged and told.

use std::time::Duration;

use super::counts::Counts;
use super::health::GeneratorHealth;
use super::limits::Exceedances;
use super::server::ServerFigures;
use super::slices::TimeSlice;
use super::slowest::SlowRequest;
use super::spike::SpikeFigures;
use super::stage::StageSummary;
use super::summary::Summary;

/// Everything one run of one test produced.
#[derive(Debug, Clone, Default)]
pub struct Measured {
    /// All requests of the measured phase; with stages, those of the steady ones.
    pub total: Summary,
    /// The iterations of the author's function (`iteration`).
    pub iteration: Summary,
    /// One for each endpoint, sorted by name.
    pub endpoints: Vec<Summary>,
    /// Requests outside the measured phase (user set-up, ramp-up, warm-up): shown, judged by nothing.
    pub outside: Counts,
    /// From the first intended start to the last end of the measured phase, and never less than its planned length:
    /// a second in which every user thought is a second without an answer.
    pub span: Duration,
    /// One for each second of the measured phase.
    pub timeline: Vec<TimeSlice>,
    /// One for each stage of a staged workload, in order; `total` and `endpoints` hold the steady ones together.
    pub stages: Vec<StageSummary>,
    /// What a stage named `spike` did to the response times; `None` without one.
    pub spike: Option<SpikeFigures>,
    /// What went beyond the time limits that were known before the run, in the order in which they were given.
    pub exceedances: Vec<Exceedances>,
    /// What the arrival rate came to at which the thresholds still held; only a search for capacity knows it.
    pub capacity_per_s: Option<f64>,
    /// How the generator itself fared.
    pub generator: GeneratorHealth,
    /// What each server used, in the order of the test's fixtures; the session adds it, the engine knows no server.
    pub servers: Vec<ServerFigures>,
    /// Why the load stopped.
    pub ended: Ended,
    /// The five slowest requests, slowest first.
    pub slowest: Vec<SlowRequest>,
    /// For benchmarks: how precise the mean is.
    pub precision: Option<Precision>,
    /// What went wrong when users took their leave: told after the verdict, never part of it.
    pub leave_errors: Vec<String>,
}

/// Why the load stopped.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Ended {
    /// The plan was carried out.
    #[default]
    AsPlanned,
    /// Somebody pulled the stop: a server died, or the run was interrupted. The text says what.
    Stopped(String),
    /// No answer of any kind for three times the timeout, so the rest was not sent.
    NoAnswer(Duration),
    /// The plan was carried out, but for so long before its end nothing that was sent was answered, nor ever after.
    FellSilent(Duration),
    /// A user could not be set up, or the author's function panicked: the text says which and why.
    Broken(String),
}

/// How precisely a benchmark knows its mean.
#[derive(Debug, Clone, Copy)]
pub struct Precision {
    /// Half the width of the 95 % interval of the mean, as a share of the mean.
    pub half_width: f64,
    /// The two halves of the measurement differ by more than the interval allows.
    pub drifting: bool,
    /// The warm-up ended because the times were steady, not because its time was up.
    pub steady: bool,
    /// How long the warm-up took.
    pub warmup: Duration,
}
