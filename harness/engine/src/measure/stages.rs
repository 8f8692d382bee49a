//! The stages of a measurement: to which a request belongs, and what each came to.

mod summaries;

use std::sync::Arc;
use std::time::Duration;

use super::crossing::{CarriedOver, Crossing, Extent, Window};
use super::endpoint::Endpoints;
use super::sample::{LogEntry, Moments};
use super::seconds::nanoseconds;
use super::series::Series;
use super::span::Span;
use super::stage::StageBounds;
use super::stage_parts::StageParts;
use super::summary::Summary;

/// The requests of one stage, or of a whole measurement without stages.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct StageRequests {
    timeout: Duration,
    /// What is of no endpoint. The total is worked out at the end: these and those of the endpoints.
    rest: Series,
    /// By the endpoint's number; `None` for one that this stage has not seen.
    endpoints: Vec<Option<Series>>,
    pub(super) span: Span,
    /// When it ends, since the run began, if that is planned and known.
    ends_ns: u64,
    /// Its planned length, if it was offered as planned.
    planned: Option<Duration>,
    /// By the endpoint's number: what ended here less what belongs here, of the requests that ended ok.
    moved: Vec<f64>,
    carried_over: Option<CarriedOver>,
}

/// The requests by stage; one part for everything where the plan has no stages.
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct RequestsByStage {
    #[cfg_attr(feature = "cluster", serde(with = "super::travel::shared"))]
    bounds: Arc<[StageBounds]>,
    /// When the stages begin, since the measurement began.
    begins_ns: Vec<u64>,
    /// The planned length of a measurement without stages.
    length: Option<Duration>,
    stages: Vec<StageRequests>,
    /// Of each stage of the plan.
    parts: Vec<StageParts>,
}

impl RequestsByStage {
    pub(super) fn new(timeout: Duration, bounds: Arc<[StageBounds]>) -> RequestsByStage {
        let stages = vec![StageRequests::new(timeout); bounds.len().max(1)];
        let parts = bounds.iter().map(StageParts::new).collect();
        RequestsByStage { begins_ns: begins_ns(&bounds), bounds, length: None, stages, parts }
    }

    /// A request of the part with this index was due so long after the measurement began, and took so long.
    #[inline]
    pub(super) fn time(&mut self, index: usize, intended_ns: u64, response_ns: u64) {
        if let Some(parts) = self.parts.get_mut(index) {
            parts.record(intended_ns, response_ns);
        }
    }

    /// A measurement without stages is to last so long.
    pub(super) fn lasting(&mut self, length: Option<Duration>) {
        self.length = length;
    }

    /// A measurement without stages that began at `origin_ns` ends earlier than planned, after `length`.
    pub(super) fn shorten(&mut self, length: Duration, origin_ns: u64) {
        if self.bounds.is_empty() && self.length.is_none_or(|planned| length < planned) {
            self.length = Some(length);
            self.measure_from(origin_ns);
        }
    }

    pub(super) fn has_planned_length(&self) -> bool {
        self.length.is_some() || !self.bounds.is_empty()
    }

    /// The measurement began at `origin_ns`.
    pub(super) fn measure_from(&mut self, origin_ns: u64) {
        for index in 0..self.stages.len() {
            self.stages[index].ends_ns = self.window(index, origin_ns).until_ns;
        }
    }

    /// When the part with this index begins and ends, if the measurement began at `origin_ns`. Its end is that of time if
    /// it is not planned.
    pub(super) fn window(&self, index: usize, origin_ns: u64) -> Window {
        let begins_ns = self.begins_ns.get(index).copied().unwrap_or_default();
        let ends = self.bounds(index).map(|stage| stage.ends).or(self.length);
        let until_ns = ends.map_or(u64::MAX, |ends| origin_ns.saturating_add(nanoseconds(ends)));
        Window { from_ns: origin_ns.saturating_add(begins_ns), until_ns }
    }

    /// True if what ended at `done_ns` was open when the part with this index ended.
    #[inline]
    pub(super) fn ends_before(&self, index: usize, done_ns: u64) -> bool {
        done_ns > self.stages[index].ends_ns
    }

    pub(super) fn len(&self) -> usize {
        self.stages.len()
    }

    /// The least time of an ok request of the endpoint with this number, in any part.
    pub(super) fn shortest_ns(&self, endpoint: usize) -> u64 {
        self.stages.iter().filter_map(|stage| stage.endpoint(endpoint)?.shortest_ok_ns()).min().unwrap_or_default()
    }

