//! A test of each outcome.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::{Duration, UNIX_EPOCH};

use crate::kind::Kind;
use crate::measure::{
    Counts, Ended, GeneratorHealth, Measured, Phases, Precision, ServerFigures, ServerSample, SlowRequest,
    StageSummary, StageTimes, StatusCount, Summary, TimeSlice, TimeSummary,
};
use crate::outcome::{BuiltCrate, Environment, Outcome, RunReport, ServerReport, TestId, TestReport, judge};
use crate::threshold::Threshold;
use crate::workload::{
    Arrivals, Connections, HttpOptions, LoadModel, Mix, Overflow, RunLength, Spacing, Stage, Users, Warmup, Workload,
};

/// A run with a test of every outcome.
pub(crate) fn run() -> RunReport {
    RunReport {
        id: "20261120-185544-4711".to_owned(),
        started: UNIX_EPOCH + Duration::from_millis(1_795_200_944_000),
        finished: UNIX_EPOCH + Duration::from_millis(1_795_201_037_250),
        environment: environment(),
        interrupted: None,
        viewers_peak: None,
        tests: vec![
            passed(),
            case(200),
            failed(),
            invalid(),
            errored(),
            benchmark("agent::config", 80),
            slow_benchmark(),
            ignored(),
        ],
    }
}

pub(crate) fn environment() -> Environment {
    Environment {
        os: "linux".to_owned(),
        kernel: Some("6.18.44".to_owned()),
        cpu_model: Some("AMD EPYC 7B13".to_owned()),
        cores: Some(2),
        memory_bytes: Some(8 << 30),
        cpu_quota: Some("none".to_owned()),
        features: Some("none".to_owned()),
        optimised: true,
        crates: vec![BuiltCrate {
            name: "shop".to_owned(),
            opt_level: Some("3".to_owned()),
            set_in: "profile.test".to_owned(),
        }],
        rustc: Some("rustc 1.95.0".to_owned()),
        version: "0.1.0".to_owned(),
        git_commit: Some("b2cb837f00d5b2cb837f00d5b2cb837f00d5b2cb".to_owned()),
        git_dirty: Some(false),
    }
}

/// A load test within its limits.
pub(crate) fn passed() -> TestReport {
    let measured = measured("GET /health", 5_000, 0, 0);
    judged("agent::health", Kind::Load, measured, &["success_rate >= 100%", "mean < 1s", "p95 < 800ms"])
}

/// A case of a number of users, within its limits.
pub(crate) fn case(users: usize) -> TestReport {
    let name = format!("agent::capacity::users_{users}");
    let mut test = judged(&name, Kind::Load, measured("GET /health", 4_000, 9, 0), &["success_rate > 95%"]);
    test.workload = Some(Workload { model: LoadModel::Closed(Users::at_once(users)), ..workload() });
    test
}

/// A load test that breached two of its limits.
pub(crate) fn failed() -> TestReport {
    let thresholds = ["success_rate >= 99%", "mean < 1s", "p95(\"GET /workflows\") < 300ms", "failed <= 10"];
    let mut test = judged("agent::workflows", Kind::Load, measured("GET /workflows", 4_900, 75, 25), &thresholds);
    test.after.push("tear-down of `catalogue`: delete refused (status 500)".to_owned());
    test
}

/// An open test that breached a limit by little, with a ramp before its one steady stage.
pub(crate) fn open() -> TestReport {
    let mut measured = measured("GET /health", 2_950, 0, 0);
    measured.generator = open_health(measured.generator);
    measured.stages = vec![stage("warm", 0.0, 300.0, 0.0, 400), stage("peak", 300.0, 300.0, 10.0, 2_950)];
    let thresholds = ["p95 < 280ms", "mean < 1s", "p95(\"stage peak\") < 200ms"];
    let mut test = judged("agent::open", Kind::Load, measured, &thresholds);
    test.thresholds[0].interval = Some((0.2713, 0.2894));
    test.thresholds[0].borderline = true;
    test.thresholds[1].interval = Some((0.1389, 0.1567));
    test.workload = Some(open_workload(vec![(0.0, 300.0), (300.0, 300.0)]));
    test
}

fn open_health(health: GeneratorHealth) -> GeneratorHealth {
    GeneratorHealth {
        planned: Some(3_000),
        sent: Some(2_950),
        shed: Some(40),
        left_waiting: Some(10),
        pacer_lag: Some(TimeSummary::of((1..=400).map(Duration::from_micros))),
        pool_wait: Some(TimeSummary::of((1..=200).map(|i| Duration::from_micros(100 * i)))),
        closed_law_gap: None,
        host_cpu_share: Some(0.75),
        host_cores: Some(2),
        ..health
    }
}

