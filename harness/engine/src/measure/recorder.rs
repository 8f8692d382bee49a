//! What one worker thread counts and times, and what all of them come to.

use std::sync::Arc;
use std::time::Duration;

use super::arrival_counts::ArrivalCounts;
use super::boundaries::Boundaries;
use super::counts::Counts;
use super::endpoint::{Endpoint, Endpoints};
use super::limits::LimitCounters;
use super::moment::Moment;
use super::request_log::RequestLog;
use super::sample::{Fate, LogEntry, Moments, Phase};
use super::seconds::nanoseconds;
use super::series::{Series, count};
use super::slices::Slices;
use super::slowest::Slowest;
use super::span::Span;
use super::spike::{self, SpikeSlices};
use super::stage::StageBounds;
use super::stages::RequestsByStage;
use super::time_limit::{TimeLimit, TimeScope};
use super::values::RecordedValues;
use crate::arm_turns::ArmTurns;
use crate::text::GroupedTexts;

/// What one worker thread counts and times. Belongs to one thread; merged at the end.
///
/// `intend` and `end` are counted apart, so that a request that never ends is noticed and not forgotten.
#[derive(Debug)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct Recorder {
    /// The class of the users, if it is that of one class alone.
    #[cfg_attr(feature = "cluster", serde(with = "super::travel::optional"))]
    pub(super) class: Option<Arc<str>>,
    pub(super) origin_ns: u64,
    pub(super) intended: u64,
    pub(super) intended_outside: u64,
    pub(super) never_sent: u64,
    pub(super) resent: u64,
    pub(super) names: Endpoints,
    pub(super) stages: RequestsByStage,
    pub(super) iteration: Series,
    pub(super) outside: Counts,
    pub(super) slices: Slices,
    /// Of requests outside the measurement, by time since the run began.
    pub(super) slices_before: Slices,
    pub(super) spike: Option<SpikeSlices>,
    pub(super) limits: LimitCounters,
    pub(super) slowest: Slowest,
    pub(super) own_errors: GroupedTexts,
    pub(super) values: RecordedValues,
    pub(super) planned_span: Span,
    pub(super) iterations_span: Span,
    pub(super) boundaries: Boundaries,
    pub(super) arrivals: Option<ArrivalCounts>,
    /// When requests were sent, if several servers took turns. Each process knows that, so it does not travel.
    #[cfg_attr(feature = "cluster", serde(skip))]
    pub(super) turns: Option<ArmTurns>,
    /// Takes each measured request, if that is wanted; stays in its process.
    #[cfg_attr(feature = "cluster", serde(skip))]
    pub(super) requests: Option<Box<RequestLog>>,
}

impl Recorder {
    /// A recorder of a measurement without stages.
    pub fn new(timeout: Duration) -> Recorder {
        Recorder::staged(timeout, Arc::default())
    }

    /// A recorder that puts each request into the stage of its intended start. Stages follow one another.
    pub fn staged(timeout: Duration, stages: Arc<[StageBounds]>) -> Recorder {
        let spike = stages.iter().find(|stage| stage.name == spike::SPIKE);
        let spike = spike.map(|stage| SpikeSlices { bounds: stage.clone(), slices: Slices::of(spike::WIDTH) });
        Recorder {
            class: None,
            origin_ns: 0,
            intended: 0,
            intended_outside: 0,
            never_sent: 0,
            resent: 0,
            names: Endpoints::default(),
            stages: RequestsByStage::new(timeout, stages),
            iteration: Series::new(timeout),
            outside: Counts::default(),
            slices: Slices::default(),
            slices_before: Slices::default(),
            spike,
            limits: LimitCounters::default(),
            slowest: Slowest::default(),
            own_errors: GroupedTexts::default(),
            values: RecordedValues::default(),
            planned_span: Span::default(),
            iterations_span: Span::default(),
            boundaries: Boundaries::default(),
            arrivals: None,
            turns: None,
            requests: None,
        }
    }

    /// Counts what goes beyond these limits, too; call this before the first sample.
    #[must_use]
    pub fn limited(mut self, limits: &[TimeLimit]) -> Recorder {
        // Their names are counted apart, however many others come before them.
        limits.iter().filter_map(|limit| limit.of.endpoint()).for_each(|name| drop(self.names.named(name)));
        self.limits = LimitCounters::new(limits, !self.stages.has_bounds());
        self
    }

