//! Puts together what the worker threads of a run have measured.

use std::time::Duration;

use super::arrival_plan::ArrivalPlan;
use super::conclude_classes::{finish, note_plan, recorders_of};
use super::control::Control;
use super::held::HeldTime;
use super::share::WorkerShare;
use super::usage::Usage;
use super::worker::WorkerResult;
use crate::measure::{ClassFigures, Ended, GeneratorHealth, Measured, Recorder, TestEvent, Unfinished};
use crate::text::GroupedTexts;
use crate::workload::RunLength;

/// The share of a measurement that may pass at its end without an answer while requests wait for one.
const LONGEST_SILENCE: f64 = 0.1;

/// The figures of a run, from those of its workers.
pub(super) fn conclude(control: Control<'_>, results: Vec<WorkerResult>) -> Measured {
    let usage = control.usage.read();
    let is_driven = control.driving().is_some();
    let counted_to = match control.workload.length {
        RunLength::Requests(requests) if !is_driven && control.used_up.what().is_none() => Some(requests),
        RunLength::Requests(_) | RunLength::Duration(_) | RunLength::UntilPrecise => None,
    };
    let facts = RunFacts::of(&control);
    let workers = results.len();
    let used_up = control.used_up.what().filter(|_| control.timeline.has_gone_as_planned()).map(str::to_owned);
    let events = used_up.iter().map(|what| facts.event_at_end(what)).collect();
    let mix = &control.workload.mix;
    let users_of_classes = control.users_of_classes();
    let whole = Recorder::new(control.workload.timeout).taking_turns(control.live.turns.clone());
    let mut all = merge(results, recorders_of(&control));
    facts.end_load(&mut all.recorders);
    // A load that is driven has no total that was planned, and what found no data was not to be sent. What was left of a total
    // belongs to no class, because no user had begun it.
    all.recorders[0].never_sent(if is_driven || used_up.is_some() { 0 } else { control.budgets.never_sent() });
    control.note_phases();
    let (beyond_count, without_data) = (control.budgets.beyond(), control.used_up.iterations());
    let (ended, precision) = control.conclude();
    let planned_window = facts.window().filter(|_| ended == Ended::AsPlanned);
    let silence = facts.silence(planned_window, &all);
    if let Some(window) = planned_window {
        all.recorders.iter_mut().for_each(|recorder| recorder.span_at_least(window.from, window.until));
    }
    if let Some(arrivals) = facts.arrivals {
        note_plan(&mut all.recorders, mix, arrivals, &without_data);
    }
    let mut measured = finish(all.recorders, mix, users_of_classes.as_deref(), whole);
    let (held, span_s) = (all.held, measured.span.as_secs_f64());
    let generator = &mut measured.generator;
    generator.longest_poll_s = (!held.longest.is_zero()).then_some(held.longest.as_secs_f64());
    generator.longest_turn_s = (!held.longest_turn.is_zero()).then_some(held.longest_turn.as_secs_f64());
    generator.held_share = (span_s > 0.0).then(|| (held.inside.as_secs_f64() / span_s).min(1.0));
    generator.workers = workers;
    generator.transports = all.transports;
    note_workers(&mut measured.classes, generator);
    note_usage(generator, &usage);
    generator.closed_law_gap = planned_window
        .filter(|_| facts.obeys_closed_law)
        .and_then(|window| closed_law_gap(facts.users, window.length(), all.occupied));
    let ended = match silence {
        Some(silence) if ended == Ended::AsPlanned => Ended::FellSilent(silence),
        _ => ended,
    };
    Measured {
        unfinished: all.unfinished,
        used_up,
        events,
        counted_to,
        beyond_count,
        ended,
        precision,
        leave_errors: all.leave_errors.finish().lines(),
        ..measured
    }
}

/// The same workers offer all classes.
fn note_workers(classes: &mut [ClassFigures], all: &GeneratorHealth) {
    for class in classes {
        let generator = &mut class.measured.generator;
        (generator.workers, generator.transports) = (all.workers, all.transports.clone());
    }
}

fn note_usage(generator: &mut GeneratorHealth, usage: &Usage) {
    generator.cpu_s = usage.process_cpu_s;
    generator.cpu_window_s = usage.window_s;
    generator.host_cpu_share = usage.host_cpu_share;
    generator.host_cores = usage.host_cores;
    generator.allowed_cores = usage.allowed_cores;
    generator.cpu_quota_cores = usage.quota_cores;
    generator.quota_periods = usage.throttling.map(|throttling| throttling.periods);
    generator.throttled_periods = usage.throttling.map(|throttling| throttling.throttled_periods);
    generator.throttled_s = usage.throttling.map(|throttling| throttling.throttled_s);
}

