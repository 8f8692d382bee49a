//! What one worker thread counts and times, and what all of them come to.

#[cfg(test)]
mod tests;

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::time::Duration;

use super::series::{Series, count, tally};
use super::slices::Slices;
use super::{Counts, Fate, GeneratorHealth, Measured, Phase, Sample, Slow};

/// The reserved name of the iterations.
pub(crate) const ITERATION: &str = "iteration";
/// How many of the slowest requests are kept.
const SLOWEST: usize = 5;

/// What one worker thread counts and times. Belongs to one thread; merged at the end.
///
/// `intend` and `end` are counted apart, so that a request that never ends is noticed and not forgotten.
#[derive(Debug, Clone)]
pub(crate) struct Recorder {
    timeout: Duration,
    origin: Duration,
    intended: u64,
    intended_outside: u64,
    never_sent: u64,
    resent: u64,
    total: Series,
    iteration: Series,
    endpoints: BTreeMap<String, Series>,
    outside: Counts,
    slices: Slices,
    slowest: Vec<Slowest>,
    own_errors: BTreeMap<String, u64>,
    requests_span: Span,
    iterations_span: Span,
}

/// Ordered slowest first, then earliest, so that merging in any order keeps the same five.
type Slowest = (Reverse<Duration>, Duration, String);

/// From the first start to the last end.
#[derive(Debug, Clone, Copy, Default)]
struct Span(Option<(Duration, Duration)>);

impl Recorder {
    pub(crate) fn new(timeout: Duration) -> Recorder {
        Recorder {
            timeout,
            origin: Duration::ZERO,
            intended: 0,
            intended_outside: 0,
            never_sent: 0,
            resent: 0,
            total: Series::new(timeout),
            iteration: Series::new(timeout),
            endpoints: BTreeMap::new(),
            outside: Counts::default(),
            slices: Slices::default(),
            slowest: Vec::new(),
            own_errors: BTreeMap::new(),
            requests_span: Span::default(),
            iterations_span: Span::default(),
        }
    }

    /// The measurement began `origin` after the run; to be said before the first measured sample ends.
    pub(crate) fn measure_from(&mut self, origin: Duration) {
        self.origin = origin;
    }

    /// A request is wanted; it must `end` exactly once.
    pub(crate) fn intend(&mut self, phase: Phase) {
        match phase {
            Phase::Measured => self.intended += 1,
            Phase::Outside => self.intended_outside += 1,
        }
    }

    /// A request that was intended has ended.
    pub(crate) fn end(&mut self, phase: Phase, sample: Sample) {
        if let Fate::Ours(cause) = &sample.fate {
            tally(&mut self.own_errors, cause, 1);
        }
        if phase == Phase::Outside {
            self.outside.intended += 1;
            count(&mut self.outside, &sample.fate);
            return;
        }
        match self.endpoints.get_mut(&sample.endpoint) {
            Some(endpoint) => endpoint.record(&sample),
            None => {
                let mut endpoint = Series::new(self.timeout);
                endpoint.record(&sample);
                self.endpoints.insert(sample.endpoint.clone(), endpoint);
            }
        }
        self.end_in_total(sample);
    }

    /// A request of no endpoint: an iteration that failed before it sent any.
    pub(crate) fn end_in_total(&mut self, sample: Sample) {
        self.total.record(&sample);
        let (intended, done) = (sample.intended.saturating_sub(self.origin), sample.done.saturating_sub(self.origin));
        self.slices.record(intended, done, sample.fate == Fate::Ok);
        self.requests_span.widen(sample.intended, sample.done);
        self.keep_if_slow(sample);
    }

    /// An iteration of the measured phase has ended. Not part of any other figure.
    pub(crate) fn iteration(&mut self, sample: &Sample) {
        self.iteration.record(sample);
        self.iterations_span.widen(sample.intended, sample.done);
    }

    /// A measured request was sent once more; it is counted once all the same.
    pub(crate) fn resent(&mut self) {
        self.resent += 1;
    }

    /// The measurement was planned from `from` to `until`: no rate is over less than that, whoever thought meanwhile.
    pub(crate) fn planned(&mut self, from: Duration, until: Duration) {
        for span in [&mut self.requests_span, &mut self.iterations_span] {
            if span.0.is_some() {
                span.widen(from, until);
            }
        }
    }

