//! From a judged run to its record. No not-a-number and no infinity gets through: such a figure is `null`.

use std::time::Duration;

use super::number::{finite, seconds};
use super::{
    CalibrationRecord, EndpointRecord, EnvironmentRecord, FiguresRecord, GeneratorRecord, KindName, OutcomeName,
    PrecisionRecord, ProbeRecord, Record, RequestsRecord, SCHEMA, SearchRecord, SecondRecord, ServerFiguresRecord,
    ServerRecord, Severity, SlowRecord, SpikeRecord, StageRecord, TestRecord, ThresholdRecord, TimesRecord,
    WorkloadRecord,
};
use crate::kind::Kind;
use crate::measure::{Counts, GeneratorHealth, Precision, ServerFigures, SlowRequest, Summary, TimeSlice, TimeSummary};
use crate::outcome::{Environment, Outcome, RunReport, ServerReport, TestReport, ThresholdVerdict, figure, timestamp};

impl From<&RunReport> for Record {
    fn from(run: &RunReport) -> Record {
        Record {
            schema: SCHEMA.to_owned(),
            id: run.id.clone(),
            started: timestamp::rfc3339(run.started),
            finished: timestamp::rfc3339(run.finished),
            interrupted: run.interrupted.clone(),
            environment: EnvironmentRecord::from(&run.environment),
            tests: run.tests.iter().map(TestRecord::from).collect(),
        }
    }
}

impl From<&Environment> for EnvironmentRecord {
    fn from(environment: &Environment) -> EnvironmentRecord {
        let environment = environment.clone();
        EnvironmentRecord {
            os: environment.os,
            kernel: environment.kernel,
            cpu_model: environment.cpu_model,
            cores: environment.cores,
            memory_bytes: environment.memory_bytes,
            optimised: environment.optimised,
            rustc: environment.rustc,
            version: environment.version,
            git_commit: environment.git_commit,
            git_dirty: environment.git_dirty,
        }
    }
}

impl From<&TestReport> for TestRecord {
    fn from(test: &TestReport) -> TestRecord {
        let measured = test.measured.as_ref();
        TestRecord {
            id: test.id.clone(),
            kind: test.kind.into(),
            markers: test.markers.clone(),
            outcome: test.outcome.into(),
            reason: test.reason.clone(),
            workload: test.workload.as_ref().map(WorkloadRecord::from),
            elapsed_s: seconds(test.elapsed),
            totals: measured.map(|measured| FiguresRecord::from(&measured.total)),
            iteration: measured.map(|measured| FiguresRecord::from(&measured.iteration)),
            endpoints: measured
                .map_or_else(Vec::new, |measured| measured.endpoints.iter().map(EndpointRecord::from).collect()),
            thresholds: test.thresholds.iter().map(ThresholdRecord::from).collect(),
            timeline: measured.map_or_else(Vec::new, |m| m.timeline.iter().map(SecondRecord::from).collect()),
            generator: measured.map(|measured| GeneratorRecord::from(&measured.generator)),
            servers: servers(test),
            outside: measured.map(|measured| RequestsRecord::from(&measured.outside)),
            span_s: measured.map(|measured| seconds(measured.span)),
            slowest: measured.map_or_else(Vec::new, |m| m.slowest.iter().map(SlowRecord::from).collect()),
            stages: measured.map_or_else(Vec::new, |m| m.stages.iter().map(StageRecord::from).collect()),
            spike: measured.and_then(|measured| measured.spike.as_ref()).map(SpikeRecord::from),
            capacity_per_s: finite(measured.and_then(|measured| measured.capacity_per_s)),
            search: test.search.as_ref().map(SearchRecord::from),
            probes: test.probes.iter().map(ProbeRecord::from).collect(),
            calibration: test.calibration.as_ref().map(CalibrationRecord::from),
            precision: measured.and_then(|measured| measured.precision.as_ref()).map(PrecisionRecord::from),
            warnings: test.warnings.clone(),
            after: test.after.clone(),
        }
    }
}

impl From<Kind> for KindName {
    fn from(kind: Kind) -> KindName {
        match kind {
            Kind::Load => KindName::Load,
            Kind::Benchmark => KindName::Benchmark,
            Kind::Stress => KindName::Stress,
            Kind::Spike => KindName::Spike,
            Kind::Soak => KindName::Soak,
            Kind::Capacity => KindName::Capacity,
        }
    }
}

impl From<Outcome> for OutcomeName {
    fn from(outcome: Outcome) -> OutcomeName {
        match outcome {
            Outcome::Passed => OutcomeName::Passed,
            Outcome::Failed => OutcomeName::Failed,
            Outcome::Invalid => OutcomeName::Invalid,
            Outcome::Errored => OutcomeName::Errored,
            Outcome::Ignored => OutcomeName::Ignored,
            Outcome::Interrupted => OutcomeName::Interrupted,
        }
    }
}

impl From<&Summary> for EndpointRecord {
    fn from(summary: &Summary) -> EndpointRecord {
        EndpointRecord { name: summary.name.clone(), figures: FiguresRecord::from(summary) }
    }
}