/// The results of all workers as one, in `recorders`.
fn merge(results: Vec<WorkerResult>, recorders: Vec<Recorder>) -> WorkerResult {
    let mut all = WorkerResult {
        recorders,
        occupied: Duration::ZERO,
        last_answer: Duration::ZERO,
        unanswered: 0,
        held: HeldTime::default(),
        leave_errors: GroupedTexts::default(),
        transports: Vec::new(),
        unfinished: Unfinished::default(),
    };
    for result in results {
        all.recorders.iter_mut().zip(result.recorders).for_each(|(all, one)| all.merge(one));
        all.occupied += result.occupied;
        all.last_answer = all.last_answer.max(result.last_answer);
        all.unanswered += result.unanswered;
        all.held.longest = all.held.longest.max(result.held.longest);
        all.held.longest_turn = all.held.longest_turn.max(result.held.longest_turn);
        all.held.inside = all.held.inside.max(result.held.inside);
        all.leave_errors.merge(&result.leave_errors);
        all.transports.extend(result.transports);
        all.unfinished.merge(result.unfinished);
    }
    all.transports.sort_unstable();
    all.transports.dedup();
    all
}

/// A measurement whose end was planned.
#[derive(Debug, Clone, Copy)]
struct MeasuredWindow {
    from: Duration,
    until: Duration,
}

impl MeasuredWindow {
    fn length(self) -> Duration {
        self.until.saturating_sub(self.from)
    }
}

/// What the workload and the timeline say about a run.
struct RunFacts {
    users: usize,
    measured_from: Option<Duration>,
    measured_until: Option<Duration>,
    /// The length of the measurement is a number of requests.
    counts_requests: bool,
    /// Arrivals that the plan of an open workload holds for the measurement.
    arrivals: Option<u64>,
    /// The number of users never changes, so the interactive response-time law holds.
    obeys_closed_law: bool,
    /// It ended earlier than planned, and lost nothing.
    is_shortened: bool,
}

impl RunFacts {
    fn of(control: &Control<'_>) -> RunFacts {
        RunFacts {
            users: control.users(),
            measured_from: control.timeline.measured_from(),
            measured_until: control.timeline.measured_until(),
            counts_requests: matches!(control.workload.length, RunLength::Requests(_)) && control.driving().is_none(),
            arrivals: control.plan.as_ref().map(|plan| due_arrivals(control, plan)),
            obeys_closed_law: control.obeys_closed_law() && control.used_up.what().is_none(),
            is_shortened: control.timeline.stopped_at().is_some(),
        }
    }

    fn end_load(&self, recorders: &mut [Recorder]) {
        let window = self.window().filter(|_| self.is_shortened);
        for recorder in recorders {
            recorder.load_is_over(self.measured_from.unwrap_or_default());
            if let Some(window) = window {
                recorder.shorten(window.length());
            }
        }
    }

    fn event_at_end(&self, text: &str) -> TestEvent {
        TestEvent { at_s: self.window().map(|window| window.length().as_secs_f64()), text: text.to_owned() }
    }

    fn window(&self) -> Option<MeasuredWindow> {
        Some(MeasuredWindow { from: self.measured_from?, until: self.measured_until? })
    }

    /// How long the server was silent at the end of the run, if that was long.
    fn silence(&self, planned_window: Option<MeasuredWindow>, all: &WorkerResult) -> Option<Duration> {
        // What waits in an open workload keeps its intended time, so its response times show a silence.
        if self.arrivals.is_some() {
            return None;
        }
        if let Some(window) = planned_window {
            return (all.unanswered > 0).then(|| silence_in(window, all.last_answer)).flatten();
        }
        // The rest of a number of requests is a sign only if it was enough to keep every user waiting.
        if !self.counts_requests || all.unanswered < (self.users as u64).max(2) {
            return None;
        }
        let window = MeasuredWindow {
            from: self.measured_from?,
            until: all.recorders.iter().filter_map(Recorder::last_end).max()?,
        };
        silence_in(window, all.last_answer)
    }
}

/// The arrivals of the measurement; if its data was used up, those that were due before.
fn due_arrivals(control: &Control<'_>, plan: &ArrivalPlan) -> u64 {
    let ended = control.timeline.stopped_at().zip(control.timeline.measured_from());
    let Some((stopped, from)) = ended.filter(|_| control.used_up.what().is_some()) else {
        return plan.measured.arrivals();
    };
    let all = WorkerShare { index: 0, workers: 1 };
    plan.measured.of_worker(all).take_while(|due| from + *due < stopped).count() as u64
}

/// How long the silence at the end of `window` was, if it was long.
///
/// A closed load stops sending while its server is silent: a few requests of each user are all that shows of a freeze, too
/// few for any share or percentile to notice.
fn silence_in(window: MeasuredWindow, last_answer: Duration) -> Option<Duration> {
    let silence = window.until.saturating_sub(last_answer.max(window.from));
    (silence >= window.length().mul_f64(LONGEST_SILENCE)).then_some(silence)
}

/// `|K − X(R̄+Z)| ÷ K`: X iterations a second that each take R̄+Z, think time included, occupy K users.
///
/// X(R̄+Z) is the time in iterations ÷ the time measured, with iterations cut where the measurement begins and ends;
/// counted whole, they would cause a gap of their own in a short run.
fn closed_law_gap(users: usize, measured: Duration, occupied: Duration) -> Option<f64> {
    let available_s = users as f64 * measured.as_secs_f64();
    (available_s > 0.0).then(|| (available_s - occupied.as_secs_f64()).abs() / available_s)
}
