//! What is open where the measurement begins, and what becomes of it when a recorder is finished.

use std::time::Duration;

use super::crossing::{CarriedOver, Crossing, Extent, carried_over};
use super::recorder::Recorder;
use super::request_rows::UNKNOWN;
use super::sample::{Fate, LogEntry, Moments, Phase};
use super::series::take_out;
use super::stages::StageRequests;
use super::time_limit::TimeScope;
use super::whole_run::WholeRun;

impl Recorder {
    /// A request of the load has ended, which is outside the measurement.
    #[cold]
    pub(super) fn record_before(&mut self, entry: &LogEntry) {
        if self.boundaries.is_after_beginning(entry.moments.done_ns) {
            self.boundaries.add_request(None, entry.endpoint as usize, entry);
        }
    }

    /// An iteration outside the measurement has ended.
    pub fn iteration_before(&mut self, moments: Moments, fate: &Fate) {
        if self.boundaries.is_after_beginning(moments.done_ns) {
            self.boundaries.add_iteration(None, moments, fate);
        }
    }

    /// The measurement, which has begun, ends after `length`, earlier than planned.
    pub fn shorten(&mut self, length: Duration) {
        self.stages.shorten(length, self.origin_ns);
    }

    /// An iteration was given up during a pause; it is not counted.
    pub fn iteration_given_up(&mut self) {
        self.boundaries.iteration_given_up();
    }

    /// Counts each ok end in the part in which it lies, whatever part its request belongs to. Only of a run whose parts have
    /// planned lengths and were carried out as planned.
    pub(super) fn move_ends(&mut self, whole: &WholeRun) {
        if self.planned_span.is_empty() {
            return;
        }
        self.stages.as_planned(self.origin_ns);
        let starts = whole.starts;
        let windows: Vec<_> = (0..self.stages.len()).map(|index| self.stages.window(index, self.origin_ns)).collect();
        for crossing in self.boundaries.requests.iter().filter(|crossing| crossing.fate.is_ok()) {
            let shortest_ns = whole.shortest_ns(self.names.name(crossing.endpoint));
            for (index, window) in windows.iter().enumerate() {
                let share = window.share_of(crossing.moments.done_ns, shortest_ns, starts) - crossing.own_share(index);
                self.stages.stage(index).move_end(crossing.endpoint, share);
            }
        }
        let shortest_ns = whole.shortest_iteration_ns;
        let judged: Vec<usize> = (0..windows.len()).filter(|index| self.stages.is_judged(*index)).collect();
        let share = |crossing: &Crossing, index: usize| {
            windows[index].share_of(crossing.moments.done_ns, shortest_ns, starts) - crossing.own_share(index)
        };
        let ok = self.boundaries.iterations.iter().filter(|crossing| crossing.fate.is_ok());
        self.boundaries.iterations_moved +=
            ok.flat_map(|crossing| judged.iter().map(|index| share(crossing, *index))).sum::<f64>();
    }

    /// Counts what began before a part and waited longer in it than any that began there: in that part and, unless it is there
    /// already, in `judged`.
    pub(super) fn carry_over(&mut self, judged: &mut StageRequests, whole: &WholeRun) {
        let counts_before = self.boundaries.begins_as_planned || self.stages.has_planned_length();
        let is_candidate = |crossing: &Crossing| crossing.part.is_some() || counts_before;
        let mut requests = std::mem::take(&mut self.boundaries.requests);
        requests.retain(is_candidate);
        for index in 0..self.stages.len() {
            let from_ns = self.stages.window(index, self.origin_ns).from_ns;
            let of_endpoint = |number| whole.of_endpoint(index, self.names.name(number));
            let carried: Vec<&Crossing> =
                carried_over(&requests, from_ns, of_endpoint, whole.of_stage(index)).collect();
            carried.into_iter().for_each(|crossing| self.carry_into(index, from_ns, crossing, judged));
        }
        let mut iterations = std::mem::take(&mut self.boundaries.iterations);
        iterations.retain(is_candidate);
        self.carry_iterations(&iterations, whole.iterations);
    }