impl From<&Summary> for FiguresRecord {
    fn from(summary: &Summary) -> FiguresRecord {
        FiguresRecord {
            requests: RequestsRecord::from(&summary.requests),
            failures: summary.failures.clone(),
            throughput_per_s: finite(summary.throughput_per_s),
            success_rate: finite(summary.requests.success_rate()),
            response_time: TimesRecord::from(&summary.response_time),
            service_time: TimesRecord::from(&summary.service_time),
            ok_response_time: Some(TimesRecord::from(&summary.ok_response_time)),
            bytes_sent: summary.bytes_sent,
            bytes_received: summary.bytes_received,
        }
    }
}

impl From<&Counts> for RequestsRecord {
    fn from(counts: &Counts) -> RequestsRecord {
        let Counts { intended, ok, failed, timed_out, in_flight_at_end, never_sent } = *counts;
        RequestsRecord { intended, ok, failed, timed_out, in_flight_at_end, never_sent }
    }
}

impl From<&TimeSummary> for TimesRecord {
    fn from(times: &TimeSummary) -> TimesRecord {
        let percentile = |percent| finite(figure::percentile_s(times, percent));
        TimesRecord {
            samples: times.samples,
            min_s: finite(times.min_s),
            mean_s: finite(times.mean_s),
            max_s: finite(times.max_s),
            stddev_s: finite(times.stddev_s),
            p50_s: percentile(50.0),
            p75_s: percentile(75.0),
            p90_s: percentile(90.0),
            p95_s: percentile(95.0),
            p99_s: percentile(99.0),
            p999_s: percentile(99.9),
        }
    }
}

impl From<&ThresholdVerdict> for ThresholdRecord {
    fn from(verdict: &ThresholdVerdict) -> ThresholdRecord {
        ThresholdRecord {
            text: verdict.threshold.to_string(),
            metric: verdict.threshold.metric.to_string(),
            endpoint: verdict.threshold.subject.endpoint().map(str::to_owned),
            stage: verdict.threshold.subject.stage().map(str::to_owned),
            limit: verdict.threshold.limit(),
            actual: finite(verdict.actual),
            interval: verdict.interval.and_then(|(low, high)| Some([finite(Some(low))?, finite(Some(high))?])),
            samples: verdict.samples,
            holds: verdict.holds,
            borderline: verdict.borderline,
            severity: Severity::Error,
            doubt: verdict.doubt.clone(),
        }
    }
}

impl From<&TimeSlice> for SecondRecord {
    fn from(slice: &TimeSlice) -> SecondRecord {
        SecondRecord {
            second: slice.second,
            sent: slice.sent,
            ok: slice.ok,
            failed: slice.failed,
            in_flight: slice.in_flight,
            mean_s: finite(slice.mean_s),
            p50_s: finite(slice.p50_s),
            p95_s: finite(slice.p95_s),
            p99_s: finite(slice.p99_s),
            max_s: finite(slice.max_s),
        }
    }
}

impl From<&GeneratorHealth> for GeneratorRecord {
    fn from(health: &GeneratorHealth) -> GeneratorRecord {
        GeneratorRecord {
            workers: health.workers,
            transports: health.transports.clone(),
            own_errors: health.own_errors.clone(),
            resent: health.resent,
            clipped: health.clipped,
            closed_law_gap: finite(health.closed_law_gap),
            planned: health.planned,
            sent: health.sent,
            shed: health.planned.map(|_| health.shed),
            left_waiting: health.planned.map(|_| health.left_waiting),
            pacer_lag: health.planned.map(|_| TimesRecord::from(&health.pacer_lag)),
            pool_wait: health.planned.map(|_| TimesRecord::from(&health.pool_wait)),
            host_cpu_share: finite(health.host_cpu_share),
            host_cores: health.host_cores,
            cpu_s: finite(health.cpu_s),
            longest_hiccup_s: finite(health.longest_hiccup_s),
            hiccup_share: finite(health.hiccup_share),
        }
    }
}

/// Figures stand in the order of the servers; a name may be that of two.
fn servers(test: &TestReport) -> Vec<ServerRecord> {
    let figures = test.measured.as_ref().map_or(&[][..], |measured| &measured.servers);
    test.servers.iter().enumerate().map(|(index, server)| server_record(server, figures.get(index))).collect()
}

fn server_record(server: &ServerReport, figures: Option<&ServerFigures>) -> ServerRecord {
    ServerRecord {
        name: server.name.clone(),
        url: server.url.clone(),
        pid: server.pid,
        died: server.died.clone(),
        output: server.output.as_ref().map(|output| output.display().to_string()),
        figures: figures.filter(|figures| !figures.samples.is_empty()).map(ServerFiguresRecord::from),
    }
}

impl From<&SlowRequest> for SlowRecord {
    fn from(slow: &SlowRequest) -> SlowRecord {
        let seconds = |part: Option<Duration>| part.map(|part| part.as_secs_f64());
        SlowRecord {
            endpoint: slow.endpoint.clone(),
            at_s: finite(Some(slow.at_s)),
            response_time_s: finite(Some(slow.response_time_s)),
            connect_s: seconds(slow.phases.connect),
            first_byte_s: seconds(slow.phases.first_byte),
            body_s: seconds(slow.phases.body),
        }
    }
}

impl From<&Precision> for PrecisionRecord {
    fn from(precision: &Precision) -> PrecisionRecord {
        PrecisionRecord {
            half_width: finite(Some(precision.half_width)),
            drifting: precision.drifting,
            steady: precision.steady,
            warmup_s: seconds(precision.warmup),
        }
    }
}
