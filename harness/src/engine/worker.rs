//! One worker thread: its users, and the few moments at which it must act on all of them.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::coop::unconstrained;

use super::control::Control;
use super::dispatcher::Dispatcher;
use super::executor::Executor;
use super::pacer::Pacer;
use super::scenario::Scenario;
use super::share::WorkerShare;
use super::timer::Timer;
use super::user_code::Wakeup;
use super::user_pool::Arrival;
use super::user_run::run_user;
use crate::measure::{Ended, Phase, Recorder, UserLog, WorkerLog};

/// What the users of one worker thread share.
pub(super) struct Worker<'a> {
    pub(super) log: Rc<WorkerLog>,
    pub(super) pacer: Pacer,
    /// Open workloads: who hands out the arrivals.
    pub(super) dispatcher: Option<Dispatcher<'a>>,
    share: WorkerShare,
    users: RefCell<Vec<(UserLog, Wakeup)>>,
    finishing: Cell<bool>,
    quiet: Cell<(Duration, u32)>,
    pub(super) occupied: Cell<Duration>,
    pub(super) leave_errors: RefCell<Vec<String>>,
}

/// So many looks at the clock must have found no new answer before the server is said to be silent: after the generator
/// itself was stopped there is one look at a long silence, and the answers have not been read yet.
const QUIET_LOOKS: u32 = 10;

/// What a worker thread has to tell at the end.
pub(super) struct Told {
    pub(super) recorder: Recorder,
    /// Time of all its users inside iterations, within a measurement that is as long as planned.
    pub(super) occupied: Duration,
    pub(super) last_answer: Duration,
    /// Measured requests without an answer since then.
    pub(super) unanswered: u64,
    pub(super) leave_errors: Vec<String>,
    /// The transports that requests went over.
    pub(super) transports: Vec<String>,
}

/// Lets one worker's users live, and returns when the last of them has left.
///
/// Runs on the runtime of its thread; knows no other thread but through `control`.
pub(super) async fn drive<S: Scenario>(scenario: &S, control: &Control<'_>, share: WorkerShare, timer: Timer) -> Told {
    let worker = Worker::new(control, share, timer);
    let resources = Rc::new(scenario.worker_resources(share));
    let desks = share.users(control.workload.users());
    let mut lives = Executor::with_capacity(desks);
    if worker.dispatcher.is_none() {
        (0..desks).for_each(|desk| lives.spawn(run_user(scenario, control, &worker, &resources, desk)));
    }
    {
        let (mut pacing, mut dispatching) = (pin!(worker.pacer.run()), pin!(worker.dispatch(control)));
        let mut resources_running = pin!(scenario.run_worker_resources(&resources, control.clock));
        let (mut is_paced, mut is_dispatching) = (true, true);
        loop {
            // Listening comes before looking, so that no change falls between the two.
            let changed = control.changed.notified();
            let next_look = worker.look(control);
            tokio::select! {
                // Control comes first: busy users could use up tokio's budget for this task again and again. The pacer
                // comes before those whom it wakes.
                biased;
                reason = control.stop.pulled(), if !control.is_halted() => control.halt(Ended::Stopped(reason.to_owned())),
                () = changed => {}
                () = tokio::time::sleep_until(control.clock.at(next_look)) => {}
                error = &mut pacing, if is_paced => {
                    is_paced = false;
                    control.halt(Ended::Broken(format!("the timer of a worker thread failed: {error}")));
                }
                () = &mut resources_running => {}
                () = &mut dispatching, if is_dispatching => is_dispatching = false,
                desk = worker.opening() => lives.spawn(run_user(scenario, control, &worker, &resources, desk)),
                () = unconstrained(poll_fn(|context| lives.poll(context))), if !lives.is_empty() => {}
            }
            if lives.is_empty() {
                break;
            }
        }
    }
    drop(lives);
    if let Some(dispatcher) = &worker.dispatcher {
        dispatcher.give_up_rest(control, &worker);
    }
    Told {
        recorder: worker.log.take(control.workload.timeout),
        occupied: worker.occupied.get(),
        last_answer: worker.log.last_answer(),
        unanswered: worker.log.unanswered(),
        transports: scenario.transports(&resources),
        leave_errors: worker.leave_errors.into_inner(),
    }
}

