//! The load of a test, its stages and its probes, from what was judged to the record.

use std::time::Duration;

use super::number::finite;
use super::{
    EndpointRecord, FiguresRecord, HttpRecord, ProbeRecord, SpikeRecord, StagePlanRecord, StageRecord, WorkloadRecord,
};
use crate::measure::{SpikeFigures, StageSummary};
use crate::outcome::offered;
use crate::outcome::probe::{LoadLevel, ProbeRow};
use crate::report::terminal::purpose;
use crate::workload::{Arrivals, HttpOptions, LoadModel, Overflow, RunLength, Spacing, Stage, Warmup, Workload};

impl From<&Workload> for WorkloadRecord {
    fn from(workload: &Workload) -> WorkloadRecord {
        let (warmup_requests, warmup_s) = match workload.warmup {
            Warmup::Requests(requests) => (Some(requests), None),
            Warmup::Duration(duration) => (None, Some(duration.as_secs_f64())),
            Warmup::UntilSteady => (None, None),
        };
        let (requests, duration_s) = match workload.length {
            RunLength::Requests(requests) => (Some(requests), None),
            RunLength::Duration(duration) => (None, Some(duration.as_secs_f64())),
            RunLength::UntilPrecise => (None, None),
        };
        let (arrivals, pace, stages) = match &workload.model {
            LoadModel::Closed(users) => (None, users.every, &users.stages),
            LoadModel::Open(arrivals) => (Some(arrivals), None, &arrivals.stages),
        };
        WorkloadRecord {
            model: if arrivals.is_some() { "open" } else { "closed" }.to_owned(),
            judged_time: judged_time(workload).to_owned(),
            users: workload.users() as u64,
            rate_per_s: finite(offered::rate_per_s(workload)),
            max_in_flight: arrivals.map(|arrivals| arrivals.max_in_flight as u64),
            overflow: arrivals.map(|arrivals| overflow(arrivals).to_owned()),
            arrivals: arrivals.map(|arrivals| spacing(arrivals).to_owned()),
            pace_s: pace.map(|pace: Duration| pace.as_secs_f64()),
            stages: stages.iter().map(StagePlanRecord::from).collect(),
            ramp_up_s: workload.ramp_up().as_secs_f64(),
            warmup_requests,
            warmup_s,
            requests,
            duration_s,
            timeout_s: workload.timeout.as_secs_f64(),
            seed: workload.seed,
            connections: workload.connections.to_string(),
            http: (workload.http != HttpOptions::default()).then(|| HttpRecord::from(&workload.http)),
        }
    }
}

impl From<&HttpOptions> for HttpRecord {
    fn from(http: &HttpOptions) -> HttpRecord {
        HttpRecord {
            http2: http.http2,
            redirects: http.redirects,
            cookies: http.cookies,
            proxy: http.proxy.clone(),
            ca: http.ca.clone(),
            verify_tls: !http.trusts_any_certificate,
        }
    }
}

fn judged_time(workload: &Workload) -> &'static str {
    if offered::judges_response_time(workload) { "response_time" } else { "service_time" }
}

fn overflow(arrivals: &Arrivals) -> &'static str {
    match arrivals.overflow {
        Overflow::Queue => "queue",
        Overflow::Shed => "shed",
    }
}

fn spacing(arrivals: &Arrivals) -> &'static str {
    match arrivals.spacing {
        Spacing::Even => "even",
        Spacing::Poisson => "poisson",
    }
}

impl From<&Stage> for StagePlanRecord {
    fn from(stage: &Stage) -> StagePlanRecord {
        let Stage { name, from, to, over } = stage.clone();
        StagePlanRecord { name, from, to, over_s: over.as_secs_f64() }
    }
}

impl From<&StageSummary> for StageRecord {
    fn from(stage: &StageSummary) -> StageRecord {
        StageRecord {
            name: stage.name.clone(),
            from: stage.from,
            to: stage.to,
            steady: stage.from == stage.to,
            begins_s: stage.begins_s,
            span_s: stage.span.as_secs_f64(),
            totals: FiguresRecord::from(&stage.total),
            endpoints: stage.endpoints.iter().map(EndpointRecord::from).collect(),
        }
    }
}

impl From<&SpikeFigures> for SpikeRecord {
    fn from(spike: &SpikeFigures) -> SpikeRecord {
        SpikeRecord {
            before_s: finite(spike.before_s),
            band_s: finite(spike.band_s),
            recovery_s: finite(spike.recovery_s),
        }
    }
}

impl From<&ProbeRow> for ProbeRecord {
    fn from(row: &ProbeRow) -> ProbeRecord {
        let (users, rate_per_s) = match row.load {
            LoadLevel::Users(users) => (Some(users), None),
            LoadLevel::PerSecond(rate) => (None, finite(Some(rate))),
        };
        ProbeRecord {
            users,
            rate_per_s,
            purpose: purpose(row.purpose).to_owned(),
            outcome: row.outcome.into(),
            reason: row.reason.clone(),
            borderline: row.borderline,
            requests: row.requests,
            sent_share: finite(row.sent_share),
            success_rate: finite(row.success_rate),
            throughput_per_s: finite(row.throughput_per_s),
            mean_s: finite(row.mean_s),
            p95_s: finite(row.p95_s),
            p99_s: finite(row.p99_s),
        }
    }
}