    /// When the last measured request ended.
    pub(crate) fn last_end(&self) -> Option<Duration> {
        self.requests_span.0.map(|(_, last)| last)
    }

    /// Requests that were planned, and will not be sent any more.
    pub(crate) fn never_sent(&mut self, requests: u64) {
        self.never_sent += requests;
    }

    pub(crate) fn merge(&mut self, other: Recorder) {
        // A worker without a measured sample may never have learnt when the measurement began.
        self.origin = self.origin.max(other.origin);
        self.intended += other.intended;
        self.intended_outside += other.intended_outside;
        self.never_sent += other.never_sent;
        self.resent += other.resent;
        self.total.merge(&other.total);
        self.iteration.merge(&other.iteration);
        for (name, theirs) in other.endpoints {
            self.endpoints.entry(name).or_insert_with(|| Series::new(self.timeout)).merge(&theirs);
        }
        self.outside.add(&other.outside);
        self.slices.merge(other.slices);
        self.slowest.extend(other.slowest);
        self.slowest.sort();
        self.slowest.truncate(SLOWEST);
        for (cause, count) in &other.own_errors {
            tally(&mut self.own_errors, cause, *count);
        }
        self.requests_span.merge(other.requests_span);
        self.iterations_span.merge(other.iterations_span);
    }

    /// The figures. Every intended request is in exactly one place.
    pub(crate) fn finish(mut self) -> Measured {
        self.count_the_lost();
        // The last thought belongs to the last iteration, but not to the time in which requests were measured.
        let iterations_span = self.iterations_span.length().unwrap_or_default();
        let span = self.requests_span.length().unwrap_or(iterations_span);
        let clipped = self.total.clipped() + self.iteration.clipped();
        let total = self.total.into_summary(String::new(), span);
        assert!(total.requests.is_conserved(), "a request is counted twice or not at all: {:?}", total.requests);
        assert!(self.outside.is_conserved(), "a request outside the measurement is lost: {:?}", self.outside);
        Measured {
            total,
            iteration: self.iteration.into_summary(ITERATION.to_owned(), iterations_span),
            endpoints: self.endpoints.into_iter().map(|(name, series)| series.into_summary(name, span)).collect(),
            outside: self.outside,
            span,
            timeline: self.slices.timeline(),
            generator: GeneratorHealth {
                own_errors: self.own_errors,
                clipped,
                resent: self.resent,
                ..GeneratorHealth::default()
            },
            slowest: self.slowest.into_iter().map(|slow| told(slow, self.origin)).collect(),
            ..Measured::default()
        }
    }

    /// A request that was opened and never closed is our own error: the run proves nothing, and the sum holds.
    fn count_the_lost(&mut self) {
        let lost = self.intended.saturating_sub(self.total.counts().intended);
        let lost_outside = self.intended_outside.saturating_sub(self.outside.intended);
        self.total.count_untimed(self.never_sent, lost);
        self.outside.intended += lost_outside;
        self.outside.in_flight_at_end += lost_outside;
        if lost + lost_outside > 0 {
            tally(&mut self.own_errors, "request opened but never closed", lost + lost_outside);
        }
    }

    fn keep_if_slow(&mut self, sample: Sample) {
        let slow = (Reverse(sample.done.saturating_sub(sample.intended)), sample.intended, sample.endpoint);
        if self.slowest.len() == SLOWEST && self.slowest.last().is_some_and(|last| *last <= slow) {
            return;
        }
        let place = self.slowest.partition_point(|other| *other <= slow);
        self.slowest.insert(place, slow);
        self.slowest.truncate(SLOWEST);
    }
}

impl Span {
    fn widen(&mut self, first: Duration, last: Duration) {
        let (start, end) = self.0.unwrap_or((first, last));
        self.0 = Some((start.min(first), end.max(last)));
    }

    fn merge(&mut self, other: Span) {
        if let Some((first, last)) = other.0 {
            self.widen(first, last);
        }
    }

    fn length(self) -> Option<Duration> {
        self.0.map(|(first, last)| last.saturating_sub(first))
    }
}

fn told((Reverse(response_time), intended, endpoint): Slowest, origin: Duration) -> Slow {
    Slow { endpoint, at_s: intended.saturating_sub(origin).as_secs_f64(), response_time_s: response_time.as_secs_f64() }
}
