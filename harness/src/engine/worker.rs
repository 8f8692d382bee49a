//! One worker thread: its users, and the few moments at which it must act on all of them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use futures_util::stream::{FuturesUnordered, StreamExt};

use super::attend::Bell;
use super::control::Control;
use super::life::live;
use super::scenario::Scenario;
use crate::measure::{Ended, Recorder, UserLog, WorkerLog};

/// What the users of one worker thread share.
pub(super) struct Worker {
    pub(super) log: Rc<WorkerLog>,
    users: RefCell<Vec<(UserLog, Bell)>>,
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
}

/// Lets the users with these numbers live, and returns when the last of them has left.
///
/// Runs on the runtime of its thread; knows no other thread but through `control`.
pub(super) async fn drive<S: Scenario>(
    scenario: &S,
    control: &Control<'_>,
    numbers: impl Iterator<Item = usize>,
) -> Told {
    let worker = Worker::new(control);
    let mut lives: FuturesUnordered<_> = numbers.map(|number| live(scenario, control, &worker, number)).collect();
    loop {
        // Listening comes before looking, so that no change falls between the two.
        let changed = control.changed.notified();
        let next_look = worker.look(control);
        tokio::select! {
            // Control comes first: busy users could use up tokio's budget for this task again and again.
            biased;
            reason = control.stop.pulled(), if !control.is_halted() => control.halt(Ended::Stopped(reason.to_owned())),
            () = changed => {}
            () = tokio::time::sleep_until(control.clock.at(next_look)) => {}
            user = lives.next() => if user.is_none() { break },
        }
    }
    drop(lives);
    Told {
        recorder: worker.log.take(control.workload.timeout),
        occupied: worker.occupied.get(),
        last_answer: worker.log.last_answer(),
        unanswered: worker.log.unanswered(),
        leave_errors: worker.leave_errors.into_inner(),
    }
}

impl Worker {
    fn new(control: &Control<'_>) -> Worker {
        Worker {
            log: WorkerLog::new(control.workload.timeout, control.live.clone()),
            users: RefCell::default(),
            finishing: Cell::new(false),
            quiet: Cell::default(),
            occupied: Cell::default(),
            leave_errors: RefCell::default(),
        }
    }

    pub(super) fn register(&self, log: &UserLog, bell: &Bell) {
        self.users.borrow_mut().push((log.clone(), bell.clone()));
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
            self.ring_all();
        }
    }

    /// Gives up whatever is still open.
    pub(super) fn end(&self) {
        self.finishing.set(true);
        if !self.log.is_ending() {
            self.log.end();
            self.ring_all();
        }
    }

    fn ring_all(&self) {
        self.users.borrow().iter().for_each(|(_, bell)| bell.ring());
    }
}
