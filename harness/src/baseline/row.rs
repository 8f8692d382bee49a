//! One row: what a test came to when it last passed, and on what.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use super::evidence::{GUARD, JoinedFigure, RowEvidence};
use super::figures::{self, RelativeErrors, RunFigures};
use super::load::WorkloadFingerprint;
use super::machine::Machine;
use crate::measure::TimeSummary;
use crate::outcome::{Environment, TestId, TestReport, figure, offered, timestamp};

/// How many digits a baseline keeps: what noise leaves standing.
const DIGITS: usize = 3;

/// What a test came to when it last passed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// Which test: in the file the fields `package`, `target` and `test`.
    #[serde(flatten, with = "RowId")]
    pub id: TestId,
    /// `load`
    pub kind: String,
    /// What was asked and how it went.
    pub load: RowLoad,
    /// Response times in seconds; of the iterations for a benchmark.
    pub times: RowTimes,
    /// How much is behind the figures; nothing is known of it in a row that an older version wrote.
    #[serde(default)]
    pub evidence: RowEvidence,
    /// What it was measured on.
    pub machine: Machine,
    /// `2026-11-20`
    pub date: String,
    /// When its run ended: `2026-11-20T18:57:17.250Z`. `None` in a row that an older version wrote.
    #[serde(default)]
    pub accepted: Option<String>,
    /// The commit, with a `+` if the work tree differed from it.
    pub commit: Option<String>,
}

/// The identity of a test under the names that the file of baselines has for it.
#[derive(Serialize, Deserialize)]
#[serde(remote = "TestId")]
struct RowId {
    package: String,
    #[serde(default)]
    target: String,
    #[serde(rename = "test")]
    name: String,
}

/// What was asked of the server, and how much of it went well.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowLoad {
    /// The load as it was planned; `None` in a row that an older version wrote.
    #[serde(default)]
    pub workload: Option<WorkloadFingerprint>,
    /// Virtual users; for an open workload the most iterations at once.
    pub users: u64,
    /// Open workloads: arrivals each second of the highest steady stage.
    #[serde(default)]
    pub rate_per_s: Option<f64>,
    /// Requests of the measured phase; iterations for a benchmark without requests.
    pub requests: u64,
    /// 0 to 1.
    pub success_rate: Option<f64>,
    /// Successful requests each second.
    pub throughput_per_s: Option<f64>,
    /// The users at which the test held, for tests that are cases of a number of users.
    pub capacity_users: Option<u64>,
    /// The arrivals each second that a search for capacity found.
    #[serde(default)]
    pub capacity_per_s: Option<f64>,
}

/// Times in seconds, rounded to three digits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RowTimes {
    /// Arithmetic mean.
    pub mean_s: Option<f64>,
    /// Median.
    pub p50_s: Option<f64>,
    /// 95th percentile.
    pub p95_s: Option<f64>,
    /// 99th percentile.
    pub p99_s: Option<f64>,
    /// Longest.
    pub max_s: Option<f64>,
}

impl Row {
    /// The row of a test that offered `load`; `None` for one that did not.
    pub(super) fn of(
        test: &TestReport,
        load: Option<&WorkloadFingerprint>,
        environment: &Environment,
        finished: SystemTime,
    ) -> Option<Row> {
        let (measured, workload) = (test.measured.as_ref()?, test.workload.as_ref()?);
        let judged = figures::judged(test.kind, measured);
        let users = workload.users() as u64;
        Some(Row {
            id: test.id.clone(),
            kind: test.kind.to_string(),
            load: RowLoad {
                workload: load.cloned(),
                users,
                rate_per_s: offered::rate_per_s(workload).and_then(rounded),
                requests: figures::counted(measured).requests.intended,
                success_rate: figures::counted(measured).requests.success_rate().and_then(rounded_rate),
                throughput_per_s: judged.throughput_per_s.and_then(rounded),
                capacity_users: is_case_of_users(&test.id.name, users).then_some(users),
                capacity_per_s: measured.capacity_per_s.and_then(rounded),
            },
            times: RowTimes::of(&judged.response_time),
            evidence: RowEvidence::of(&RunFigures::of(test)?, &judged.response_time),
            machine: Machine::of(environment),
            date: timestamp::date(finished),
            accepted: Some(timestamp::rfc3339(finished)),
            commit: commit(environment),
        })
    }

    /// The same row with the figures of `earlier` runs of the same code behind it: the geometric mean of all, and how much they vary.
    #[must_use]
    pub(super) fn with_earlier(mut self, now: &RunFigures, earlier: &[RunFigures]) -> Row {
        let all: Vec<&RunFigures> = earlier.iter().chain([now]).collect();
        if earlier.is_empty() {
            return self;
        }
        let joined: [_; 4] = std::array::from_fn(|of| {
            let values: Option<Vec<f64>> = all.iter().map(|run| run.compared()[of]).collect();
            JoinedFigure::of(&values?)
        });
        let figure = |of: usize, own: Option<f64>| joined[of].and_then(|joined| rounded(joined.mean)).or(own);
        self.times.mean_s = figure(0, self.times.mean_s);
        self.times.p50_s = figure(1, self.times.p50_s);
        self.times.p95_s = figure(2, self.times.p95_s);
        self.load.throughput_per_s = figure(3, self.load.throughput_per_s);
        let errors = joined.map(|joined| rounded(joined?.relative_error));
        self.evidence = RowEvidence {
            runs: Some(all.len() as u64),
            relative_errors: RelativeErrors::from_array(errors),
            ..self.evidence
        };
        self
    }