pub(super) fn stage(name: &str, from: f64, to: f64, begins_s: f64, ok: u64) -> StageSummary {
    StageSummary {
        name: name.to_owned(),
        from,
        to,
        steady: from == to,
        begins_s,
        span: Duration::from_secs(10),
        total: summary("", ok, 0, 0),
        endpoints: vec![summary("GET /health", ok, 0, 0)],
        carried_over: None,
        times: StageTimes::default(),
    }
}

/// A load test with too few samples, on a generator that was held up.
pub(crate) fn invalid() -> TestReport {
    let mut measured = measured("GET /health", 120, 0, 0);
    measured.generator.hiccup_share = Some(0.021);
    measured.generator.longest_hiccup_s = Some(0.21);
    judged("agent::short", Kind::Stress, measured, &["p99 < 1s", "success_rate >= 90%"])
}

/// A load test whose server was killed.
pub(crate) fn errored() -> TestReport {
    let mut measured = measured("GET /health", 900, 30, 0);
    measured.ended = Ended::Stopped("server `agent` died: signal 9 (SIGKILL)".to_owned());
    let mut test = judged("agent::mixed", Kind::Load, measured, &["success_rate >= 99%"]);
    test.servers[0].died = Some("signal 9 (SIGKILL)".to_owned());
    test.servers[0].last_lines = vec!["listening on 127.0.0.1:40211".to_owned(), "out of memory".to_owned()];
    test
}

/// A benchmark whose iterations took `micros`, one more each round.
pub(crate) fn benchmark(name: &str, micros: u64) -> TestReport {
    let mut measured = measured("GET /config", 400, 0, 0);
    measured.iteration.response_time = TimeSummary::of((0..400).map(|i| Duration::from_micros(micros + i)));
    measured.iteration.throughput_per_s = Some(1e6 / (micros as f64 + 200.0));
    measured.precision =
        Some(Precision { half_width: 0.0183, drifting: false, steady: true, warmup: Duration::from_secs(6) });
    let mut test = judged(name, Kind::Benchmark, measured, &["mean < 50ms", "success_rate >= 100%"]);
    test.workload = Some(Workload {
        model: LoadModel::Closed(Users::at_once(1)),
        warmup: Warmup::UntilSteady,
        length: RunLength::UntilPrecise,
        ..workload()
    });
    test
}

fn slow_benchmark() -> TestReport {
    benchmark("agent::collect", 41_000)
}

/// A test that was not selected.
pub(crate) fn ignored() -> TestReport {
    TestReport { outcome: Outcome::Ignored, workload: None, ..blank("agent::sustained", Kind::Soak) }
}

pub(super) fn judged(name: &str, kind: Kind, measured: Measured, thresholds: &[&str]) -> TestReport {
    let thresholds: Vec<Threshold> =
        thresholds.iter().map(|text| text.parse().expect("a threshold of the sample's own")).collect();
    let judgement = judge(&measured, &thresholds, kind);
    TestReport {
        outcome: judgement.outcome,
        reason: judgement.reason,
        thresholds: judgement.thresholds,
        warnings: judgement.warnings,
        servers: vec![server()],
        ..blank(name, kind)
    }
    .with_figures(measured)
}

fn blank(name: &str, kind: Kind) -> TestReport {
    TestReport {
        markers: vec!["smoke".to_owned()],
        documentation: Some("The dashboard polls this from every open browser tab.".to_owned()),
        source: Some("perf-tests/tests/perf/agent.rs:12".to_owned()),
        outcome: Outcome::Passed,
        workload: Some(workload()),
        elapsed: Duration::from_millis(10_250 + 10 * name.len() as u64),
        ..TestReport::not_run(TestId::new("perf-tests", "perf", name), kind)
    }
}

pub(super) fn server() -> ServerReport {
    ServerReport {
        name: "agent".to_owned(),
        url: "http://127.0.0.1:40211".to_owned(),
        pid: Some(4711),
        died: None,
        figures: None,
        output: Some(PathBuf::from("target/proofload/runs/20261120-185544-4711/agent.log")),
        last_lines: Vec::new(),
    }
}

