//! Everything one run of one test produced, ready to be judged and told.

use std::collections::BTreeMap;
use std::time::Duration;

use super::{Exceedances, ServerFigures, SpikeFigures, Times};

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
    pub timeline: Vec<Slice>,
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
    pub slowest: Vec<Slow>,
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

/// Where every intended request ended. `intended` is the sum of the others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
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

impl Counts {
    /// `intended = ok + failed + timed out + in flight at the end + never sent`.
    pub fn is_conserved(&self) -> bool {
        self.intended == self.ok + self.failed + self.timed_out + self.in_flight_at_end + self.never_sent
    }

    /// `ok ÷ intended`; `None` when nothing was intended.
    pub fn success_rate(&self) -> Option<f64> {
        (self.intended > 0).then(|| self.ok as f64 / self.intended as f64)
    }

    /// Requests that came to an end, be it a bad one.
    pub fn ended(&self) -> u64 {
        self.ok + self.failed + self.timed_out
    }

    /// Everything that is not ok.
    pub fn not_ok(&self) -> u64 {
        self.intended - self.ok
    }
}

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
    pub response_time: Times,
    /// First byte offered → end, failed requests included.
    pub service_time: Times,
    /// Response time of the successful requests alone.
    pub ok_response_time: Times,
    /// Successful requests ÷ span; `None` when the span is empty.
    pub throughput_per_s: Option<f64>,
    /// Bytes offered.
    pub bytes_sent: u64,
    /// Bytes received.
    pub bytes_received: u64,
}

/// The figures of one stage.
#[derive(Debug, Clone, Default)]
pub struct StageSummary {
    /// Its name, or `1`, `2` … in order.
    pub name: String,
    /// Users, or arrivals each second, at its start.
    pub from: f64,
    /// The same at its end.
    pub to: f64,
    /// When it began, in seconds since the measurement began.
    pub begins_s: f64,
    /// How long it lasted.
    pub span: Duration,
    /// All requests whose intended start lies in it.
    pub total: Summary,
    /// The same by endpoint.
    pub endpoints: Vec<Summary>,
}

/// One second of the measured phase.
#[derive(Debug, Clone, Default)]
pub struct Slice {
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
    /// As above; `None` where fewer than 59 requests ended.
    pub p95_s: Option<f64>,
    /// As above; `None` where fewer than 299 requests ended.
    pub p99_s: Option<f64>,
    /// As above.
    pub max_s: Option<f64>,
}

/// One of the slowest requests.
#[derive(Debug, Clone)]
pub struct Slow {
    /// Its endpoint.
    pub endpoint: String,
    /// Its intended start, in seconds since the measurement began.
    pub at_s: f64,
    /// Its response time.
    pub response_time_s: f64,
    /// The parts of its service time, as far as the transport knows them.
    pub phases: Phases,
}

/// The parts of the time of one request, from the moment it was sent. A part that the transport does not know, or that
/// did not happen, is `None`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Phases {
    /// Until its connection was there, if one had to be opened.
    pub connect: Option<Duration>,
    /// From then until the first byte of the answer was there.
    pub first_byte: Option<Duration>,
    /// From then until the last byte was there.
    pub body: Option<Duration>,
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

/// How the generator itself fared. A probe that the system does not offer is `None`.
#[derive(Debug, Clone, Default)]
pub struct GeneratorHealth {
    /// Worker threads.
    pub workers: usize,
    /// The transports that requests went over, as reports name them: `http/1.1 (own)`. Empty if none went over any.
    pub transports: Vec<String>,
    /// Failures that were the generator's own, by cause, with counts: any makes the run invalid.
    pub own_errors: BTreeMap<String, u64>,
    /// Values that did not fit the histogram: any makes the run invalid.
    pub clipped: u64,
    /// Requests that were sent once more, because the server had closed their kept connection before an answer began.
    pub resent: u64,
    /// `|K − X(R̄+Z)| ÷ K` for K users all through the measured phase (the interactive response-time law).
    pub closed_law_gap: Option<f64>,
    /// Open workloads: arrivals that the plan held for the measured phase.
    pub planned: Option<u64>,
    /// Open workloads: of those, the ones that were sent.
    pub sent: Option<u64>,
    /// Open workloads: arrivals left out at the cap because `overflow = shed`.
    pub shed: u64,
    /// Open workloads: arrivals that still waited for a slot when the run ended, and were never sent.
    pub left_waiting: u64,
    /// Open workloads: how late arrivals started although a slot was free. The generator's fault.
    pub pacer_lag: Times,
    /// Open workloads: how long arrivals waited for a slot. The server's doing, and part of response time.
    pub pool_wait: Times,
    /// CPU of this process over the measured phase, user and system.
    pub cpu_s: Option<f64>,
    /// The time over which `cpu_s` was used: a little more than the span, to the end of the last worker.
    pub cpu_window_s: Option<f64>,
    /// How busy the whole machine was over the measured phase, as a share of all its cores.
    pub host_cpu_share: Option<f64>,
    /// Cores of the whole machine.
    pub host_cores: Option<usize>,
    /// Longest oversleep of a 10 ms sleeper.
    pub longest_hiccup_s: Option<f64>,
    /// Share of the measured phase inside hiccups over 50 ms.
    pub hiccup_share: Option<f64>,
}
