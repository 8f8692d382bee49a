//! What one worker thread counts and times, and what all of them come to.

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
    total: Series,
    iteration: Series,
    endpoints: BTreeMap<String, Series>,
    outside: Counts,
    slices: Slices,
    slowest: Vec<Slowest>,
    own_errors: BTreeMap<String, u64>,
    span: Option<(Duration, Duration)>,
}

/// Ordered slowest first, then earliest, so that merging in any order keeps the same five.
type Slowest = (Reverse<Duration>, Duration, String);

impl Recorder {
    pub(crate) fn new(timeout: Duration) -> Recorder {
        Recorder {
            timeout,
            origin: Duration::ZERO,
            intended: 0,
            intended_outside: 0,
            never_sent: 0,
            total: Series::new(timeout),
            iteration: Series::new(timeout),
            endpoints: BTreeMap::new(),
            outside: Counts::default(),
            slices: Slices::default(),
            slowest: Vec::new(),
            own_errors: BTreeMap::new(),
            span: None,
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
        self.widen_span(sample.intended, sample.done);
        self.keep_if_slow(sample);
    }

    /// An iteration of the measured phase has ended. Not part of any other figure.
    pub(crate) fn iteration(&mut self, sample: &Sample) {
        self.iteration.record(sample);
        self.widen_span(sample.intended, sample.done);
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
        if let Some((first, last)) = other.span {
            self.widen_span(first, last);
        }
    }

    /// The figures. Every intended request is in exactly one place.
    pub(crate) fn finish(mut self) -> Measured {
        self.count_the_lost();
        let span = self.span.map(|(first, last)| last.saturating_sub(first)).unwrap_or_default();
        let clipped = self.total.clipped() + self.iteration.clipped();
        let total = self.total.into_summary(String::new(), span);
        assert!(total.requests.is_conserved(), "a request is counted twice or not at all: {:?}", total.requests);
        assert!(self.outside.is_conserved(), "a request outside the measurement is lost: {:?}", self.outside);
        Measured {
            total,
            iteration: self.iteration.into_summary(ITERATION.to_owned(), span),
            endpoints: self.endpoints.into_iter().map(|(name, series)| series.into_summary(name, span)).collect(),
            outside: self.outside,
            span,
            timeline: self.slices.timeline(),
            generator: GeneratorHealth { own_errors: self.own_errors, clipped, ..GeneratorHealth::default() },
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

    fn widen_span(&mut self, first: Duration, last: Duration) {
        let (start, end) = self.span.unwrap_or((first, last));
        self.span = Some((start.min(first), end.max(last)));
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

fn told((Reverse(response_time), intended, endpoint): Slowest, origin: Duration) -> Slow {
    Slow { endpoint, at_s: intended.saturating_sub(origin).as_secs_f64(), response_time_s: response_time.as_secs_f64() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::measure::Summary;

    const MS: fn(u64) -> Duration = Duration::from_millis;
    const ENDPOINTS: [&str; 3] = ["GET /a", "GET /b", "POST /c"];

    fn fates() -> impl Strategy<Value = Fate> {
        prop_oneof![
            4 => Just(Fate::Ok),
            1 => Just(Fate::Failed("status 503".to_owned())),
            1 => Just(Fate::Failed("check: a full page".to_owned())),
            1 => Just(Fate::TimedOut),
            1 => Just(Fate::InFlightAtEnd),
            1 => Just(Fate::Ours("no descriptors left".to_owned())),
        ]
    }

    prop_compose! {
        fn samples()(endpoint in 0usize..3, at in 0u64..5_000, lag in 0u64..3, took in 0u64..3_000, fate in fates()) -> Sample {
            let intended = MS(at);
            let (sent, done) = (intended + MS(lag), intended + MS(lag + took));
            let endpoint = ENDPOINTS[endpoint].to_owned();
            Sample { endpoint, intended, sent, done, fate, bytes_sent: 3, bytes_received: 5 }
        }
    }

    fn runs() -> impl Strategy<Value = Vec<(bool, Sample)>> {
        prop::collection::vec((prop::bool::weighted(0.8), samples()), 0..40)
    }

    fn record(run: &[(bool, Sample)]) -> Recorder {
        let mut recorder = Recorder::new(MS(1_000));
        for (measured, sample) in run {
            let phase = if *measured { Phase::Measured } else { Phase::Outside };
            recorder.intend(phase);
            recorder.end(phase, sample.clone());
            if *measured {
                recorder.iteration(sample);
            }
        }
        recorder
    }

    fn merged(parts: impl IntoIterator<Item = Recorder>) -> Recorder {
        let mut parts = parts.into_iter();
        let mut first = parts.next().unwrap();
        parts.for_each(|part| first.merge(part));
        first
    }

    /// Everything that is told, without the buckets behind it.
    fn told(recorder: Recorder) -> String {
        let summary = |summary: &Summary| {
            let times = [&summary.response_time, &summary.service_time, &summary.ok_response_time].map(|times| {
                let percentiles =
                    [1.0, 50.0, 99.0].map(|p| times.percentile_s(crate::metric::Percentile::new(p).unwrap()));
                (times.samples, times.min_s, times.mean_s, times.max_s, times.stddev_s, percentiles)
            });
            format!(
                "{} {:?} {:?} {:?} {:?}",
                summary.name, summary.requests, summary.failures, times, summary.throughput_per_s
            )
        };
        let measured = recorder.finish();
        let endpoints: Vec<String> = measured.endpoints.iter().map(summary).collect();
        let (total, iteration) = (summary(&measured.total), summary(&measured.iteration));
        let rest = (measured.span, measured.outside, measured.timeline, measured.slowest, measured.generator);
        format!("{total}\n{iteration}\n{endpoints:#?}\n{rest:#?}")
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn merging_is_associative_and_equals_recording_into_one(a in runs(), b in runs(), c in runs()) {
            let left = merged([merged([record(&a), record(&b)]), record(&c)]);
            let right = merged([record(&a), merged([record(&b), record(&c)])]);
            let swapped = merged([record(&c), record(&a), record(&b)]);
            let one = told(record(&[a, b, c].concat()));
            prop_assert_eq!(&told(left), &one);
            prop_assert_eq!(&told(right), &one);
            prop_assert_eq!(&told(swapped), &one);
        }

        #[test]
        fn every_intended_request_ends_in_one_place(run in runs(), never_sent in 0u64..9, lost in 0u64..3) {
            let mut recorder = record(&run);
            recorder.never_sent(never_sent);
            (0..lost).for_each(|_| recorder.intend(Phase::Measured));
            let measured = recorder.finish();
            let sent = run.iter().filter(|(measured, _)| *measured).count() as u64;
            prop_assert!(measured.total.requests.is_conserved());
            prop_assert_eq!(measured.total.requests.intended, sent + lost + never_sent);
            prop_assert_eq!(measured.outside.intended, run.len() as u64 - sent);
            let of_endpoints: u64 = measured.endpoints.iter().map(|endpoint| endpoint.requests.intended).sum();
            prop_assert_eq!(of_endpoints, sent);
            let causes: u64 = measured.total.failures.values().sum();
            prop_assert_eq!(causes, measured.total.requests.not_ok() - never_sent - lost);
            let ended: u64 = measured.timeline.iter().map(|slice| slice.ok + slice.failed).sum();
            prop_assert_eq!(ended, sent);
        }
    }

    #[test]
    fn the_slowest_five_are_told_slowest_first_with_their_place_in_the_measurement() {
        let run: Vec<(bool, Sample)> = (1..=9)
            .map(|i| {
                (
                    true,
                    Sample {
                        endpoint: format!("GET /{i}"),
                        intended: MS(2_000 + i),
                        sent: MS(2_000 + i),
                        done: MS(2_000 + 11 * i),
                        fate: Fate::Ok,
                        bytes_sent: 0,
                        bytes_received: 0,
                    },
                )
            })
            .collect();
        let mut recorder = record(&run);
        recorder.measure_from(MS(2_000));
        let slowest = recorder.finish().slowest;
        let names: Vec<&str> = slowest.iter().map(|slow| slow.endpoint.as_str()).collect();
        assert_eq!(names, ["GET /9", "GET /8", "GET /7", "GET /6", "GET /5"]);
        assert_eq!((slowest[0].at_s, slowest[0].response_time_s), (0.009, 0.09));
    }

    #[test]
    fn throughput_counts_the_successful_over_the_span() {
        let request = |from: u64, to: u64, fate| Sample {
            endpoint: "GET /a".to_owned(),
            intended: MS(from),
            sent: MS(from),
            done: MS(to),
            fate,
            bytes_sent: 0,
            bytes_received: 0,
        };
        // Three ok in the 2 s from 1 000 to 3 000 ms.
        let ends = [
            (1_000, 1_500, Fate::Ok),
            (1_100, 1_200, Fate::Ok),
            (2_000, 3_000, Fate::TimedOut),
            (2_000, 2_500, Fate::Ok),
        ];
        let run: Vec<_> = ends.into_iter().map(|(from, to, fate)| (true, request(from, to, fate))).collect();
        let measured = record(&run).finish();
        assert_eq!(measured.span, MS(2_000));
        assert_eq!(measured.total.throughput_per_s, Some(1.5));
    }
}