    /// The measurement is to last so long, if time ends it.
    #[must_use]
    pub fn lasting(mut self, length: Option<Duration>) -> Recorder {
        self.stages.lasting(length);
        self
    }

    /// The measurement is to begin `origin` after the run: what is open then is open at its beginning.
    pub fn expect_measurement(&mut self, origin: Duration) {
        self.boundaries.expect_measurement(nanoseconds(origin));
    }

    /// The measurement began `origin` after the run; call this before the first measured sample ends.
    pub fn measure_from(&mut self, origin: Duration) {
        self.origin_ns = nanoseconds(origin);
        self.stages.measure_from(self.origin_ns);
        self.boundaries.measure_from(self.origin_ns);
        self.requests.iter_mut().for_each(|requests| requests.measure_from(Moment::after(origin)));
        self.slices.begin_at(self.origin_ns);
    }

    /// The endpoint called `name`, whose requests are counted without a look at its text.
    pub fn endpoint(&mut self, name: &str) -> Endpoint {
        self.names.named(name)
    }

    /// A request is wanted; it must `end` exactly once.
    pub fn intend(&mut self, phase: Phase) {
        match phase {
            Phase::Measured => self.intended += 1,
            Phase::Outside => self.intended_outside += 1,
        }
    }

    /// A request that was intended has ended.
    pub(super) fn record(&mut self, entry: &LogEntry) {
        if let Fate::Ours(cause) = &entry.fate {
            self.own_errors.add(cause, 1);
        }
        if entry.phase == Phase::Outside {
            return self.end_outside(entry);
        }
        let index = self.index_at(entry.moments.intended_ns);
        let endpoint = entry.endpoint as usize;
        let done_ns = self.since_origin(entry.moments.done_ns);
        self.stages.stage(index).record(endpoint, entry, done_ns);
        self.end_in(index, entry);
        if self.stages.ends_before(index, entry.moments.done_ns) {
            self.boundaries.add_request(Some(index), endpoint, entry);
        }
    }

    fn end_outside(&mut self, entry: &LogEntry) {
        self.outside.intended += 1;
        count(&mut self.outside, &entry.fate);
        self.slices_before.record(entry.moments, entry.fate.is_ok());
    }

    /// A request of no endpoint: an iteration that failed before it sent any.
    #[cold]
    pub(super) fn end_in_total(&mut self, entry: &LogEntry) {
        let index = self.index_at(entry.moments.intended_ns);
        self.stages.stage(index).record_in_total(entry);
        self.end_in(index, entry);
    }

    /// An iteration of the measured phase has ended. Not part of any other figure.
    pub fn iteration(&mut self, moments: Moments, fate: &Fate) {
        let intended_ns = self.since_origin(moments.intended_ns);
        let index = self.stages.index_at(intended_ns);
        if self.stages.ends_before(index, moments.done_ns) {
            self.boundaries.add_iteration(Some(index), moments, fate);
        }
        if !self.stages.is_judged(index) {
            return;
        }
        self.iteration.record(moments, fate);
        self.iterations_span.widen(moments);
        if !self.limits.is_empty() {
            self.watch_iteration(intended_ns, moments.response_ns());
        }
    }

    #[inline(never)]
    fn watch_iteration(&mut self, intended_ns: u64, response_ns: u64) {
        let placed_ns = self.placed(intended_ns);
        let class = self.class.as_deref();
        let is_meant = |scope: &TimeScope| scope.among(class) == Some(&TimeScope::Iterations);
        self.limits.record(placed_ns, response_ns, is_meant);
    }

    /// False if a request cannot be one of the slowest: then the stages of its time are not needed.
    pub(super) fn asks_for_phases(&self, phase: Phase, moments: Moments) -> bool {
        phase == Phase::Measured && self.slowest.may_hold(moments) && self.is_judged(moments)
    }

    #[cold]
    fn is_judged(&self, moments: Moments) -> bool {
        self.stages.is_judged(self.index_at(moments.intended_ns))
    }

    /// A measured request was sent once more; it is counted once all the same.
    pub fn resent(&mut self) {
        self.resent += 1;
    }

    /// The measurement was planned from `from` to `until`: rates are computed over at least the planned time, pauses included.
    pub fn span_at_least(&mut self, from: Duration, until: Duration) {
        self.planned_span.merge(Span::between(from, until));
        self.iterations_span.at_least(self.planned_span);
        self.stages.at_least(self.planned_span);
    }

