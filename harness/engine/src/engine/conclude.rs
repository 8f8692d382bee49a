//! The figures of a run, from what each of its processes has measured.

use std::time::Duration;

use super::conclude_classes::{finish, merge, recorders_of};
use super::conclude_generator::note_generator;
use crate::measure::{
    ClassFigures, Ended, GeneratorHealth, Live, Measured, PartFigures, Recorder, TestEvent, Unfinished, agree_on_names,
};
use crate::text::GroupedTexts;
use crate::workload::{LoadModel, RunLength, Workload};

/// The share of a measurement that may pass at its end without an answer while requests wait for one.
const LONGEST_SILENCE: f64 = 0.1;

/// The figures of a run of `workload` that these processes, or this process alone, have offered. `live` is that of this run, in the
/// process that concludes it.
///
/// Counts add up, and of what is a time or a share the worst is kept. Each process has measured from when its own warm-up had ended;
/// usually that is the same moment for all of them. If it is not, because their requests of a warm-up were answered at different
/// speeds or a user was not ready at the end of the ramp-up, the figures are by the time since each began.
pub fn conclude_parts(workload: &Workload, live: &Live, mut parts: Vec<PartFigures>) -> Measured {
    count_from_one_moment(&mut parts);
    let mistake = agree_on_names(&mut parts.iter_mut().map(|part| &mut part.recorders[..]).collect::<Vec<_>>());
    let facts = RunFacts::of(workload, live, &parts);
    let ended = match (why_ended(&parts), mistake) {
        (Ended::AsPlanned, Some(mistake)) => Ended::Broken(mistake),
        (ended, _) => ended,
    };
    let planned_window = facts.window().filter(|_| ended == Ended::AsPlanned);
    let mut recorders = recorders_of_run(workload, live, &facts, &mut parts);
    let silence = facts.silence(planned_window, last_end(&recorders), &parts);
    facts.note_plan(&mut recorders, planned_window);
    let whole = Recorder::new(workload.timeout).taking_turns(live.turns.clone());
    let mut measured = finish(recorders, &workload.mix, facts.class_users.as_deref(), whole);
    note_generator(&mut measured.generator, &parts, measured.span.as_secs_f64());
    note_workers(&mut measured.classes, &measured.generator);
    measured.generator.closed_law_gap = planned_window
        .filter(|_| facts.obeys_closed_law)
        .and_then(|window| closed_law_gap(facts.users, window.length(), parts.iter().map(|part| part.occupied).sum()));
    let ended = match silence {
        Some(silence) if ended == Ended::AsPlanned => Ended::FellSilent(silence),
        _ => ended,
    };
    let used_up = parts.iter().find_map(used_up_as_planned).map(str::to_owned);
    let (mut unfinished, mut leave_errors) = (Unfinished::default(), GroupedTexts::default());
    for part in &mut parts {
        unfinished.merge(std::mem::take(&mut part.unfinished));
        leave_errors.merge(&part.leave_errors);
    }
    Measured {
        events: used_up.iter().map(|what| facts.event_at_end(what)).collect(),
        unfinished,
        used_up,
        counted_to: facts.counted_to,
        beyond_count: parts.iter().map(|part| part.beyond_count).sum(),
        ended,
        precision: parts.iter().find_map(|part| part.precision),
        leave_errors: leave_errors.finish().lines(),
        ..measured
    }
}

/// Moves all times so that the measurement of each process began with that of the last.
fn count_from_one_moment(parts: &mut [PartFigures]) {
    let Some(last) = parts.iter().filter_map(|part| part.measured_from).max() else { return };
    for part in parts {
        if let Some(from) = part.measured_from.filter(|from| *from < last) {
            part.postpone(last - from);
        }
    }
}

/// What broke a load in one process is the cause of its end in the others, which were only stopped.
fn why_ended(parts: &[PartFigures]) -> Ended {
    let rank = |ended: &Ended| match ended {
        Ended::WorkerLost(_) | Ended::Broken(_) => 0,
        Ended::Refused { .. } => 1,
        Ended::NoAnswer(_) => 2,
        Ended::FellSilent(_) => 3,
        Ended::Stopped(_) => 4,
        Ended::AsPlanned => 5,
    };
    let first = parts.iter().map(|part| &part.ended).min_by_key(|ended| rank(ended));
    first.cloned().unwrap_or_else(|| Ended::Broken("no process has offered the load".to_owned()))
}

/// Which data was used up in a process whose part went as planned.
fn used_up_as_planned(part: &PartFigures) -> Option<&str> {
    part.used_up.as_deref().filter(|_| part.ended == Ended::AsPlanned)
}

/// What all have recorded, and what was never sent.
fn recorders_of_run(workload: &Workload, live: &Live, facts: &RunFacts, parts: &mut [PartFigures]) -> Vec<Recorder> {
    let new = recorders_of(workload, live).into_iter();
    let mut recorders: Vec<Recorder> = new.map(|recorder| recorder.listing(live.requests.as_ref())).collect();
    for part in parts.iter_mut() {
        merge(&mut recorders, std::mem::take(&mut part.recorders));
    }
    facts.end_load(&mut recorders);
    // A load that is driven has no total that was planned, and what found no data was not to be sent. What was left of a total
    // belongs to no class, because no user had begun it.
    let had_data = parts.iter().filter(|part| live.control.is_none() && used_up_as_planned(part).is_none());
    recorders[0].never_sent(had_data.map(|part| part.never_sent).sum());
    recorders
}