    fn carry_into(&mut self, index: usize, from_ns: u64, crossing: &Crossing, judged: &mut StageRequests) {
        let (moments, is_judged_here) = (crossing.moments_since(from_ns), self.is_judged_first_in(index, crossing));
        let since_origin = |moment_ns: u64| moment_ns.saturating_sub(self.origin_ns);
        let (intended_ns, done_ns) = (since_origin(from_ns), since_origin(moments.done_ns));
        self.stages.stage(index).carry_over(crossing, moments, done_ns);
        self.stages.time(index, intended_ns, moments.response_ns());
        let name = self.names.name(crossing.endpoint);
        let (stages, class) = (&self.stages, self.class.as_deref());
        self.limits.record(intended_ns, moments.response_ns(), |scope| match scope.among(class) {
            Some(TimeScope::Requests) => is_judged_here,
            Some(TimeScope::Endpoint(endpoint)) => is_judged_here && endpoint == name,
            Some(TimeScope::Stage(stage)) => stages.bounds(index).is_some_and(|bounds| bounds.name == *stage),
            Some(TimeScope::Iterations | TimeScope::OfClass(..)) | None => false,
        });
        if !is_judged_here {
            return;
        }
        judged.carry_over(crossing, moments, done_ns);
        if crossing.part.is_none() {
            take_out(&mut self.outside, &crossing.fate);
            self.slices.record(moments.since(self.origin_ns), crossing.fate.is_ok());
        }
        if self.slowest.may_hold(moments) {
            self.slowest.keep(moments, name, None);
        }
        // One that belongs to an earlier part has been handed on already.
        if crossing.part.is_none() {
            self.list_carried(crossing, moments);
        }
    }

    /// It is a request of the measurement now. Its user is not known any more.
    fn list_carried(&mut self, crossing: &Crossing, moments: Moments) {
        let Some(requests) = &mut self.requests else { return };
        let Crossing { endpoint, ref fate, answer, .. } = *crossing;
        let entry = LogEntry {
            answer,
            bytes_received: UNKNOWN,
            ..LogEntry::new(Phase::Measured, endpoint as u32, moments, fate.clone())
        };
        requests.add(&entry, None, &self.names);
    }

    fn carry_iterations(&mut self, iterations: &[Crossing], all: Extent) {
        for index in 0..self.stages.len() {
            let from_ns = self.stages.window(index, self.origin_ns).from_ns;
            for crossing in carried_over(iterations, from_ns, |_| Extent::default(), all) {
                if !self.is_judged_first_in(index, crossing) {
                    continue;
                }
                let moments = crossing.moments_since(from_ns);
                self.iteration.record(moments, &crossing.fate);
                self.iterations_span.widen(moments);
                self.boundaries.iterations_moved -= f64::from(u8::from(crossing.fate.is_ok()));
                let intended_ns = from_ns.saturating_sub(self.origin_ns);
                let class = self.class.as_deref();
                let is_meant = |scope: &TimeScope| scope.among(class) == Some(&TimeScope::Iterations);
                self.limits.record(intended_ns, moments.response_ns(), is_meant);
                CarriedOver::add(&mut self.boundaries.iterations_carried_over, moments);
            }
        }
    }

    /// True if the part with this index is the first judged one that the request was open in.
    fn is_judged_first_in(&self, index: usize, crossing: &Crossing) -> bool {
        let was_open = |earlier: usize| {
            let from_ns = self.stages.window(earlier, self.origin_ns).from_ns;
            crossing.part == Some(earlier) || crossing.since(from_ns).is_some()
        };
        self.stages.is_judged(index) && !(0..index).any(|earlier| self.stages.is_judged(earlier) && was_open(earlier))
    }
}