    /// The run was carried out as planned: rates are over the planned lengths.
    pub(super) fn as_planned(&mut self, origin_ns: u64) {
        for index in 0..self.stages.len() {
            let window = self.window(index, origin_ns);
            self.stages[index].planned = (window.until_ns < u64::MAX).then(|| Duration::from_nanos(window.length_ns()));
        }
    }

    /// How long the judged parts were planned to last together, if they were.
    pub(super) fn planned_judged(&self) -> Option<Duration> {
        (0..self.stages.len()).filter(|index| self.is_judged(*index)).map(|index| self.stages[index].planned).sum()
    }

    /// The stage in which a request is intended; before the first counts as the first, after the last as the last.
    pub(super) fn index_at(&self, since_measured_ns: u64) -> usize {
        self.begins_ns.partition_point(|begins_ns| *begins_ns <= since_measured_ns).saturating_sub(1)
    }

    pub(super) fn bounds(&self, index: usize) -> Option<&StageBounds> {
        self.bounds.get(index)
    }

    /// All that was counted began and ended later by so much.
    pub(super) fn postpone(&mut self, by_ns: u64) {
        for stage in &mut self.stages {
            stage.ends_ns = stage.ends_ns.saturating_add(by_ns);
            stage.span.postpone(by_ns);
        }
    }

    /// True if the plan has stages.
    pub(super) fn has_bounds(&self) -> bool {
        !self.bounds.is_empty()
    }

    /// True if the part is judged by thresholds that name no stage.
    pub(super) fn is_judged(&self, index: usize) -> bool {
        self.bounds(index).is_none_or(StageBounds::is_steady)
    }

    pub(super) fn part(&self, index: usize) -> &StageRequests {
        &self.stages[index]
    }

    pub(super) fn stage(&mut self, index: usize) -> &mut StageRequests {
        &mut self.stages[index]
    }

    /// Requests of every part that were intended.
    pub(super) fn intended(&self) -> u64 {
        self.stages.iter().flat_map(StageRequests::series).map(|series| series.counts().intended).sum()
    }

    pub(super) fn clipped(&self) -> u64 {
        self.stages.iter().flat_map(StageRequests::series).map(Series::clipped).sum()
    }

    /// From the first request of any part to the last.
    pub(super) fn span(&self) -> Span {
        let mut span = Span::default();
        self.stages.iter().for_each(|part| span.merge(part.span));
        span
    }

    /// A measurement without stages was planned like this; stages have their own plan.
    pub(super) fn at_least(&mut self, planned: Span) {
        if self.bounds.is_empty() {
            self.stages.iter_mut().for_each(|part| part.span.at_least(planned));
        }
    }

    /// A recorder without stages takes over those of the other. `numbers`: those of the other's endpoints here.
    pub(super) fn merge(&mut self, other: RequestsByStage, numbers: &[usize]) {
        if self.bounds.is_empty() && !other.bounds.is_empty() {
            (self.bounds, self.begins_ns) = (Arc::clone(&other.bounds), begins_ns(&other.bounds));
            self.stages.resize_with(other.stages.len(), || StageRequests::new(other.stages[0].timeout));
            self.parts = self.bounds.iter().map(StageParts::new).collect();
        }
        self.parts.iter_mut().zip(&other.parts).for_each(|(ours, theirs)| ours.merge(theirs));
        // Workers of several processes may have been stopped one after the other: the measurement lasted as long as the last.
        self.length = self.length.max(other.length);
        for (ours, theirs) in self.stages.iter_mut().zip(other.stages) {
            ours.merge(&theirs, numbers);
        }
    }

    /// What thresholds judge that name no stage, and how long it lasted as measured.
    pub(super) fn judged(&self) -> (StageRequests, Duration) {
        let mut judged = (0..self.stages.len()).filter(|index| self.is_judged(*index)).map(|index| &self.stages[index]);
        let mut all = judged.next().cloned().unwrap_or_else(|| StageRequests::new(self.stages[0].timeout));
        // Steady stages need not follow each other: the time between two of them is not counted.
        let mut span = all.length();
        for part in judged {
            span += part.length();
            let same: Vec<usize> = (0..part.endpoints.len().max(part.moved.len())).collect();
            all.merge(part, &same);
        }
        (all, span)
    }
}

fn begins_ns(bounds: &[StageBounds]) -> Vec<u64> {
    bounds.iter().map(|stage| nanoseconds(stage.begins)).collect()
}

impl StageRequests {
    fn new(timeout: Duration) -> StageRequests {
        StageRequests {
            timeout,
            rest: Series::new(timeout),
            endpoints: Vec::new(),
            span: Span::default(),
            ends_ns: u64::MAX,
            planned: None,
            moved: Vec::new(),
            carried_over: None,
        }
    }

