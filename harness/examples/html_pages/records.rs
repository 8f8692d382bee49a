//! Made-up records: one of every part of the report, and some that are large.

use std::time::{Duration, UNIX_EPOCH};

use proofload::__internals::workload::{Arrivals, LoadModel, Overflow, Spacing, Stage, Users};
use proofload::record::{
    CalibrationReport, ChartSlice, ChartSlices, Counts, Environment, Found, GeneratorHealth, GeneratorSample, Kind,
    LoadLevel, Measured, Outcome, Phases, ProbeRow, Purpose, RunReport, ServerFigures, ServerReport, ServerSample,
    Severity, SliceTimes, SlowRequest, SpikeFigures, StageSummary, StatusCount, Summary, TestEvent, TestId, TestReport,
    ThresholdVerdict, TimeSummary,
};

use super::load::workload;
use super::noise::noise;

/// Every record with the name of its page.
pub(crate) fn all() -> Vec<(&'static str, RunReport)> {
    vec![
        ("everything", everything()),
        ("minute", run(vec![load("shop::minute", 60.0, 10, 1.0)])),
        ("hour", run(vec![load("shop::hour", 3_600.0, 10, 1.0)])),
        ("endpoints", run(vec![load("shop::endpoints", 10.0, 10_000, 0.1)])),
    ]
}

/// A run with a test of every sort.
pub(crate) fn everything() -> RunReport {
    run(vec![load("shop::browse", 5.0, 3, 0.05), failed(), died(), staged(), sweep(), search(), ignored()])
}

pub(crate) fn run(tests: Vec<TestReport>) -> RunReport {
    RunReport {
        id: "1795673890025-16948".to_owned(),
        started: UNIX_EPOCH + Duration::from_millis(1_795_673_890_025),
        finished: UNIX_EPOCH + Duration::from_millis(1_795_673_931_725),
        interrupted: None,
        viewers_peak: None,
        environment: Environment {
            os: "linux".to_owned(),
            kernel: Some("6.18.44".to_owned()),
            cpu_model: Some("AMD EPYC 7B13".to_owned()),
            cores: Some(2),
            memory_bytes: Some(8 << 30),
            optimised: true,
            rustc: Some("rustc 1.95.0".to_owned()),
            version: "0.1.0".to_owned(),
            git_commit: Some("d1f4512517b8".to_owned()),
            ..Environment::default()
        },
        tests,
    }
}

fn times(samples: u64, scale_s: f64) -> TimeSummary {
    let of = |index| scale_s * (0.6 + 0.8 * noise(index) + 12.0 * noise(index ^ 0xabc).powi(40));
    TimeSummary::of((0..samples).map(|index| Duration::from_secs_f64(of(index))))
}

fn summary(name: &str, counts: Counts, times: &TimeSummary, span_s: f64) -> Summary {
    let status = |status, responses| StatusCount { status, responses, expected: 0, first_s: 0.01, last_s: span_s };
    let statuses = [status(200, counts.ok), status(503, counts.failed)];
    let failures = [("status 503".to_owned(), counts.failed), ("timed out".to_owned(), counts.timed_out)];
    Summary {
        name: name.to_owned(),
        requests: counts,
        failures: failures.into_iter().filter(|(_, count)| *count > 0).collect(),
        success_rate: counts.success_rate(),
        throughput_per_s: Some(counts.ok as f64 / span_s),
        response_time: times.clone(),
        ok_response_time: times.clone(),
        statuses: statuses.into_iter().filter(|status| status.responses > 0).collect(),
        ..Summary::default()
    }
}

fn slices(from_s: f64, length_s: f64, number: u64, failing: bool) -> ChartSlices {
    let slice = |index: u64| {
        let (at_s, chance) = (from_s + index as f64 * length_s, noise(index));
        let breaks = failing && index > number / 2;
        let slow = if breaks { 40.0 } else { 1.0 };
        let times = |factor: f64| SliceTimes {
            p50_s: Some(factor * slow * (0.0008 + 0.0002 * chance)),
            p95_s: Some(factor * slow * (0.0015 + 0.0007 * noise(index + 7))),
            p99_s: (!index.is_multiple_of(9)).then_some(factor * slow * (0.003 + 0.002 * noise(index + 13))),
            max_s: Some(factor * slow * (0.006 + 0.03 * noise(index + 17).powi(6))),
        };
        let ended = (length_s * (9_500.0 + 900.0 * chance)) as u64;
        let failed = if breaks { ended / 5 } else { 0 };
        ChartSlice {
            at_s,
            sent: ended,
            ok: ended - failed,
            failed,
            in_flight: (40.0 + 12.0 * noise(index + 3)) as u64,
            response_time: times(1.0),
            service_time: None,
            lag_max_s: None,
        }
    };
    ChartSlices { length_s: Some(length_s), slices: (0..number).map(slice).collect() }
}