    /// The figures of the row that are compared, in the order of [`RunFigures::compared`].
    pub(crate) fn compared(&self) -> [Option<f64>; 4] {
        [self.times.mean_s, self.times.p50_s, self.times.p95_s, self.load.throughput_per_s]
    }

    /// Runs with the mean and the spread of those behind the row: Student's t asks for no more.
    pub(crate) fn runs_behind(&self) -> Vec<RunFigures> {
        let runs = self.evidence.runs.unwrap_or(1).max(1);
        let (figures, errors) = (self.compared(), self.evidence.relative_errors.as_array());
        let behind = |place| {
            let deviation = deviation(place, runs) * (runs as f64).sqrt();
            let [mean_s, p50_s, p95_s, throughput_per_s] = std::array::from_fn(|of| {
                let factor = if runs == 1 { 1.0 } else { (errors[of]? * deviation).exp() };
                Some(figures[of]? * factor)
            });
            let success_rate = self.load.success_rate;
            let samples = self.load.requests;
            RunFigures { mean_s, p50_s, p95_s, throughput_per_s, samples, success_rate, ..RunFigures::default() }
        };
        (0..runs).map(behind).collect()
    }

    /// When the figures were accepted; the beginning of its day for a row that an older version wrote.
    pub fn accepted_at(&self) -> Option<SystemTime> {
        let beginning_of_the_day = || timestamp::parse(&format!("{}T00:00:00Z", self.date));
        self.accepted.as_deref().and_then(timestamp::parse).or_else(beginning_of_the_day)
    }

    /// True if both are of one load. An older row knows only its kind and its users.
    pub(super) fn is_of_load(&self, other: &Row) -> bool {
        match (&self.load.workload, &other.load.workload) {
            (Some(load), Some(other)) => load == other,
            _ => self.kind == other.kind && self.load.users == other.load.users,
        }
    }
}

impl RowLoad {
    /// True if the shares of requests that succeeded differ by more than one of a hundred, or the capacities by more than
    /// [`GUARD`].
    pub(super) fn holds_otherwise_than(&self, other: &RowLoad) -> bool {
        let rates = self.success_rate.zip(other.success_rate);
        let capacities = self.capacity_per_s.zip(other.capacity_per_s);
        let by_far = |(one, other): (f64, f64)| one > other * (1.0 + GUARD) || other > one * (1.0 + GUARD);
        rates.is_some_and(|(one, other)| (one - other).abs() > 0.01) || capacities.is_some_and(by_far)
    }
}

impl RowTimes {
    fn of(times: &TimeSummary) -> RowTimes {
        let percentile = |percent| figure::percentile_s(times, percent);
        RowTimes {
            mean_s: times.mean_s.and_then(rounded),
            p50_s: percentile(50.0).and_then(rounded),
            p95_s: percentile(95.0).and_then(rounded),
            p99_s: percentile(99.0).and_then(rounded),
            max_s: times.max_s.and_then(rounded),
        }
    }
}

/// One of `count` numbers whose mean is 0 and whose standard deviation is 1.
fn deviation(place: u64, count: u64) -> f64 {
    let sign = if place.is_multiple_of(2) { 1.0 } else { -1.0 };
    match count.is_multiple_of(2) {
        true => sign * ((count as f64 - 1.0) / count as f64).sqrt(),
        false if place == 0 => 0.0,
        false => sign,
    }
}

/// `agent::capacity::users_500` says itself that its number of users is the question.
fn is_case_of_users(name: &str, users: u64) -> bool {
    let case = name.rsplit("::").next().unwrap_or(name);
    let after = case.split_once(&format!("users_{users}")).map(|(_, after)| after);
    after.is_some_and(|after| !after.starts_with(|c: char| c.is_ascii_digit()))
}

fn commit(environment: &Environment) -> Option<String> {
    let short: String = environment.git_commit.as_ref()?.chars().take(10).collect();
    let dirty = if environment.git_dirty == Some(true) { "+" } else { "" };
    Some(format!("{short}{dirty}"))
}

pub(super) fn rounded(value: f64) -> Option<f64> {
    value.is_finite().then(|| figure::round_to(value, DIGITS))
}

/// To a hundredth of a percent; only what is whole is kept as whole.
fn rounded_rate(share: f64) -> Option<f64> {
    let rounded = (share * 10_000.0).round() / 10_000.0;
    share.is_finite().then(|| if share < 1.0 { rounded.min(0.9999) } else { rounded })
}