fn last_end(recorders: &[Recorder]) -> Option<Duration> {
    recorders.iter().filter_map(Recorder::last_end).max()
}

/// The same workers offer all classes.
fn note_workers(classes: &mut [ClassFigures], all: &GeneratorHealth) {
    for class in classes {
        let generator = &mut class.measured.generator;
        (generator.workers, generator.transports) = (all.workers, all.transports.clone());
    }
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

/// What the workload and the processes say about a run.
struct RunFacts {
    users: u64,
    /// Of each class, if users have classes.
    class_users: Option<Vec<u64>>,
    measured_from: Option<Duration>,
    measured_until: Option<Duration>,
    /// The length of the measurement is a number of requests.
    counts_requests: bool,
    /// That number, unless it was not to be reached.
    counted_to: Option<u64>,
    /// Arrivals that the plan of an open workload holds for the measurement, by the number of their recorder.
    planned: Option<Vec<u64>>,
    /// The number of users never changes, so the interactive response-time law holds.
    obeys_closed_law: bool,
    /// It ended earlier than planned, and lost nothing.
    is_shortened: bool,
}

impl RunFacts {
    /// Of processes that count time from the same moment.
    fn of(workload: &Workload, live: &Live, parts: &[PartFigures]) -> RunFacts {
        let (is_driven, is_used_up) = (live.control.is_some(), parts.iter().any(|part| part.used_up.is_some()));
        let counted_to = match workload.length {
            RunLength::Requests(requests) if !is_driven => Some(requests),
            RunLength::Requests(_) | RunLength::Duration(_) | RunLength::UntilPrecise => None,
        };
        let has_constant_users =
            matches!(&workload.model, LoadModel::Closed(users) if users.stages.is_empty() && !is_driven);
        RunFacts {
            users: parts.iter().map(|part| part.users).sum(),
            class_users: sums(parts.iter().filter_map(|part| part.class_users.as_deref())),
            measured_from: parts.iter().filter_map(|part| part.measured_from).max(),
            measured_until: measured_until(parts),
            counts_requests: counted_to.is_some(),
            counted_to: counted_to.filter(|_| !is_used_up),
            planned: sums(parts.iter().filter_map(|part| part.planned.as_deref())),
            obeys_closed_law: has_constant_users && !is_used_up,
            is_shortened: parts.iter().any(|part| part.stopped_at.is_some()),
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

    /// Notes how long the measurement was to last, if it did, and how many arrivals its plan held.
    fn note_plan(&self, recorders: &mut [Recorder], planned_window: Option<MeasuredWindow>) {
        if let Some(window) = planned_window {
            recorders.iter_mut().for_each(|recorder| recorder.span_at_least(window.from, window.until));
        }
        let Some(planned) = &self.planned else { return };
        // With classes, each arrival is of one of them.
        let first = usize::from(planned.len() > 1);
        recorders.iter_mut().zip(planned).skip(first).for_each(|(recorder, arrivals)| recorder.planned(*arrivals));
    }

    fn event_at_end(&self, text: &str) -> TestEvent {
        TestEvent { at_s: self.window().map(|window| window.length().as_secs_f64()), text: text.to_owned() }
    }

    fn window(&self) -> Option<MeasuredWindow> {
        Some(MeasuredWindow { from: self.measured_from?, until: self.measured_until? })
    }

    /// How long the server was silent at the end of the run, if that was long. `last_end`: of the last measured request.
    fn silence(
        &self,
        planned_window: Option<MeasuredWindow>,
        last_end: Option<Duration>,
        parts: &[PartFigures],
    ) -> Option<Duration> {
        // What waits in an open workload keeps its intended time, so its response times show a silence.
        if self.planned.is_some() {
            return None;
        }
        let unanswered: u64 = parts.iter().map(|part| part.unanswered).sum();
        let last_answer = parts.iter().map(|part| part.last_answer).max().unwrap_or_default();
        if let Some(window) = planned_window {
            return (unanswered > 0).then(|| silence_in(window, last_answer)).flatten();
        }
        // The rest of a number of requests is a sign only if it was enough to keep every user waiting.
        if !self.counts_requests || unanswered < self.users.max(2) {
            return None;
        }
        silence_in(MeasuredWindow { from: self.measured_from?, until: last_end? }, last_answer)
    }
}

/// When the last process ended its measurement, if time decided that or it was stopped.
fn measured_until(parts: &[PartFigures]) -> Option<Duration> {
    let is_known = parts.iter().any(|part| part.measured_until.is_some());
    // One that came to the end of its number of requests was not stopped.
    let until = |part: &PartFigures| part.measured_until.or_else(|| part.last_end());
    parts.iter().filter(|_| is_known).filter_map(until).max()
}

/// The sum of what has the same place in each.
fn sums<'a>(counts: impl Iterator<Item = &'a [u64]>) -> Option<Vec<u64>> {
    counts.map(<[u64]>::to_vec).reduce(|mut all, one| {
        all.iter_mut().zip(one).for_each(|(all, one)| *all += one);
        all
    })
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
fn closed_law_gap(users: u64, measured: Duration, occupied: Duration) -> Option<f64> {
    let available_s = users as f64 * measured.as_secs_f64();
    (available_s > 0.0).then(|| (available_s - occupied.as_secs_f64()).abs() / available_s)
}
