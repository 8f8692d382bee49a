//! The stages of a measurement: to which a request belongs, and what each came to.

use std::sync::Arc;
use std::time::Duration;

use super::endpoint::Endpoints;
use super::sample::{Entry, Moments};
use super::seconds::nanoseconds;
use super::series::Series;
use super::stage::{StageBounds, StageSummary};
use super::summary::Summary;

/// From the first start to the last end, since the run began; an empty span has a start after its end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Span {
    first_ns: u64,
    last_ns: u64,
}

/// The requests of one stage, or of a whole measurement without stages.
#[derive(Debug, Clone)]
pub(super) struct StageRequests {
    timeout: Duration,
    /// What is of no endpoint. The total is worked out at the end: these and those of the endpoints.
    rest: Series,
    /// By the endpoint's number; `None` for one that this stage has not seen.
    endpoints: Vec<Option<Series>>,
    span: Span,
}

/// The requests by stage; one part for everything where the plan has no stages.
#[derive(Debug, Clone)]
pub(super) struct RequestsByStage {
    bounds: Arc<[StageBounds]>,
    /// When the stages begin, since the measurement began.
    begins_ns: Vec<u64>,
    stages: Vec<StageRequests>,
}

impl RequestsByStage {
    pub(super) fn new(timeout: Duration, bounds: Arc<[StageBounds]>) -> RequestsByStage {
        let stages = vec![StageRequests::new(timeout); bounds.len().max(1)];
        RequestsByStage { begins_ns: begins_ns(&bounds), bounds, stages }
    }

    /// The stage in which a request is intended; before the first counts as the first, after the last as the last.
    pub(super) fn index_at(&self, since_measured_ns: u64) -> usize {
        self.begins_ns.partition_point(|begins_ns| *begins_ns <= since_measured_ns).saturating_sub(1)
    }

    pub(super) fn bounds(&self, index: usize) -> Option<&StageBounds> {
        self.bounds.get(index)
    }

    /// True if the part is judged by thresholds that name no stage.
    pub(super) fn is_judged(&self, index: usize) -> bool {
        self.bounds(index).is_none_or(StageBounds::is_steady)
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
        }
        for (ours, theirs) in self.stages.iter_mut().zip(other.stages) {
            ours.merge(&theirs, numbers);
        }
    }

    /// What thresholds judge that name no stage, and how long it lasted as measured.
    pub(super) fn judged(&self) -> (StageRequests, Duration) {
        let mut judged = (0..self.stages.len()).filter(|index| self.is_judged(*index)).map(|index| &self.stages[index]);
        let mut all = judged.next().cloned().unwrap_or_else(|| StageRequests::new(self.stages[0].timeout));
        // Steady stages need not follow each other: the time between two of them is not counted.
        let mut span = all.span.length().unwrap_or_default();
        for part in judged {
            span += part.span.length().unwrap_or_default();
            let same: Vec<usize> = (0..part.endpoints.len()).collect();
            all.merge(part, &same);
        }
        (all, span)
    }

    pub(super) fn into_stages(self, names: &Endpoints) -> Vec<StageSummary> {
        let stages = self.bounds.iter().zip(self.stages);
        stages
            .map(|(bounds, part)| {
                let span = part.span.length().unwrap_or_default();
                let (total, endpoints) = part.into_summaries(span, names);
                // A stage is a part of the test, whose histograms are recorded.
                let (total, endpoints) = (total.unrecorded(), endpoints.into_iter().map(Summary::unrecorded).collect());
                let (name, from, to) = (bounds.name.clone(), bounds.from, bounds.to);
                let (begins_s, span) = (bounds.begins.as_secs_f64(), bounds.ends.saturating_sub(bounds.begins));
                let steady = bounds.is_steady();
                StageSummary { name, from, to, steady, begins_s, span, total, endpoints }
            })
            .collect()
    }
}

fn begins_ns(bounds: &[StageBounds]) -> Vec<u64> {
    bounds.iter().map(|stage| nanoseconds(stage.begins)).collect()
}

impl StageRequests {
    fn new(timeout: Duration) -> StageRequests {
        StageRequests { timeout, rest: Series::new(timeout), endpoints: Vec::new(), span: Span::default() }
    }

    /// A request of the endpoint with this number.
    pub(super) fn record(&mut self, endpoint: usize, entry: &Entry) {
        self.span.widen(entry.moments);
        let series = match self.endpoints.get_mut(endpoint) {
            Some(Some(series)) => series,
            _ => self.begin(endpoint),
        };
        series.record(entry.moments, &entry.fate);
        series.add_bytes(entry.bytes_sent, entry.bytes_received);
    }

    /// A request of no endpoint.
    pub(super) fn record_in_total(&mut self, entry: &Entry) {
        self.rest.record(entry.moments, &entry.fate);
        self.span.widen(entry.moments);
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
        let seen = self.endpoints.into_iter().enumerate().filter_map(|(number, series)| Some((number, series?)));
        let mut endpoints: Vec<_> =
            seen.map(|(number, series)| series.into_summary(names.name(number).to_owned(), span)).collect();
        endpoints.sort_by(|one, other| one.name.cmp(&other.name));
        (total.into_summary(String::new(), span), endpoints)
    }

    fn merge(&mut self, other: &StageRequests, numbers: &[usize]) {
        self.rest.merge(&other.rest);
        for (number, theirs) in numbers.iter().zip(&other.endpoints) {
            if let Some(theirs) = theirs {
                self.begin(*number).merge(theirs);
            }
        }
        self.span.merge(other.span);
    }
}

impl Default for Span {
    fn default() -> Span {
        Span { first_ns: u64::MAX, last_ns: 0 }
    }
}

impl Span {
    pub(super) fn between(first: Duration, last: Duration) -> Span {
        Span { first_ns: nanoseconds(first), last_ns: nanoseconds(last) }
    }

    pub(super) fn widen(&mut self, moments: Moments) {
        self.merge(Span { first_ns: moments.intended_ns, last_ns: moments.done_ns });
    }

    pub(super) fn merge(&mut self, other: Span) {
        self.first_ns = self.first_ns.min(other.first_ns);
        self.last_ns = self.last_ns.max(other.last_ns);
    }

    /// What has begun lasts at least so long.
    pub(super) fn at_least(&mut self, planned: Span) {
        if !self.is_empty() {
            self.merge(planned);
        }
    }

    /// Its end.
    pub(super) fn last(self) -> Option<Duration> {
        (!self.is_empty()).then(|| Duration::from_nanos(self.last_ns))
    }

    pub(super) fn length(self) -> Option<Duration> {
        (!self.is_empty()).then(|| Duration::from_nanos(self.last_ns.saturating_sub(self.first_ns)))
    }

    fn is_empty(self) -> bool {
        self.first_ns == u64::MAX
    }
}
