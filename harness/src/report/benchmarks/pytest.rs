//! The benchmarks of a run in the JSON of pytest-benchmark: its names, its units (seconds), its definitions.

use serde::Serialize;

use super::spread::{Spread, sample_deviation_s};
use super::tracked;
use crate::kind::Kind;
use crate::measure::{Counts, Measured, TimeSummary, json as figures};
use crate::metric::Percentile;
use crate::outcome::timestamp::rfc3339;
use crate::outcome::{Environment, Outcome, RunReport, TestReport, ThresholdVerdict};

#[derive(Serialize)]
struct BenchmarkFile<'a> {
    machine_info: MachineInfo<'a>,
    commit_info: Commit<'a>,
    benchmarks: Vec<BenchmarkEntry<'a>>,
    datetime: String,
    /// There the version of pytest-benchmark, here of the harness.
    version: &'a str,
}

#[derive(Serialize)]
struct MachineInfo<'a> {
    system: &'a str,
    release: Option<&'a str>,
    processor: Option<&'a str>,
    cpu: Cpu<'a>,
    memory_bytes: Option<u64>,
    rustc: Option<&'a str>,
    optimised: bool,
}

#[derive(Serialize)]
struct Cpu<'a> {
    brand_raw: Option<&'a str>,
    count: Option<usize>,
}

/// What is not recorded, such as the branch, is `null`.
#[derive(Serialize)]
struct Commit<'a> {
    id: Option<&'a str>,
    time: Option<&'a str>,
    author_time: Option<&'a str>,
    dirty: Option<bool>,
    project: Option<&'a str>,
    branch: Option<&'a str>,
}

#[derive(Serialize)]
struct BenchmarkEntry<'a> {
    group: Option<&'a str>,
    name: &'a str,
    fullname: String,
    params: Option<()>,
    param: Option<()>,
    extra_info: ExtraInfo<'a>,
    options: NoOptions,
    stats: Stats,
}

#[derive(Serialize)]
struct NoOptions {}

#[derive(Serialize)]
struct ExtraInfo<'a> {
    outcome: Outcome,
    /// Half the width of the 95 % interval of the mean, as a share of the mean.
    #[serde(serialize_with = "figures::figure")]
    mean_half_width: Option<f64>,
    requests: &'a Counts,
    thresholds: Vec<Limit>,
    warnings: &'a [String],
}

#[derive(Serialize)]
struct Limit {
    text: String,
    #[serde(serialize_with = "figures::figure")]
    actual: Option<f64>,
    holds: bool,
}

#[derive(Serialize)]
struct Stats {
    #[serde(serialize_with = "figures::figure")]
    min: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    max: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    mean: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    stddev: Option<f64>,
    rounds: u64,
    #[serde(serialize_with = "figures::figure")]
    median: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    iqr: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    q1: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    q3: Option<f64>,
    iqr_outliers: Option<u64>,
    stddev_outliers: Option<u64>,
    outliers: Option<String>,
    #[serde(serialize_with = "figures::figure")]
    ld15iqr: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    hd15iqr: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    ops: Option<f64>,
    #[serde(serialize_with = "figures::figure")]
    total: Option<f64>,
    iterations: u64,
}

/// The file, with a newline at the end.
pub(crate) fn benchmark_json(run: &RunReport) -> String {
    let benchmarks = tracked::tests(run).filter(|(test, _)| test.kind == Kind::Benchmark);
    let file = BenchmarkFile {
        machine_info: machine(&run.environment),
        commit_info: commit(run),
        benchmarks: benchmarks.map(|(test, measured)| benchmark(test, measured)).collect(),
        // As Python writes a time in UTC.
        datetime: rfc3339(run.started).replace('Z', "+00:00"),
        version: &run.environment.version,
    };
    let text = serde_json::to_string_pretty(&file).expect("strings, numbers and options always serialise");
    format!("{text}\n")
}

fn machine(environment: &Environment) -> MachineInfo<'_> {
    let cpu_model = environment.cpu_model.as_deref();
    MachineInfo {
        system: &environment.os,
        release: environment.kernel.as_deref(),
        processor: cpu_model,
        cpu: Cpu { brand_raw: cpu_model, count: environment.cores },
        memory_bytes: environment.memory_bytes,
        rustc: environment.rustc.as_deref(),
        optimised: environment.optimised,
    }
}

fn commit(run: &RunReport) -> Commit<'_> {
    Commit {
        id: run.environment.git_commit.as_deref(),
        time: None,
        author_time: None,
        dirty: run.environment.git_dirty,
        project: run.tests.first().map(|test| test.id.package.as_str()),
        branch: None,
    }
}

fn benchmark<'a>(test: &'a TestReport, measured: &'a Measured) -> BenchmarkEntry<'a> {
    let thresholds = test.thresholds.iter();
    let limit = |verdict: &ThresholdVerdict| Limit {
        text: verdict.threshold.to_string(),
        actual: verdict.actual,
        holds: verdict.holds,
    };
    BenchmarkEntry {
        group: test.id.name.rsplit_once("::").map(|(module, _)| module),
        name: &test.id.name,
        fullname: tracked::full_name(test),
        params: None,
        param: None,
        extra_info: ExtraInfo {
            outcome: test.outcome,
            mean_half_width: measured.precision.map(|precision| precision.half_width),
            requests: &measured.total.requests,
            thresholds: thresholds.map(limit).collect(),
            warnings: &test.warnings,
        },
        options: NoOptions {},
        stats: stats(&measured.iteration.response_time),
    }
}

fn stats(times: &TimeSummary) -> Stats {
    let spread = Spread::of(times);
    let outliers = spread.map(|spread| format!("{};{}", spread.beyond_deviation, spread.beyond_quartiles));
    Stats {
        min: times.min_s,
        max: times.max_s,
        mean: times.mean_s,
        stddev: sample_deviation_s(times),
        rounds: times.samples,
        median: Percentile::new(50.0).and_then(|median| times.percentile_s(median)),
        iqr: spread.map(|spread| spread.q3_s - spread.q1_s),
        q1: spread.map(|spread| spread.q1_s),
        q3: spread.map(|spread| spread.q3_s),
        iqr_outliers: spread.map(|spread| spread.beyond_quartiles),
        stddev_outliers: spread.map(|spread| spread.beyond_deviation),
        outliers,
        ld15iqr: spread.map(|spread| spread.lowest_s),
        hd15iqr: spread.map(|spread| spread.highest_s),
        ops: times.mean_s.filter(|mean_s| *mean_s > 0.0).map(|mean_s| 1.0 / mean_s),
        total: times.mean_s.map(|mean_s| mean_s * times.samples as f64),
        iterations: 1,
    }
}