fn server(span_s: f64) -> ServerReport {
    let samples = (0..=span_s as u64).map(|second| ServerSample {
        at_s: second as f64,
        cpu_s: Some(0.8 * second as f64),
        rss_bytes: Some((64 << 20) + second * 65_536),
        threads: Some(9),
        descriptors: Some(71),
        ..ServerSample::default()
    });
    ServerReport {
        name: "shop".to_owned(),
        url: "http://127.0.0.1:40211".to_owned(),
        pid: Some(4_711),
        died: None,
        output: None,
        figures: Some(ServerFigures::of("shop", samples.collect(), 10_000)),
        last_lines: Vec::new(),
    }
}

fn verdict(text: &str, actual: f64, samples: u64) -> ThresholdVerdict {
    let threshold: proofload::__internals::threshold::Threshold =
        text.parse().expect("a threshold of the record's own");
    ThresholdVerdict {
        arm: None,
        holds: threshold.holds(actual),
        threshold,
        actual: Some(actual),
        interval: Some((actual * 0.97, actual * 1.03)),
        samples,
        borderline: false,
        severity: Severity::Error,
        doubt: None,
    }
}

fn blank(name: &str, kind: Kind) -> TestReport {
    TestReport {
        markers: vec!["smoke".to_owned()],
        documentation: Some("Every visitor opens this page first, most of them on a phone.".to_owned()),
        source: Some("shop/tests/perf/browse.rs:12".to_owned()),
        outcome: Outcome::Passed,
        elapsed: Duration::from_secs(7),
        ..TestReport::not_run(TestId::new("shop", "perf", name), kind)
    }
}

/// A closed test that passed, of so many seconds, endpoints and slices.
pub(crate) fn load(name: &str, span_s: f64, endpoints: u64, slice_s: f64) -> TestReport {
    let number = (span_s / slice_s).round() as u64;
    let counts = Counts { intended: 50_000, ok: 50_000, ..Counts::default() };
    let all = times(50_000, 0.000_9);
    let part = |index: u64| {
        let ok = 50_000 / endpoints;
        let counts = Counts { intended: ok, ok, ..Counts::default() };
        let few = if endpoints > 100 { 5 } else { ok.min(2_000) };
        let times = times(few, 0.000_5 + 0.000_01 * (index % 97) as f64);
        summary(&format!("GET /catalogue/items/{index}"), counts, &times, span_s)
    };
    let slow = |index: u64| SlowRequest {
        endpoint: "GET /catalogue/items/1".to_owned(),
        at_s: 1.5 + index as f64 / 3.0,
        response_time_s: 0.011 - 0.001 * index as f64,
        phases: Phases {
            connect: (index == 0).then_some(Duration::from_micros(2_000)),
            first_byte: Some(Duration::from_micros(7_000 - 1_000 * index)),
            body: Some(Duration::from_micros(1_500)),
        },
    };
    let samples = (0..=span_s as u64).map(|second| GeneratorSample {
        at_s: second as f64,
        cpu_s: Some(0.45 * second as f64),
        rss_bytes: Some(30 << 20),
    });
    let measured = Measured {
        total: summary("", counts, &all, span_s),
        iteration: summary("iteration", counts, &all, span_s),
        endpoints: (0..endpoints).map(part).collect(),
        slices: slices(0.0, slice_s, number, false),
        slices_before: slices(-1.0, slice_s, (1.0 / slice_s).round() as u64, false),
        span: Duration::from_secs_f64(span_s),
        outside: Counts { intended: 900, ok: 900, ..Counts::default() },
        slowest: (0..5).map(slow).collect(),
        generator: GeneratorHealth {
            workers: 2,
            transports: vec!["http/1.1 (own)".to_owned()],
            cpu_s: Some(0.45 * span_s),
            host_cpu_share: Some(0.61),
            samples: samples.collect(),
            ..GeneratorHealth::default()
        },
        ..Measured::default()
    };
    let p95 = measured.total.response_time.p95_s.unwrap_or_default();
    TestReport {
        workload: Some(workload(LoadModel::Closed(Users::at_once(50)), span_s)),
        thresholds: vec![verdict("success_rate >= 99%", 1.0, 50_000), verdict("p95 < 5ms", p95, 50_000)],
        servers: vec![server(span_s)],
        measured: Some(measured),
        ..blank(name, Kind::Load)
    }
}

pub(crate) fn failed() -> TestReport {
    let mut test = load("shop::checkout", 10.0, 4, 0.1);
    let measured = test.measured.as_mut().expect("a load test has figures");
    let counts =
        Counts { intended: 50_000, ok: 44_950, failed: 4_900, timed_out: 120, in_flight_at_end: 20, never_sent: 10 };
    measured.total = summary("", counts, &times(50_000, 0.03), 10.0);
    measured.endpoints[1] = summary("GET /catalogue/items/1", counts, &times(9_000, 0.05), 10.0);
    measured.slices = slices(0.0, 0.1, 100, true);
    test.thresholds = vec![
        verdict("success_rate >= 99%", 0.899, 50_000),
        verdict("p95 < 30ms", 0.0412, 50_000),
        ThresholdVerdict {
            actual: None,
            interval: None,
            doubt: Some("no request hit `GET /basket`".to_owned()),
            ..verdict("p95(\"GET /basket\") < 30ms", 1.0, 0)
        },
    ];
    test.reason = Some("`success_rate >= 99%` was breached: 89.9 % (-9.1 pp), and 2 more".to_owned());
    test.outcome = Outcome::Failed;
    test.warnings = vec!["the server used 1.9 of 2 cores".to_owned()];
    test.after = vec!["tear-down of `catalogue`: delete refused (status 500)".to_owned()];
    test
}