    /// When the last measured request ended.
    pub fn last_end(&self) -> Option<Duration> {
        self.stages.span().last()
    }

    /// `other` has the same plan, or none.
    pub fn merge(&mut self, other: Recorder) {
        // A worker without a measured sample may not know when the measurement began.
        self.origin_ns = self.origin_ns.max(other.origin_ns);
        self.requests.iter_mut().for_each(|requests| requests.measure_from(Moment::at_ns(self.origin_ns)));
        self.intended += other.intended;
        self.intended_outside += other.intended_outside;
        self.never_sent += other.never_sent;
        self.resent += other.resent;
        let numbers = self.names.take_in(&other.names);
        self.stages.merge(other.stages, &numbers);
        self.iteration.merge(&other.iteration);
        self.outside.add(&other.outside);
        self.slices.merge(other.slices);
        self.slices_before.merge(other.slices_before);
        self.merge_spike(other.spike);
        self.limits.merge(other.limits);
        self.boundaries.merge(other.boundaries, &numbers);
        self.slowest.merge(other.slowest);
        self.own_errors.merge(&other.own_errors);
        self.values.merge(other.values);
        self.planned_span.merge(other.planned_span);
        self.iterations_span.merge(other.iterations_span);
        if let Some(theirs) = &other.arrivals {
            self.arrivals().merge(theirs);
        }
    }

    pub(super) fn since_origin(&self, moment_ns: u64) -> u64 {
        moment_ns.saturating_sub(self.origin_ns)
    }

    /// The stage of what is intended at a moment since the run began.
    pub(super) fn index_at(&self, intended_ns: u64) -> usize {
        self.stages.index_at(self.since_origin(intended_ns))
    }

    /// What every request has in common, whether it has an endpoint or not.
    #[inline(always)]
    fn end_in(&mut self, index: usize, entry: &LogEntry) {
        let (moments, is_ok) = (entry.moments, entry.fate.is_ok());
        let since_origin = moments.since(self.origin_ns);
        self.slices.record(since_origin, is_ok);
        self.stages.time(index, since_origin.intended_ns, moments.response_ns());
        if let Some(spike) = &mut self.spike {
            spike.slices.record(since_origin, is_ok);
        }
        if !self.limits.is_empty() {
            self.watch(index, since_origin.intended_ns, moments.response_ns(), entry.endpoint);
        }
        if self.slowest.may_hold(moments) && self.stages.is_judged(index) {
            self.slowest.keep(moments, self.names.name_of(entry.endpoint), entry.phases.as_deref());
        }
    }

    #[inline(never)]
    fn watch(&mut self, index: usize, intended_ns: u64, response_ns: u64, endpoint: u32) {
        let placed_ns = self.placed(intended_ns);
        let (stages, endpoint, class) = (&self.stages, self.names.name_of(endpoint), self.class.as_deref());
        self.limits.record(placed_ns, response_ns, |scope| match scope.among(class) {
            Some(TimeScope::Requests) => stages.is_judged(index),
            Some(TimeScope::Endpoint(name)) => name == endpoint && stages.is_judged(index),
            Some(TimeScope::Stage(name)) => stages.bounds(index).is_some_and(|stage| stage.name == *name),
            Some(TimeScope::Iterations | TimeScope::OfClass(..)) | None => false,
        });
    }

    fn merge_spike(&mut self, theirs: Option<SpikeSlices>) {
        match (&mut self.spike, theirs) {
            (Some(ours), Some(theirs)) => ours.slices.merge(theirs.slices),
            (None, theirs) => self.spike = theirs,
            (Some(_), None) => {}
        }
    }

    /// True for arrivals and for paced users.
    pub(super) fn has_planned_starts(&self) -> bool {
        self.arrivals.is_some()
    }

    /// Created by the first note about an arrival.
    pub(super) fn arrivals(&mut self) -> &mut ArrivalCounts {
        self.arrivals.get_or_insert_with(ArrivalCounts::new)
    }
}

#[cfg(any(test, feature = "trial"))]
impl Recorder {
    /// A request has ended, written down as an author would.
    pub fn end(&mut self, phase: Phase, sample: &super::Sample) {
        let endpoint = self.names.index_of(&sample.endpoint);
        self.record(&LogEntry::of(phase, endpoint, sample.clone()));
    }
}

#[cfg(test)]
mod tests;