/// An open workload of so many stages, from one rate to another.
pub(crate) fn open_workload(rates: Vec<(f64, f64)>) -> Workload {
    let over = Duration::from_secs(10);
    let stages: Vec<Stage> = rates.into_iter().map(|(from, to)| Stage { name: None, from, to, over }).collect();
    let length = RunLength::Duration(over * stages.len() as u32);
    let arrivals = Arrivals { stages, max_in_flight: 800, overflow: Overflow::Queue, spacing: Spacing::Even };
    Workload {
        model: LoadModel::Open(arrivals),
        length,
        warmup: Warmup::Duration(Duration::from_secs(2)),
        ..workload()
    }
}

pub(crate) fn workload() -> Workload {
    Workload {
        model: LoadModel::Closed(Users::at_once(100)),
        warmup: Warmup::Requests(500),
        length: RunLength::Requests(5_000),
        timeout: Duration::from_secs(10),
        seed: 0,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    }
}

/// Ten seconds on one endpoint.
pub(super) fn measured(endpoint: &str, ok: u64, failed: u64, timed_out: u64) -> Measured {
    Measured {
        total: summary("", ok, failed, timed_out),
        iteration: summary("iteration", ok, failed, timed_out),
        endpoints: vec![summary(endpoint, ok, failed, timed_out)],
        outside: Counts { intended: 500, ok: 500, ..Counts::default() },
        span: Duration::from_secs(10),
        timeline: vec![slice(0, ok), TimeSlice { second: 1, ..TimeSlice::default() }],
        generator: GeneratorHealth {
            workers: 2,
            cpu_s: Some(3.21),
            closed_law_gap: Some(0.004),
            longest_hiccup_s: Some(0.0031),
            hiccup_share: Some(0.0),
            ..GeneratorHealth::default()
        },
        servers: vec![ServerFigures::of("agent", vec![server_sample(0), server_sample(10)], ok + failed + timed_out)],
        slowest: vec![SlowRequest {
            endpoint: endpoint.to_owned(),
            at_s: 3.25,
            response_time_s: 0.5,
            phases: Phases::default(),
        }],
        ..Measured::default()
    }
}

/// Half a core, and 64 MiB that grow by 1 KiB each second.
fn server_sample(second: u64) -> ServerSample {
    ServerSample {
        at_s: second as f64,
        cpu_s: Some(0.5 * second as f64),
        rss_bytes: Some((64 << 20) + second * 1024),
        anonymous_bytes: Some(48 << 20),
        threads: Some(9),
        descriptors: Some(21),
        ..ServerSample::default()
    }
}

fn slice(second: u64, ok: u64) -> TimeSlice {
    TimeSlice {
        second,
        sent: ok + 3,
        ok,
        failed: 0,
        in_flight: 3,
        mean_s: Some(0.25),
        p50_s: Some(0.2),
        p95_s: Some(0.4),
        p99_s: Some(0.45),
        max_s: Some(0.5),
    }
}

/// 200 for what is ok, and 503 for what failed.
fn statuses(ok: u64, failed: u64) -> Vec<StatusCount> {
    let count = |(status, responses)| StatusCount { status, responses, expected: 0, first_s: 0.0, last_s: 10.0 };
    [(200, ok), (503, failed)].into_iter().filter(|(_, responses)| *responses > 0).map(count).collect()
}

/// Times from 0.1 ms in steps of 0.1 ms; time-outs took 10 s.
pub(super) fn summary(name: &str, ok: u64, failed: u64, timed_out: u64) -> Summary {
    let in_time = (1..=ok + failed).map(|i| Duration::from_micros(100 * i));
    let late = (0..timed_out).map(|_| Duration::from_secs(10));
    let times = TimeSummary::of(in_time.clone().chain(late));
    let failures = BTreeMap::from([("status 503".to_owned(), failed), ("timed out".to_owned(), timed_out)]);
    Summary {
        name: name.to_owned(),
        requests: Counts { intended: ok + failed + timed_out, ok, failed, timed_out, ..Counts::default() },
        failures: failures.into_iter().filter(|(_, count)| *count > 0).collect(),
        service_time: times.clone().unrecorded(),
        response_time: times,
        ok_response_time: TimeSummary::of(in_time.take(ok as usize)).unrecorded(),
        throughput_per_s: Some(ok as f64 / 10.0),
        success_rate: Some(ok as f64 / (ok + failed + timed_out) as f64),
        bytes_sent: 100 * ok,
        bytes_received: 2_000 * ok,
        statuses: statuses(ok, failed),
        ..Summary::default()
    }
}