fn died() -> TestReport {
    let mut test = load("shop::import", 4.0, 1, 0.05);
    (test.outcome, test.reason) = (Outcome::Errored, Some("server `shop` died: signal 9 (SIGKILL)".to_owned()));
    test.events = vec![TestEvent { at_s: Some(2.6), text: "server shop died".to_owned() }];
    test.servers[0].died = Some("signal 9 (SIGKILL)".to_owned());
    test.servers[0].last_lines = vec!["listening on 127.0.0.1:40211".to_owned(), "out of memory".to_owned()];
    test
}

/// An open test with stages and a spike, whose service times differ and whose generator is late.
fn staged() -> TestReport {
    let mut test = load("shop::sale", 12.0, 2, 0.1);
    let names = [("before", 300.0, 300.0), ("spike", 300.0, 900.0), ("after", 300.0, 300.0)];
    let stages =
        names.map(|(name, from, to)| Stage { name: Some(name.to_owned()), from, to, over: Duration::from_secs(4) });
    let arrivals =
        Arrivals { stages: stages.into(), max_in_flight: 800, overflow: Overflow::Queue, spacing: Spacing::Even };
    test.workload = Some(workload(LoadModel::Open(arrivals), 12.0));
    let measured = test.measured.as_mut().expect("a load test has figures");
    for (index, slice) in measured.slices.slices.iter_mut().enumerate() {
        let service =
            SliceTimes { p50_s: slice.response_time.p50_s.map(|p50_s| p50_s * 0.6), ..slice.response_time.clone() };
        slice.service_time = Some(service);
        slice.lag_max_s = Some(0.000_05 + 0.000_2 * noise(index as u64));
    }
    let stage = |(index, (name, from, to)): (usize, (&str, f64, f64))| StageSummary {
        name: name.to_owned(),
        from,
        to,
        steady: from == to,
        begins_s: 4.0 * index as f64,
        span: Duration::from_secs(4),
        total: measured.total.clone(),
        endpoints: Vec::new(),
        carried_over: None,
        times: Default::default(),
    };
    measured.stages = names.into_iter().enumerate().map(stage).collect();
    measured.spike = Some(SpikeFigures { before_s: Some(0.000_9), band_s: Some(0.001_4), recovery_s: Some(0.75) });
    measured.generator.planned = Some(6_000);
    measured.generator.sent = Some(5_990);
    measured.generator.pacer_lag = Some(times(5_990, 0.000_05));
    test.kind = Kind::Spike;
    test
}

fn probe(load: LoadLevel, throughput: f64, outcome: Outcome, purpose: Option<Purpose>) -> ProbeRow {
    ProbeRow {
        load,
        purpose,
        outcome,
        reason: (outcome != Outcome::Passed).then(|| "`p95 < 50ms` was breached: 81.0 ms (+62 %)".to_owned()),
        borderline: false,
        judged: false,
        median: false,
        requests: (throughput * 5.0) as u64,
        sent_share: matches!(load, LoadLevel::PerSecond(_)).then_some(1.0),
        success_rate: Some(1.0),
        throughput_per_s: Some(throughput),
        mean_s: Some(load.value() / throughput / 2.0),
        p95_s: Some(load.value() / throughput),
        p99_s: None,
    }
}

fn sweep() -> TestReport {
    let levels = [(1, 98.0), (2, 194.0), (5, 430.0), (10, 520.0), (20, 524.0)];
    let mut probes = levels.map(|(users, rate)| probe(LoadLevel::Users(users), rate, Outcome::Passed, None));
    probes[3].judged = true;
    TestReport { probes: probes.into(), ..load("shop::users", 5.0, 1, 0.05) }
}

fn search() -> TestReport {
    let mut test = load("shop::capacity", 5.0, 1, 0.05);
    let of = |(rate, outcome, purpose)| probe(LoadLevel::PerSecond(rate), rate, outcome, Some(purpose));
    let probes = [
        (400.0, Outcome::Passed, Purpose::Search),
        (800.0, Outcome::Failed, Purpose::Search),
        (566.0, Outcome::Invalid, Purpose::Search),
        (566.0, Outcome::Passed, Purpose::Repetition),
        (566.0, Outcome::Passed, Purpose::Validation),
    ];
    test.probes = probes.map(of).into();
    let found = Found { converged: true, capacity_per_s: Some(566.0), holds_at_per_s: Some(566.0), ..Found::default() };
    test.search = Some(found);
    test.calibration = Some(CalibrationReport::new(0.5, "shop::capacity".to_owned(), found, test.probes.clone()));
    test.kind = Kind::Capacity;
    test
}

fn ignored() -> TestReport {
    TestReport { outcome: Outcome::Ignored, ..blank("shop::soak", Kind::Soak) }
}