    /// A request of the endpoint with this number, which ended `done_ns` after the measurement began.
    pub(super) fn record(&mut self, endpoint: usize, entry: &LogEntry, done_ns: u64) {
        self.span.widen(entry.moments);
        let series = match self.endpoints.get_mut(endpoint) {
            Some(Some(series)) => series,
            _ => self.begin(endpoint),
        };
        series.record(entry.moments, &entry.fate);
        series.add_bytes(entry.bytes_sent, entry.bytes_received);
        series.add_decoded(entry.bytes_decoded);
        series.add_answer(entry.answer, done_ns);
    }

    /// A request of no endpoint.
    pub(super) fn record_in_total(&mut self, entry: &LogEntry) {
        self.rest.record(entry.moments, &entry.fate);
        self.span.widen(entry.moments);
    }

    /// `share` of an ok request of the endpoint with this number ended here without belonging here, or the other way round.
    pub(super) fn move_end(&mut self, endpoint: usize, share: f64) {
        if self.moved.len() <= endpoint {
            self.moved.resize(endpoint + 1, 0.0);
        }
        self.moved[endpoint] += share;
    }

    /// Counts a request that began before this part, as if it had begun with it. Where it ended is known already.
    pub(super) fn carry_over(&mut self, crossing: &Crossing, moments: Moments, done_ns: u64) {
        let Crossing { endpoint, ref fate, answer, .. } = *crossing;
        self.span.widen(moments);
        let series = self.begin(endpoint);
        series.record(moments, fate);
        series.add_answer(answer, done_ns);
        if fate.is_ok() {
            self.move_end(endpoint, -1.0);
        }
        CarriedOver::add(&mut self.carried_over, moments);
    }

    pub(super) fn carried_over(&self) -> Option<CarriedOver> {
        self.carried_over
    }

    pub(super) fn endpoint(&self, number: usize) -> Option<&Series> {
        self.endpoints.get(number)?.as_ref()
    }

    /// The number of its samples, and the longest.
    pub(super) fn extent(&self) -> Extent {
        self.series().map(Series::extent).fold(Extent::default(), |all, one| Extent {
            samples: all.samples + one.samples,
            longest_ns: all.longest_ns.max(one.longest_ns),
        })
    }

    /// As planned, or as measured.
    fn length(&self) -> Duration {
        self.planned.or(self.span.length()).unwrap_or_default()
    }

    /// The requests of an endpoint, of which this may be the first.
    #[cold]
    fn begin(&mut self, number: usize) -> &mut Series {
        if self.endpoints.len() <= number {
            self.endpoints.resize_with(number + 1, || None);
        }
        self.endpoints[number].get_or_insert_with(|| Series::new(self.timeout))
    }

    /// Everything that is counted here, each request in one of them.
    fn series(&self) -> impl Iterator<Item = &Series> {
        std::iter::once(&self.rest).chain(self.endpoints.iter().flatten())
    }

    fn total(&self) -> Series {
        let mut total = Series::new(self.timeout);
        self.series().for_each(|series| total.merge(series));
        total
    }

    /// Requests that have no time, because they were never sent or never ended.
    pub(super) fn count_untimed(&mut self, never_sent: u64, never_ended: u64) {
        self.rest.count_untimed(never_sent, never_ended);
    }

    /// The total, and the endpoints by name.
    pub(super) fn into_summaries(self, span: Duration, names: &Endpoints) -> (Summary, Vec<Summary>) {
        let total = self.total();
        let moved = |number: usize| self.moved.get(number).copied().unwrap_or_default();
        let seen = self.endpoints.into_iter().enumerate().filter_map(|(number, series)| Some((number, series?)));
        let mut endpoints: Vec<_> = seen
            .map(|(number, series)| series.into_summary(names.name(number).to_owned(), span, moved(number)))
            .collect();
        endpoints.sort_by(|one, other| one.name.cmp(&other.name));
        (total.into_summary(String::new(), span, self.moved.iter().sum()), endpoints)
    }

    fn merge(&mut self, other: &StageRequests, numbers: &[usize]) {
        self.rest.merge(&other.rest);
        for (number, theirs) in numbers.iter().zip(&other.endpoints) {
            if let Some(theirs) = theirs {
                self.begin(*number).merge(theirs);
            }
        }
        self.span.merge(other.span);
        for (number, moved) in numbers.iter().zip(&other.moved) {
            self.move_end(*number, *moved);
        }
    }
}
