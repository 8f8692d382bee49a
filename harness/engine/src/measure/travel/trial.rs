//! Recorders with everything in them, and every figure that they come to: for the tests of what travels.

#![allow(missing_docs, reason = "the names of fields say what they are, and only tests use them")]

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use proptest::prelude::*;

use crate::measure::sample::{LogEntry, Phase};
use crate::measure::values::{RecordedValues, ValueFigures, ValueKind, ValueNames};
use crate::measure::{
    Answer, Fate, KnownLimits, Live, Measured, Moment, Moments, Phases, Recorder, StageBounds, TimeLimit, TimeScope,
    TimeSummary,
};

const MS: fn(u64) -> Duration = Duration::from_millis;
const ENDPOINTS: [&str; 4] = ["GET /a", "GET /b", "POST /c", "GET /d"];
const TIMEOUT: Duration = Duration::from_secs(1);
/// The measurement begins so long after the run, and is to last for four seconds.
pub const ORIGIN: Duration = Duration::from_secs(1);
const LENGTH: Duration = Duration::from_secs(4);

/// One iteration with one request, which a user of a process does, and what comes with it.
#[derive(Debug, Clone)]
pub struct TrialRequest {
    pub endpoint: usize,
    /// Since the run began, in microseconds.
    pub at_us: u64,
    pub lag_us: u64,
    pub took_us: u64,
    pub fate: Fate,
    pub status: Option<u16>,
    pub is_shed: bool,
    pub is_resent: bool,
    pub value: Option<i32>,
}

/// What each process counts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TrialPlan {
    /// One part; arrivals.
    Arrivals,
    /// A ramp, two steady stages, the second of which is a spike, and a ramp; users.
    Stages,
}

fn fates() -> impl Strategy<Value = Fate> {
    let text = |cause: &str| cause.to_owned();
    prop_oneof![
        6 => Just(Fate::Ok),
        1 => Just(Fate::Failed(text("status 503"))),
        1 => (0_u32..40).prop_map(|number| Fate::Failed(format!("check: order {number} is there"))),
        1 => Just(Fate::TimedOut),
        1 => Just(Fate::InFlightAtEnd),
        1 => Just(Fate::Ours(text("no descriptors left"))),
    ]
}

/// Each process is about ten times as slow as another one, and sends more or fewer requests.
pub fn of_process() -> impl Strategy<Value = Vec<TrialRequest>> {
    (0_u32..6, 0_usize..40).prop_flat_map(|(speed, most)| {
        let longest_us = 10_u64.pow(speed + 1);
        prop::collection::vec(requests(longest_us), 0..=most)
    })
}

prop_compose! {
    fn requests(longest_us: u64)(
        (endpoint, at_us, took_us) in (0usize..4, 0u64..6_000_000, 0..=longest_us),
        (fate, status) in (fates(), prop::option::of(prop_oneof![Just(200), Just(503), Just(404)])),
        (lag_us, is_shed, is_resent) in (prop_oneof![Just(0), 0u64..3_000], prop::bool::weighted(0.15), prop::bool::weighted(0.15)),
        value in prop::option::of(-1_000..1_000),
    ) -> TrialRequest {
        TrialRequest { endpoint, at_us, lag_us, took_us, fate, status, is_shed, is_resent, value }
    }
}

pub fn stages() -> Arc<[StageBounds]> {
    let levels = [("warm", 0.0, 9.0), ("low", 9.0, 9.0), ("spike", 20.0, 20.0), ("down", 20.0, 0.0)];
    let bounds = levels.into_iter().zip(0u64..).map(|((name, from, to), second)| StageBounds {
        name: name.to_owned(),
        from,
        to,
        begins: MS(second * 1_000),
        ends: MS(second * 1_000 + 1_000),
    });
    bounds.collect()
}

/// On everything that can be limited.
pub fn limits() -> KnownLimits {
    let of_class = |of| TimeScope::OfClass("browsing".to_owned(), Box::new(of));
    let of = [
        TimeScope::Requests,
        TimeScope::Iterations,
        TimeScope::Endpoint("GET /a".to_owned()),
        TimeScope::Stage("low".to_owned()),
        of_class(TimeScope::Requests),
        of_class(TimeScope::Endpoint("POST /c".to_owned())),
    ];
    let value = |name: &str, limit| crate::measure::ValueLimit { name: name.to_owned(), limit };
    KnownLimits {
        times: of.into_iter().map(|of| TimeLimit { of, limit: MS(100) }).collect(),
        values: vec![value("score", 10.0), value("cache hits", 0.5)],
    }
}

