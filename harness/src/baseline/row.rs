//! One row: what a test came to when it last passed, and on what.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

use crate::kind::Kind;
use crate::measure::{Measured, Summary, TimeSummary};
use crate::outcome::{Environment, TestId, TestReport, build_name, figure, offered, timestamp};

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
    /// What it was measured on.
    pub machine: Machine,
    /// `2026-11-20`
    pub date: String,
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

/// The machine and the build.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Machine {
    /// `AMD EPYC 7B13`
    pub cpu_model: Option<String>,
    /// Logical processors.
    pub cores: Option<usize>,
    /// `linux`
    pub os: String,
    /// `optimised`, or `opt-level s` for a build for size: no unoptimised build is ever kept.
    pub build: String,
}

impl Row {
    /// The row of a test that offered load; `None` for one that did not.
    pub(super) fn of(test: &TestReport, environment: &Environment, finished: SystemTime) -> Option<Row> {
        let (measured, workload) = (test.measured.as_ref()?, test.workload.as_ref()?);
        let judged = if test.kind == Kind::Benchmark { &measured.iteration } else { &measured.total };
        let users = workload.users() as u64;
        Some(Row {
            id: test.id.clone(),
            kind: test.kind.to_string(),
            load: RowLoad {
                users,
                rate_per_s: offered::rate_per_s(workload).and_then(rounded),
                requests: requests(measured).requests.intended,
                success_rate: requests(measured).requests.success_rate().and_then(rounded_rate),
                throughput_per_s: judged.throughput_per_s.and_then(rounded),
                capacity_users: is_case_of_users(&test.id.name, users).then_some(users),
                capacity_per_s: measured.capacity_per_s.and_then(rounded),
            },
            times: RowTimes::of(&judged.response_time),
            machine: Machine::of(environment),
            date: timestamp::date(finished),
            commit: commit(environment),
        })
    }

    /// True if `other` says the same of the same machine, whenever and at whatever commit it was measured.
    pub(super) fn same_figures(&self, other: &Row) -> bool {
        let dated = Row { date: self.date.clone(), commit: self.commit.clone(), ..other.clone() };
        *self == dated
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

impl Machine {
    fn of(environment: &Environment) -> Machine {
        Machine {
            cpu_model: environment.cpu_model.clone(),
            cores: environment.cores,
            os: environment.os.clone(),
            build: build_name(environment.optimised, &environment.crates),
        }
    }
}

/// The requests, or the iterations of a test that sends none.
fn requests(measured: &Measured) -> &Summary {
    if measured.total.requests.intended > 0 { &measured.total } else { &measured.iteration }
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

fn rounded(value: f64) -> Option<f64> {
    value.is_finite().then(|| figure::round_to(value, DIGITS))
}

/// To a hundredth of a percent; only what is whole is kept as whole.
fn rounded_rate(share: f64) -> Option<f64> {
    let rounded = (share * 10_000.0).round() / 10_000.0;
    share.is_finite().then(|| if share < 1.0 { rounded.min(0.9999) } else { rounded })
}
