//! The load of a test, its stages and its probes, from what was judged to the record.

use std::time::Duration;

use super::build::finite;
use super::{
    EndpointRecord, FiguresRecord, PartRecord, SpikeRecord, StagePlanRecord, StageRecord, ThresholdRecord,
    WorkloadRecord,
};
use crate::measure::{SpikeFigures, StageSummary};
use crate::outcome::{ProbeRow, offered};
use crate::report::words::part;
use crate::workload::{Length, Pace, Stage, Warmup, Workload};

impl From<&Workload> for WorkloadRecord {
    fn from(workload: &Workload) -> WorkloadRecord {
        let (warmup_requests, warmup_s) = match workload.warmup {
            Warmup::Requests(requests) => (Some(requests), None),
            Warmup::Duration(duration) => (None, Some(duration.as_secs_f64())),
            Warmup::UntilSteady => (None, None),
        };
        let (requests, duration_s) = match workload.length {
            Length::Requests(requests) => (Some(requests), None),
            Length::Duration(duration) => (None, Some(duration.as_secs_f64())),
            Length::UntilPrecise => (None, None),
        };
        let (arrivals, pace, stages) = match &workload.pace {
            Pace::Users(users) => (None, users.every, &users.stages),
            Pace::Arrivals(arrivals) => (Some(arrivals), None, &arrivals.stages),
        };
        WorkloadRecord {
            model: if arrivals.is_some() { "open" } else { "closed" }.to_owned(),
            judged_time: judged_time(workload).to_owned(),
            users: workload.users() as u64,
            rate_per_s: finite(offered::rate_per_s(workload)),
            max_in_flight: arrivals.map(|arrivals| arrivals.max_in_flight as u64),
            overflow: arrivals.map(|arrivals| arrivals.overflow.name().to_owned()),
            arrivals: arrivals.map(|arrivals| arrivals.spacing.name().to_owned()),
            pace_s: pace.map(|pace: Duration| pace.as_secs_f64()),
            stages: stages.iter().map(StagePlanRecord::from).collect(),
            ramp_up_s: workload.ramp_up().as_secs_f64(),
            warmup_requests,
            warmup_s,
            requests,
            duration_s,
            timeout_s: workload.timeout.as_secs_f64(),
            seed: workload.seed,
        }
    }
}

fn judged_time(workload: &Workload) -> &'static str {
    if offered::judges_response_time(workload) { "response_time" } else { "service_time" }
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

impl From<&ProbeRow> for PartRecord {
    fn from(row: &ProbeRow) -> PartRecord {
        PartRecord {
            part: part(row.part).to_owned(),
            users: (!row.is_rate).then_some(row.load as u64),
            rate_per_s: finite(row.is_rate.then_some(row.load)),
            outcome: row.outcome.into(),
            reason: row.reason.clone(),
            holds: row.holds,
            judged: row.is_judged,
            knee: row.is_knee,
            span_s: row.span.as_secs_f64(),
            sent_share: finite(row.sent_share),
            totals: FiguresRecord::from(&row.total),
            thresholds: row.thresholds.iter().map(ThresholdRecord::from).collect(),
        }
    }
}