impl TrialPlan {
    /// A recorder of a process that nothing was counted in.
    pub fn recorder(self) -> Recorder {
        let limits = limits();
        let mut recorder = match self {
            TrialPlan::Arrivals => Recorder::new(TIMEOUT).lasting(Some(LENGTH)),
            TrialPlan::Stages => Recorder::staged(TIMEOUT, stages()),
        };
        recorder.values = RecordedValues::of(&Arc::<ValueNames>::default(), &limits.values);
        recorder.slices = recorder.slices.with_room();
        let mut recorder = recorder.of_class("browsing").limited(&limits.times);
        recorder.expect_measurement(ORIGIN);
        recorder.measure_from(ORIGIN);
        recorder
    }

    /// What one process comes to that does all this.
    pub fn record(self, requests: &[TrialRequest]) -> Recorder {
        let mut recorder = self.recorder();
        requests.iter().for_each(|request| request.record_into(&mut recorder, self));
        recorder
    }
}

/// A recorder of a measurement with two limits that knows so many endpoints.
pub fn named_endpoints(endpoints: usize) -> Recorder {
    let limits = [10, 100].map(|ms| TimeLimit { of: TimeScope::Requests, limit: MS(ms) });
    let mut recorder = Recorder::new(TIMEOUT).limited(&limits);
    recorder.slices = recorder.slices.with_room();
    recorder.measure_from(ORIGIN);
    (0..endpoints).for_each(|number| drop(recorder.names.named(&format!("GET /items/{number}"))));
    recorder
}

/// So many requests a second for so many seconds, with a median of about 5 ms and a long tail, over so many endpoints.
pub fn long_tailed(endpoints: usize, per_second: u64, seconds: u64) -> Recorder {
    let mut recorder = named_endpoints(endpoints);
    (0..seconds).for_each(|second| {
        record_long_tailed(&mut recorder, endpoints, second * 1_000_000..(second + 1) * 1_000_000, per_second);
    });
    // A process merges those of its threads, which settles the slices.
    recorder.merge(TrialPlan::Arrivals.recorder());
    recorder
}

/// So many more in this time, in microseconds of the measurement.
pub fn record_long_tailed(recorder: &mut Recorder, endpoints: usize, during_us: Range<u64>, requests: u64) {
    let mut random = during_us.start | 1;
    for number in 0..requests {
        random = random.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let uniform = (random >> 40) as f64 / (1 << 24) as f64;
        let took_us = 1_000 + (4_000.0 * (1.0 / (1.0 - uniform)).powf(0.6)) as u64;
        let at_us = ORIGIN.as_micros() as u64 + during_us.start + number * (during_us.end - during_us.start) / requests;
        TrialRequest::answered(at_us, took_us).record_under(recorder, number as usize % endpoints);
    }
}

/// A recorder that hands its slices over to `live`, as that of a thread does.
pub fn watched_by(live: &Live, endpoints: usize) -> Recorder {
    let mut recorder = named_endpoints(endpoints);
    recorder.hand_over_to(&live.join());
    recorder
}

impl TrialRequest {
    /// One of the first endpoint that was ok.
    pub fn answered(at_us: u64, took_us: u64) -> TrialRequest {
        TrialRequest {
            endpoint: 0,
            at_us,
            lag_us: 0,
            took_us,
            fate: Fate::Ok,
            status: Some(200),
            is_shed: false,
            is_resent: false,
            value: None,
        }
    }

    /// It is one of the endpoint with this number.
    pub fn record_under(&self, recorder: &mut Recorder, number: usize) {
        let answer = Some(Answer { status: 200, is_named: false });
        recorder.intend(Phase::Measured);
        let entry = LogEntry::new(Phase::Measured, number as u32, self.moments(), Fate::Ok);
        recorder.record(&LogEntry { answer, bytes_received: 1_000, ..entry });
        recorder.iteration(self.moments(), &Fate::Ok);
    }

