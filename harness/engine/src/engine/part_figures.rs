//! What this process has measured, from what its worker threads have.

use super::arrival_plan::ArrivalPlan;
use super::conclude_classes::{merge, recorders_of};
use super::control::Control;
use super::usage::Usage;
use super::user_classes::class_counts;
use super::worker::WorkerResult;
use crate::measure::{PartFigures, PartUsage};

/// All that the figures of the run need of this process.
pub(super) fn figures_of(control: Control<'_>, results: Vec<WorkerResult>) -> PartFigures {
    let recorders = recorders_of(control.workload, &control.live);
    let mut figures = PartFigures {
        users: control.users() as u64,
        class_users: control.users_of_classes(),
        planned: control.plan.as_ref().map(|plan| planned_arrivals(&control, plan)),
        measured_from: control.timeline.measured_from(),
        measured_until: control.timeline.measured_until(),
        stopped_at: control.timeline.stopped_at(),
        never_sent: control.budgets.never_sent(),
        beyond_count: control.budgets.beyond(),
        used_up: control.used_up.what().map(str::to_owned),
        usage: PartUsage { threads: results.len(), ..usage_of(&control.usage.read()) },
        begun_late: control.late_start.time(),
        ..PartFigures::idle(control.workers.part, recorders)
    };
    results.into_iter().for_each(|result| add(&mut figures, result));
    figures.usage.transports.sort_unstable();
    figures.usage.transports.dedup();
    control.note_phases();
    (figures.ended, figures.precision) = control.conclude();
    figures
}

fn add(figures: &mut PartFigures, result: WorkerResult) {
    merge(&mut figures.recorders, result.recorders);
    figures.occupied += result.occupied;
    figures.last_answer = figures.last_answer.max(result.last_answer);
    figures.unanswered += result.unanswered;
    figures.leave_errors.merge(&result.leave_errors);
    figures.unfinished.merge(result.unfinished);
    let usage = &mut figures.usage;
    usage.longest_held = usage.longest_held.max(result.held.longest);
    usage.longest_turn = usage.longest_turn.max(result.held.longest_turn);
    usage.held = usage.held.max(result.held.inside);
    usage.transports.extend(result.transports);
}

fn usage_of(usage: &Usage) -> PartUsage {
    PartUsage {
        cpu_s: usage.process_cpu_s,
        cpu_window_s: usage.window_s,
        host_cpu_share: usage.host_cpu_share,
        host_cores: usage.host_cores,
        allowed_cores: usage.allowed_cores,
        cpu_quota_cores: usage.quota_cores,
        quota_periods: usage.throttling.map(|throttling| throttling.periods),
        throttled_periods: usage.throttling.map(|throttling| throttling.throttled_periods),
        throttled_s: usage.throttling.map(|throttling| throttling.throttled_s),
        ..PartUsage::default()
    }
}

/// How many arrivals of the measurement the plan holds for this process, less those that found no data, by the number of their
/// recorder.
fn planned_arrivals(control: &Control<'_>, plan: &ArrivalPlan) -> Vec<u64> {
    let (mix, due) = (&control.workload.mix, due_arrivals(control, plan));
    let mut planned = if mix.is_empty() { vec![due] } else { class_counts(mix, control.workers.part, due) };
    if !mix.is_empty() {
        // Each arrival is of a class.
        planned.insert(0, 0);
    }
    let without_data = control.used_up.iterations();
    planned.iter_mut().zip(without_data).for_each(|(planned, lacked)| *planned = planned.saturating_sub(lacked));
    planned
}

/// The arrivals of the measurement; if the data of users was used up, those that were due before.
fn due_arrivals(control: &Control<'_>, plan: &ArrivalPlan) -> u64 {
    let ended = control.timeline.stopped_at().zip(control.timeline.measured_from());
    let Some((stopped, from)) = ended.filter(|_| control.used_up.what().is_some()) else {
        return control.workers.part_of(plan.measured.arrivals());
    };
    plan.measured.of_worker(control.workers.share()).take_while(|due| from + *due < stopped).count() as u64
}
