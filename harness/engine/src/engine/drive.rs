//! The loop of one worker thread: waits for the next event, and acts on it until its last user has left.

use std::future::{Future, poll_fn};
use std::io;
use std::pin::{Pin, pin};
use std::task::{Poll, ready};

use tokio::task::coop::unconstrained;

use super::control::Control;
use super::driven::DrivenLoad;
use super::executor::Executor;
use super::scenario::{AnyScenario, WorkerScenario};
use super::share::WorkerShare;
use super::timer::Timer;
use super::user_run::run_user;
use super::when_woken::WhenWoken;
use super::worker::{WatchedUsers, Worker, WorkerResult};
use crate::measure::Ended;

/// What a worker waits for. If several have happened, it takes them in this order.
///
/// What ends a run comes first: users that are always ready to run would otherwise keep a worker from it, because they
/// use up the budget that tokio gives this task. What wakes users (the pacer, their resources, the dispatcher) comes
/// before the users, so that they are polled when all that concerns them has happened. The pacer's timer is set last.
#[derive(Debug)]
enum WorkerEvent {
    /// The run is to stop, for this reason.
    Stopped(String),
    /// The person wants another load.
    LoadChanged,
    /// The run is in another state.
    StateChanged,
    /// It is time for the next check.
    CheckDue,
    /// The pacer's timer has failed.
    TimerFailed(io::Error),
    /// The background work of the worker's resources has ended.
    ResourcesEnded,
    /// All arrivals of the plan have been offered, or the run is over.
    ArrivalsOffered,
    /// The user with this index on the worker must be set up.
    UserNeeded(usize),
    /// At least one user has left.
    UserLeft,
}

/// The background work of a worker; a part that has ended is `None`.
struct Background<'f, P, R, D> {
    /// Polls what does not happen in most turns.
    seldom: WhenWoken,
    pacer: Option<Pin<&'f mut P>>,
    resources: Option<Pin<&'f mut R>>,
    dispatcher: Option<Pin<&'f mut D>>,
}

/// Runs the users of one worker, and returns when the last of them has left.
///
/// Runs on the runtime of its thread; knows other threads only through `control`.
pub(super) async fn drive(
    scenario: &dyn AnyScenario,
    control: &Control<'_>,
    share: WorkerShare,
    timer: Timer,
) -> WorkerResult {
    let user_count = share.users(control.workload.users());
    let most_users = control.driving().map_or(user_count, |driving| share.users(driving.most_users()).max(user_count));
    let users = Executor::with_capacity(most_users);
    let worker = Worker::new(control, share, timer, users.all());
    let scenario = scenario.on_worker(share);
    // Dropped before what its tasks borrow.
    let mut users = users;
    let start = |index| run_user(&*scenario, control, &worker, index);
    if worker.dispatcher.is_none() && worker.driven.is_none() {
        (0..user_count).for_each(|index| users.spawn(start(index)));
    }
    {
        let mut background = Background {
            seldom: WhenWoken::new(),
            pacer: Some(pin!(worker.pacer.run())),
            resources: Some(pin!(scenario.run(&worker.pacer))),
            dispatcher: Some(pin!(worker.dispatch(control))),
        };
        loop {
            while let Some(index) = worker.user_to_start(|index| users.is_running(index)) {
                users.spawn_at(index, start(index));
            }
            match next_event(control, &worker, &*scenario, &mut background, &mut users).await {
                WorkerEvent::Stopped(reason) => control.end_early(Ended::Stopped(reason)),
                WorkerEvent::TimerFailed(error) => {
                    control.end_early(Ended::Broken(format!("the timer of a worker thread failed: {error}")));
                }
                WorkerEvent::UserNeeded(index) => users.spawn(start(index)),
                WorkerEvent::LoadChanged => worker.follow(control),
                WorkerEvent::StateChanged | WorkerEvent::CheckDue => {}
                WorkerEvent::ResourcesEnded | WorkerEvent::ArrivalsOffered | WorkerEvent::UserLeft => {}
            }
            if users.is_empty() && !worker.may_get_users(control) {
                break;
            }
        }
    }
    drop(users);
    let transports = scenario.transports();
    worker.into_result(control, transports)
}

/// Checks the worker, then waits for the next event, in the order of [`WorkerEvent`].
async fn next_event<P, R, D, U>(
    control: &Control<'_>,
    worker: &Worker<'_>,
    scenario: &dyn WorkerScenario,
    background: &mut Background<'_, P, R, D>,
    users: &mut Executor<U>,
) -> WorkerEvent
where
    P: Future<Output = io::Error>,
    R: Future<Output = ()>,
    D: Future<Output = ()>,
    U: Future<Output = ()>,
{
    // Created before the check, so that no change is missed in between.
    let changed = control.timeline.changed();
    let next_check = worker.check(control);
    let watch = WatchedUsers::new(worker, control, scenario);
    let announcer = users.announcer();
    let Background { seldom, pacer, resources, dispatcher } = background;
    let seldom = seldom.run(async {
        tokio::select! {
            biased;
            reason = control.stop.pulled(), if !control.timeline.has_ended_early() => WorkerEvent::Stopped(reason.to_owned()),
            () = control.load_changed(worker.driven.as_ref().map(DrivenLoad::seen)) => WorkerEvent::LoadChanged,
            () = changed => WorkerEvent::StateChanged,
            () = worker.pacer.until(next_check) => WorkerEvent::CheckDue,
            () = end_of(resources) => WorkerEvent::ResourcesEnded,
        }
    });
    let mut event = pin!(async {
        tokio::select! {
            biased;
            event = seldom => event,
            error = end_of(pacer) => WorkerEvent::TimerFailed(error),
            () = end_of(dispatcher) => WorkerEvent::ArrivalsOffered,
            index = worker.user_to_set_up() => WorkerEvent::UserNeeded(index),
            () = unconstrained(poll_fn(|context| users.poll(context, &watch))), if !users.is_empty() => WorkerEvent::UserLeft,
            error = worker.pacer.arm() => WorkerEvent::TimerFailed(error),
        }
    });
    poll_fn(|context| {
        announcer.announce();
        event.as_mut().poll(context)
    })
    .await
}

/// Completes with `work`, once; never if it has ended before.
async fn end_of<F: Future>(work: &mut Option<Pin<&mut F>>) -> F::Output {
    poll_fn(|context| {
        let Some(future) = work else { return Poll::Pending };
        let output = ready!(future.as_mut().poll(context));
        *work = None;
        Poll::Ready(output)
    })
    .await
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt;

    use super::*;

    #[test]
    fn background_work_ends_once_and_is_not_polled_again() {
        let mut work = pin!(std::future::ready(7));
        let mut work = Some(work.as_mut());
        assert_eq!(end_of(&mut work).now_or_never(), Some(7));
        assert_eq!(end_of(&mut work).now_or_never(), None);
    }
}
