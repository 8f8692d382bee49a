//! Offers the load of any scenario and measures it.
//!
//! Generic over the scenario: knows no fixture, no registry, no HTTP.

mod arrival_plan;
mod arrival_schedule;
mod benchmark;
mod cadence;
mod control;
mod dispatcher;
mod executor;
mod health;
mod host_cpu;
mod pacer;
mod scenario;
mod share;
mod stages;
#[cfg(test)]
mod tests;
#[cfg(any(not(target_os = "linux"), test))]
mod thread_timer;
mod timer;
#[cfg(target_os = "linux")]
mod timer_fd;
mod user_code;
mod user_pool;
mod user_run;
mod worker;

pub use scenario::Scenario;
pub use share::WorkerShare;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use self::control::Control;
use self::health::Hiccups;
use self::timer::Timer;
use self::worker::{Told, drive};
use crate::clock::Clock;
use crate::measure::{Ended, Live, Measured, Recorder};
use crate::stop::Stop;
use crate::workload::{Connections, RunLength, Workload};

/// The share of a measurement that may pass at its end without an answer while requests wait for one.
const LONGEST_SILENCE: f64 = 0.1;

/// Offers `workload` to the users of `scenario` and returns when the last of them has left.
///
/// Blocks the calling thread; the users run on worker threads, one for each core, each with a runtime of its own.
pub fn offer<S: Scenario>(scenario: &S, workload: &Workload, stop: &Stop, live: &Arc<Live>) -> Measured {
    let control = Control::new(workload, stop, Arc::clone(live), Clock::start());
    let over = AtomicBool::new(false);
    let (told, hiccups) = std::thread::scope(|scope| {
        let probe = scope.spawn(|| Hiccups::watch(&control, &over));
        let (control, workers) = (&control, workers_for(workload));
        let threads: Vec<_> = (0..workers)
            .map(|index| scope.spawn(move || work(scenario, control, WorkerShare { index, workers })))
            .collect();
        let told: Vec<Told> = threads.into_iter().filter_map(|thread| thread.join().ok().flatten()).collect();
        over.store(true, Ordering::Relaxed);
        (told, probe.join().unwrap_or_default())
    });
    let mut measured = conclude(control, told);
    measured.generator.longest_hiccup_s = hiccups.longest_s();
    measured.generator.hiccup_share = hiccups.share();
    measured
}

/// No more than there are users, nor connections that they share.
fn workers_for(workload: &Workload) -> usize {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let connections = match workload.connections {
        Connections::Shared(most) => most,
        Connections::PerUser | Connections::PerRequest => usize::MAX,
    };
    cores.min(workload.users()).min(connections).max(1)
}

/// A worker thread's whole work. `None` if it broke, which ends the run on every other thread, too.
fn work<S: Scenario>(scenario: &S, control: &Control<'_>, share: WorkerShare) -> Option<Told> {
    let prepared = worker_runtime().and_then(|runtime| {
        let within = runtime.enter();
        let timer = Timer::precise();
        drop(within);
        Ok((runtime, timer?))
    });
    let (runtime, timer) = match prepared {
        Ok(prepared) => prepared,
        Err(error) => {
            control.halt(Ended::Broken(format!("a worker thread could not start its runtime: {error}")));
            return None;
        }
    };
    let tasks = tokio::task::LocalSet::new();
    let driving = tasks.run_until(drive(scenario, control, share, timer));
    // Caught here and not where the thread is joined: the others wait for this one, and must hear of it at once.
    match catch_unwind(AssertUnwindSafe(|| runtime.block_on(driving))) {
        Ok(told) => Some(told),
        Err(panic) => {
            control.halt(Ended::Broken(format!("a worker thread panicked: {}", user_code::panic_message(&*panic))));
            None
        }
    }
}

/// What all worker threads have to tell, together.
fn conclude(control: Control<'_>, told: Vec<Told>) -> Measured {
    let (workload, cpu_s, until) = (control.workload, control.cpu_s(), control.measured_until());
    let (origin, cpu_window_s, host_cpu) = (control.measured_from(), control.cpu_window_s(), control.host_cpu());
    let obeys_closed_law = control.plan.is_none() && control.user_stages().is_empty();
    let arrivals = control.plan.as_ref().map(|plan| plan.measured.arrivals());
    let (ended, never_sent, precision) = control.conclude();
    let (workers, mut leave_errors, mut occupied) = (told.len(), Vec::new(), Duration::ZERO);
    let (mut last_answer, mut unanswered) = (Duration::ZERO, 0);
    let (mut recorder, mut transports) = (Recorder::new(workload.timeout), Vec::new());
    for worker in told {
        recorder.merge(worker.recorder);
        leave_errors.extend(worker.leave_errors);
        transports.extend(worker.transports);
        occupied += worker.occupied;
        last_answer = last_answer.max(worker.last_answer);
        unanswered += worker.unanswered;
    }
    recorder.never_sent(never_sent);
    let plan = origin.zip(until).filter(|_| ended == Ended::AsPlanned);
    let silence = match plan {
        // What waits in an open workload keeps its intended time, and shows a silence by itself.
        Some(_) if arrivals.is_some() => None,
        Some((from, until)) => silence_before(until, from, last_answer).filter(|_| unanswered > 0),
        // The rest of a number of requests is a sign only if it was enough to keep every user waiting.
        None if matches!(workload.length, RunLength::Requests(_)) && arrivals.is_none() => origin
            .zip(recorder.last_end())
            .filter(|_| unanswered >= (workload.users() as u64).max(2))
            .and_then(|(from, end)| silence_before(end, from, last_answer)),
        None => None,
    };
    if let Some((from, until)) = plan {
        recorder.span_at_least(from, until);
    }
    if let Some(arrivals) = arrivals {
        recorder.planned(arrivals);
    }
    let mut measured = recorder.finish();
    measured.generator.workers = workers;
    transports.sort_unstable();
    transports.dedup();
    measured.generator.transports = transports;
    measured.generator.cpu_s = cpu_s;
    measured.generator.cpu_window_s = cpu_window_s;
    (measured.generator.host_cpu_share, measured.generator.host_cores) = host_cpu.unzip();
    measured.generator.closed_law_gap = plan
        .filter(|_| obeys_closed_law)
        .and_then(|(from, until)| closed_law_gap(workload.users(), until.saturating_sub(from), occupied));
    let ended = match silence {
        Some(silence) if ended == Ended::AsPlanned => Ended::FellSilent(silence),
        _ => ended,
    };
    Measured { ended, precision, leave_errors, ..measured }
}

/// How long the silence was that lasted until `end`, if it was long.
///
/// A closed load goes silent with its server: a few requests of each user are all that shows of a freeze, too few for
/// any share or percentile to notice.
fn silence_before(end: Duration, begin: Duration, last_answer: Duration) -> Option<Duration> {
    let silence = end.saturating_sub(last_answer.max(begin));
    (silence >= end.saturating_sub(begin).mul_f64(LONGEST_SILENCE)).then_some(silence)
}

/// `|K − X(R̄+Z)| ÷ K`: X iterations a second that each take R̄+Z, thinking included, occupy K users.
///
/// X(R̄+Z) is the time in iterations ÷ the time measured, with iterations cut where the measurement begins and ends;
/// counted whole, they would make a gap of their own in a short run.
fn closed_law_gap(users: usize, measured: Duration, occupied: Duration) -> Option<f64> {
    let available_s = users as f64 * measured.as_secs_f64();
    (available_s > 0.0).then(|| (available_s - occupied.as_secs_f64()).abs() / available_s)
}

fn worker_runtime() -> std::io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}