    fn moments(&self) -> Moments {
        let sent_us = self.at_us + self.lag_us;
        let at = |us| Moment::after(Duration::from_micros(us));
        Moments::of(at(self.at_us), at(sent_us), at(sent_us + self.took_us))
    }

    fn record_into(&self, recorder: &mut Recorder, plan: TrialPlan) {
        let (moments, intended) = (self.moments(), Duration::from_micros(self.at_us));
        let phase = if intended < ORIGIN { Phase::Outside } else { Phase::Measured };
        if phase == Phase::Measured && plan == TrialPlan::Arrivals {
            recorder.planned(1);
            if self.is_shed && self.lag_us > 0 {
                return recorder.left_waiting(intended);
            }
            if self.is_shed {
                return recorder.shed(intended);
            }
            recorder.record_lag(intended, Duration::from_micros(self.lag_us), Duration::from_micros(self.took_us / 2));
        }
        recorder.intend(phase);
        let number = recorder.names.index_of(&ENDPOINTS[self.endpoint].into());
        let answer = self.status.map(|status| Answer { status, is_named: status == 404 });
        let phases = Phases { connect: Some(Duration::from_nanos(self.took_us * 7)), ..Phases::default() };
        let entry = LogEntry {
            answer,
            bytes_sent: 3,
            bytes_received: self.took_us,
            bytes_decoded: self.status.map(u64::from),
            phases: Some(Box::new(phases)),
            ..LogEntry::new(phase, number, moments, self.fate.clone())
        };
        recorder.record(&entry);
        if phase == Phase::Outside {
            recorder.record_before(&entry);
            return recorder.iteration_before(moments, &self.fate);
        }
        recorder.iteration(moments, &self.fate);
        if self.is_resent {
            recorder.resent();
        }
        if let Some(value) = self.value {
            let (name, kind) =
                if value < 0 { ("cache hits", ValueKind::Count) } else { ("score", ValueKind::Distribution) };
            let number = recorder.values.number_of(name, kind).expect("one kind each");
            recorder.values.add(number, f64::from(value) / 8.0);
        }
    }
}

/// All that a measurement comes to.
#[derive(Debug, PartialEq)]
pub struct TrialFigures {
    /// As in the record of a run.
    record: serde_json::Value,
    /// What is not in the record: every bucket of the stages and of what ended ok, limits with what lies beyond them, slice by slice,
    /// and times by parts of stages.
    beside: String,
    values: Vec<ValueFigures>,
}

/// The recorders of `parts`, merged in this order into one of the coordinator's.
pub fn merged(parts: impl IntoIterator<Item = Recorder>) -> Recorder {
    let mut all = Recorder::new(TIMEOUT).of_class("browsing");
    parts.into_iter().for_each(|part| all.merge(part));
    all
}

/// What a recorder comes to.
pub fn measured(mut all: Recorder) -> Measured {
    all.span_at_least(ORIGIN, ORIGIN + LENGTH);
    all.finish()
}

/// The same, to be compared.
pub fn figures(all: Recorder) -> TrialFigures {
    let mut measured = measured(all);
    let mut values = std::mem::take(&mut measured.values);
    // Squared distances are added up in another order.
    let rounded = |figure: f64| (figure * 1e9).round() / 1e9;
    values.iter_mut().for_each(|value| value.stddev = value.stddev.map(rounded));
    let stages = measured.stages.iter().flat_map(|stage| stage.endpoints.iter().chain([&stage.total]));
    let ok = measured.endpoints.iter().chain([&measured.total]).map(|summary| &summary.ok_response_time);
    let times = stages.flat_map(|summary| [&summary.response_time, &summary.service_time]).chain(ok);
    let buckets = |times: &TimeSummary| times.distribution.histogram().map(|all| all.counted().collect::<Vec<_>>());
    let buckets: Vec<_> = times.map(buckets).collect();
    let times: Vec<_> = measured.stages.iter().map(|stage| &stage.times).collect();
    let beside = format!("{buckets:?} {times:?} {:?} {:?}", measured.exceedances, measured.planned_length);
    TrialFigures { record: serde_json::to_value(&measured).expect("figures can be written"), beside, values }
}
