//! Starts the worker threads of a run, and waits for them.

use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use super::conclude::conclude_parts;
use super::conclude_classes::recorders_of;
use super::control::Control;
use super::drive::drive;
use super::health::Hiccups;
use super::part_figures::figures_of;
use super::scenario::AnyScenario;
use super::share::{WorkerGroup, WorkerShare, offered_part, threads_for};
use super::timer::Timer;
use super::user_code::panic_message;
use super::when_woken::WhenWoken;
use super::worker::WorkerResult;
use crate::clock::Clock;
use crate::load_control::LoadControl;
use crate::load_part::PartShare;
use crate::measure::{Ended, Live, Measured, PartFigures};
use crate::stop::Stop;
use crate::workload::Workload;

/// How long work in `spawn_blocking` may go on after the end of a run.
const BLOCKING_GRACE: Duration = Duration::from_secs(1);

/// Offers `workload` to the users of `scenario` and returns when the last of them has left.
///
/// Blocks the calling thread. The users run on worker threads, one for each core, each with a runtime of its own.
///
/// If this process offers a part of the load, `live.part`, what is returned has only what the figures of the run are made from:
/// see [`conclude_parts`].
pub fn offer(scenario: &dyn AnyScenario, workload: &Workload, stop: &Stop, live: &Arc<Live>) -> Measured {
    let share = live.part.as_ref().map_or(PartShare::WHOLE, |part| part.share());
    let Some(offered) = offered_part(workload, share) else { return nothing_to_offer(workload, live, share) };
    let users = live.control.as_ref().map_or(workload.users(), LoadControl::most_users);
    let most_threads = live.part.as_ref().and_then(|part| part.most_threads());
    let cores = most_threads.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from));
    let workers = WorkerGroup { part: offered, threads: threads_for(workload, users, offered, cores) };
    let clock = live.part.as_ref().map_or_else(Clock::start, |part| Clock::started_at(part.origin()));
    if let Some(requests) = &live.requests {
        requests.begin(time_of_day_at_start(clock));
    }
    let control = Control::new(workload, workers, stop, Arc::clone(live), clock);
    let is_over = AtomicBool::new(false);
    let (results, hiccups) = std::thread::scope(|scope| {
        let control = &control;
        let watching = scope.spawn(|| {
            let is_over = || {
                control.begin_with_others();
                control.report_if_stuck();
                is_over.load(Ordering::Relaxed)
            };
            Hiccups::watch(|| control.timeline.measured_from().is_some(), is_over)
        });
        let threads: Vec<_> =
            control.workers.shares().map(|share| scope.spawn(move || work(scenario, control, share))).collect();
        let results: Vec<WorkerResult> =
            threads.into_iter().filter_map(|thread| thread.join().ok().flatten()).collect();
        is_over.store(true, Ordering::Relaxed);
        (results, watching.join().unwrap_or_default())
    });
    let mut figures = figures_of(control, results);
    (figures.usage.longest_hiccup_s, figures.usage.hiccup_share) = (hiccups.longest_s(), hiccups.share());
    match live.part {
        Some(_) => of_part(PartFigures { share, ..figures }),
        None => conclude_parts(workload, live, vec![figures]),
    }
}

/// The load is too small for this process, too. The others do not wait for it.
fn nothing_to_offer(workload: &Workload, live: &Live, share: PartShare) -> Measured {
    live.part.iter().for_each(|part| part.arrive());
    of_part(PartFigures::idle(share, recorders_of(workload, live)))
}

fn of_part(figures: PartFigures) -> Measured {
    Measured { part: Some(Box::new(figures)), ..Measured::default() }
}

/// The time of day at which `clock` shows 0.
fn time_of_day_at_start(clock: Clock) -> SystemTime {
    let until_start = clock.at(Duration::ZERO).saturating_duration_since(tokio::time::Instant::now());
    SystemTime::now() + until_start - clock.now()
}

/// The whole work of one worker thread. `None` if it failed, which ends the run on every other thread, too.
fn work(scenario: &dyn AnyScenario, control: &Control<'_>, share: WorkerShare) -> Option<WorkerResult> {
    let (runtime, timer) = match runtime_and_timer() {
        Ok(prepared) => prepared,
        Err(error) => {
            control.end_early(Ended::Broken(format!("a worker thread could not start its runtime: {error}")));
            return None;
        }
    };
    let mut tasks = LocalSet::new();
    let driving = beside(&mut tasks, drive(scenario, control, share, timer));
    // Caught here and not where the thread is joined: the others wait for this one, and must end at once.
    let result = catch_unwind(AssertUnwindSafe(|| runtime.block_on(driving)));
    control.pulses.leave(control.workers.thread(share));
    drop(tasks);
    let has_blocking_work = has_blocking_work(runtime);
    match result {
        Ok(mut result) => {
            result.unfinished.has_blocking_work = has_blocking_work;
            Some(result)
        }
        Err(panic) => {
            control.end_early(Ended::Broken(format!("a worker thread panicked: {}", panic_message(&*panic))));
            None
        }
    }
}

/// Completes with `work`; the tasks that it spawns have their turn after it.
///
/// Unlike in `run_until`, a turn in which there is nothing to do for such tasks costs nothing.
async fn beside<F: Future>(tasks: &mut LocalSet, work: F) -> F::Output {
    let _spawns_into_them = tasks.enter();
    let part = WhenWoken::new();
    let mut spawned = pin!(part.run(poll_fn(|context| {
        // It is ready whenever it has no tasks, and may have some later.
        let _has_none = Pin::new(&mut *tasks).poll(context);
        Poll::<()>::Pending
    })));
    let mut work = pin!(work);
    poll_fn(|context| {
        let output = work.as_mut().poll(context);
        if output.is_pending() {
            let _never_ready = spawned.as_mut().poll(context);
        }
        output
    })
    .await
}

/// Ends `runtime`. True if work in `spawn_blocking` goes on: it cannot be ended, and the run does not wait for it.
fn has_blocking_work(runtime: Runtime) -> bool {
    let began = Instant::now();
    runtime.shutdown_timeout(BLOCKING_GRACE);
    began.elapsed() >= BLOCKING_GRACE
}

fn runtime_and_timer() -> std::io::Result<(Runtime, Timer)> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let timer = {
        let _inside = runtime.enter();
        Timer::precise()?
    };
    Ok((runtime, timer))
}
