//! What a recorder has counted and timed, as figures.

use super::arrival_counts::health;
use super::endpoint::ITERATION;
use super::health::GeneratorHealth;
use super::measured::Measured;
use super::recorder::Recorder;
use super::spike::SpikeFigures;
use super::whole_run::WholeRun;

impl Recorder {
    /// The figures. Every intended request is in exactly one place.
    pub fn finish(self) -> Measured {
        let whole = WholeRun::of(&self);
        self.finish_within(&whole)
    }

    /// The figures of a part of a run, or of the whole of it.
    pub fn finish_within(mut self, whole: &WholeRun) -> Measured {
        let lost = self.count_the_lost();
        (0..self.stages.len()).for_each(|index| self.stages.stage(index).span.at_least(whole.span(index)));
        self.iterations_span.at_least(whole.iterations_span);
        self.move_ends(whole);
        let (mut judged, judged_span) = self.stages.judged();
        self.carry_over(&mut judged, whole);
        // The last pause belongs to the last iteration, but not to the time in which requests were measured.
        let measured_span = self.iterations_span.length();
        let iterations_span = measured_span.and(self.stages.planned_judged()).or(measured_span).unwrap_or_default();
        let (iterations_span, judged_span) = (self.own(iterations_span), self.own(judged_span));
        let carried_over = judged.carried_over().or(self.boundaries.iterations_carried_over);
        judged.count_untimed(self.never_sent, lost);
        let mut requests_span = self.stages.span();
        requests_span.at_least(self.planned_span);
        let requests_span = requests_span.length().map(|length| self.own(length));
        let planned_length = self.planned_span.length().map(|length| self.own(length));
        self.slices.own_time_only(self.turns.as_ref(), planned_length);
        let clipped = self.stages.clipped() + self.iteration.clipped();
        let rate_span = if requests_span.is_none() { iterations_span } else { judged_span };
        let (total, endpoints) = judged.into_summaries(rate_span, &self.names);
        assert!(total.requests.is_conserved(), "a request is counted twice or not at all: {:?}", total.requests);
        assert!(self.outside.is_conserved(), "a request outside the measurement is lost: {:?}", self.outside);
        Measured {
            total,
            iteration: self.iteration.into_summary(
                ITERATION.to_owned(),
                iterations_span,
                self.boundaries.iterations_moved,
            ),
            carried_over,
            planned_length,
            turns: self.turns.as_ref().map(|turns| self.slices.in_turns(turns)).unwrap_or_default(),
            endpoints,
            outside: self.outside,
            span: requests_span.unwrap_or(iterations_span),
            timeline: self.slices.timeline(),
            slices: self.slices.for_chart(0.0),
            slices_before: self.slices_before.before(self.origin_ns),
            spike: self.spike.map(|mut spike| SpikeFigures::of(&spike.slices.timeline(), &spike.bounds)),
            generator: GeneratorHealth { resent: self.resent, ..health(self.own_errors, clipped, self.arrivals) },
            slowest: self.slowest.into_requests(self.origin_ns),
            exceedances: self.limits.finish(&mut self.slices),
            values: self.values.finish(rate_span.as_secs_f64()),
            stages: self.stages.into_stages(&self.names),
            ..Measured::default()
        }
    }
}