impl<'a> Worker<'a> {
    fn new(control: &'a Control<'_>, share: WorkerShare, timer: Timer) -> Worker<'a> {
        let stages = Arc::clone(&control.stages);
        Worker {
            log: WorkerLog::staged(control.workload.timeout, stages, &control.live),
            pacer: Pacer::new(control.clock, timer),
            dispatcher: Dispatcher::new(control, share),
            share,
            users: RefCell::default(),
            finishing: Cell::new(false),
            quiet: Cell::default(),
            occupied: Cell::default(),
            leave_errors: RefCell::default(),
        }
    }

    /// The number, within the test, of the user at a desk of this worker.
    pub(super) fn number_at(&self, desk: usize) -> usize {
        self.share.user_number(desk)
    }

    /// An arrival that still waited for a user when everything was over: it is never sent.
    pub(super) fn left_waiting(&self, arrival: Arrival) {
        if arrival.phase == Phase::Measured {
            self.log.note(|recorder| recorder.left_waiting(arrival.intended));
        }
    }

    async fn dispatch(&self, control: &Control<'_>) {
        if let Some(dispatcher) = &self.dispatcher {
            dispatcher.run(control, self).await;
        }
    }

    /// The next desk of an open workload whose user must be set up.
    async fn opening(&self) -> usize {
        match &self.dispatcher {
            Some(dispatcher) => dispatcher.pool.opening().await,
            None => std::future::pending().await,
        }
    }

    pub(super) fn register(&self, log: &UserLog, wakeup: &Wakeup) {
        self.users.borrow_mut().push((log.clone(), wakeup.clone()));
    }

    /// True once no iteration may start any more: who only thinks may go.
    pub(super) fn is_finishing(&self) -> bool {
        self.finishing.get()
    }

    /// Acts on what is due now, and says when to look again.
    fn look(&self, control: &Control<'_>) -> Duration {
        let now = control.clock.now();
        let mut next_look =
            now + (control.workload.timeout / 10).clamp(Duration::from_millis(1), Duration::from_secs(1));
        if let Some(start) = control.planned_start().filter(|_| control.measured_from().is_none()) {
            self.at(start, now, &mut next_look, || control.measure_from(start));
        }
        if let Some(origin) = control.measured_from() {
            self.log.measure_from(origin);
        }
        if let Some(end) = control.measured_until() {
            self.at(end, now, &mut next_look, || self.finish());
            let drained = end + control.longest_timeout(self.log.longest_timeout());
            self.at(drained, now, &mut next_look, || self.end());
        }
        self.watch_for_answers(control, now);
        if control.is_halted() {
            self.end();
        }
        next_look
    }

    fn at(&self, due: Duration, now: Duration, next_look: &mut Duration, act: impl FnOnce()) {
        if now >= due {
            act();
        } else {
            *next_look = due.min(*next_look);
        }
    }

    fn watch_for_answers(&self, control: &Control<'_>, now: Duration) {
        let thinks = || self.users.borrow().iter().any(|(log, _)| log.is_only_thinking());
        let nobody_asks = !self.log.is_waiting() && thinks();
        control.answered(if nobody_asks { now } else { self.log.last_answer() });
        let (known, looks) = self.quiet.get();
        let looks = if control.last_answer() > known { 0 } else { looks.saturating_add(1) };
        self.quiet.set((control.last_answer(), looks));
        let longest_timeout = control.longest_timeout(self.log.longest_timeout());
        if looks >= QUIET_LOOKS {
            control.give_up_without_answer(now, longest_timeout);
        }
    }

    fn finish(&self) {
        if !self.finishing.replace(true) {
            self.wake_all();
        }
    }

    /// Gives up whatever is still open.
    pub(super) fn end(&self) {
        self.finishing.set(true);
        if !self.log.is_ending() {
            self.log.end();
            if let Some(dispatcher) = &self.dispatcher {
                dispatcher.end(self);
            }
            self.wake_all();
        }
    }

    fn wake_all(&self) {
        self.users.borrow().iter().for_each(|(_, wakeup)| wakeup.wake());
    }
}
