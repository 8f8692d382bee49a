//! The run of one virtual user: it enters, does its iterations, and leaves.

use std::cell::{Cell, RefCell};
use std::future::Future;
use std::pin::pin;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::timeout;

use super::cadence::Cadence;
use super::control::{Control, Part, Ticket};
use super::executor::yield_now;
use super::scenario::Scenario;
use super::stages;
use super::user_code::{UserCodeEnd, Wakeup, run_user_code};
use super::user_pool::Arrival;
use super::worker::Worker;
use crate::measure::{Ended, IterationEnd, Phase, UserLog};
use crate::seeded::SplitMix64;
use crate::user::UserSlot;

/// A user that is not ready, or has not left, after so long is given up, so that every run ends.
const LONGEST_PASSAGE: Duration = Duration::from_secs(60);

/// Lives the run of the user at `desk`, the so manieth of its worker. Whatever goes wrong ends the run or is noted; the
/// run itself always ends.
pub(super) async fn run_user<S: Scenario>(
    scenario: &S,
    control: &Control<'_>,
    worker: &Worker<'_>,
    resources: &Rc<S::WorkerResources>,
    desk: usize,
) {
    let (log, number) = (worker.log.user(Some(Phase::Outside)), worker.number_at(desk));
    let run = UserRun {
        scenario,
        control,
        worker,
        resources,
        desk,
        number,
        log,
        wakeup: Wakeup::default(),
        moment: Cell::default(),
        cadence: RefCell::default(),
        came: Cell::default(),
    };
    worker.register(&run.log, &run.wakeup);
    let entered = run.enter().await;
    if let Some(dispatcher) = &worker.dispatcher {
        dispatcher.pool.has_entered();
    }
    let Some(mut user) = entered else { return };
    while let Some(turn) = run.next_turn().await {
        run.iterate(&mut user, turn).await;
    }
    run.count_missed();
    run.leave(user).await;
}

struct UserRun<'a, 'w, S: Scenario> {
    scenario: &'a S,
    control: &'a Control<'a>,
    worker: &'a Worker<'w>,
    resources: &'a Rc<S::WorkerResources>,
    desk: usize,
    number: usize,
    log: UserLog,
    wakeup: Wakeup,
    /// What the clock said when the last iteration ended, until anything waits: what follows at once happens at that time.
    moment: Cell<Option<Duration>>,
    /// When the iterations of a paced user are due; known from the first one on.
    cadence: RefCell<Option<Cadence>>,
    /// When a paced user came that was not there all the time; taken by its next turn.
    came: Cell<Option<Duration>>,
}

/// Leave to start an iteration, and what a plan said of it.
struct Turn {
    ticket: Ticket,
    planned: Option<Planned>,
}

/// An iteration that a plan wanted.
#[derive(Clone, Copy)]
struct Planned {
    intended: Duration,
    /// How long no user was free for it.
    pool_wait: Duration,
}

impl<S: Scenario> UserRun<'_, '_, S> {
    /// Waits for this user's turn in the ramp-up, makes it ready, and waits for the load to begin.
    async fn enter(&self) -> Option<S::User> {
        let turn = self.control.workload.ramp_up().mul_f64(self.number as f64 / self.control.workload.users() as f64);
        let over = || self.worker.is_finishing();
        let waiting = pin!(tokio::time::sleep_until(self.control.clock.at(turn)));
        if !turn.is_zero() && run_user_code(&self.wakeup, over, waiting).await == UserCodeEnd::GivenUp {
            return None;
        }
        let entering = pin!(timeout(LONGEST_PASSAGE, self.scenario.enter(self.slot())));
        let broken = match run_user_code(&self.wakeup, over, entering).await {
            UserCodeEnd::Completed(Ok(Ok(user))) => {
                self.control.user_entered();
                self.control.begun().await;
                if !self.control.workload.ramp_up().is_zero() {
                    self.came.set(Some(self.control.clock.now()));
                }
                return Some(user);
            }
            UserCodeEnd::GivenUp => return None,
            UserCodeEnd::Completed(Ok(Err(text))) => text,
            UserCodeEnd::Completed(Err(_elapsed)) => {
                format!("user {} was not ready after {} s", self.number, LONGEST_PASSAGE.as_secs())
            }
            UserCodeEnd::Panicked(message) => format!("the set-up of user {} panicked: {message}", self.number),
        };
        self.control.halt(Ended::Broken(broken));
        None
    }

    /// Waits for whatever says when this user's next iteration starts; `None` when the user shall leave.
    async fn next_turn(&self) -> Option<Turn> {
        // An author's function that never waits must not keep the others from running; one that does must not wait here,
        // between two iterations, where no figure would show it.
        if !self.wakeup.take_has_waited() {
            yield_now().await;
            self.moment.set(None);
        }
        if let Some(dispatcher) = &self.worker.dispatcher {
            let _idle = self.log.think();
            let taken = dispatcher.pool.next(self.desk).await?;
            self.moment.set(None);
            let Arrival { intended, phase } = taken.arrival;
            let planned = Some(Planned { intended, pool_wait: taken.pool_wait });
            return Some(Turn { ticket: Ticket::of_plan(phase), planned });
        }
        self.take_part().await?;
        let planned = self.wait_for_cadence().await?;
        let ticket = self.claim()?;
        let Some(planned) = planned else { return Some(Turn { ticket, planned }) };
        if let Some(cadence) = &mut *self.cadence.borrow_mut() {
            cadence.advance();
        }
        Some(Turn { ticket: self.control.due_at(ticket, planned.intended), planned: Some(planned) })
    }

    fn now(&self) -> Duration {
        self.moment.get().unwrap_or_else(|| self.control.clock.now())
    }

    fn claim(&self) -> Option<Ticket> {
        let ticket = self.control.claim(self.now());
        if let Some(origin) = self.control.measured_from() {
            self.worker.log.measure_from(origin);
        }
        ticket
    }

    /// Waits while the stages have no place for this user; `None` if the run is over, or they never will have.
    async fn take_part(&self) -> Option<()> {
        if self.control.user_stages().is_empty() {
            return Some(());
        }
        loop {
            let changed = self.control.changed.notified();
            let part = self.control.part_of(self.number, self.now());
            match part {
                Part::Now => return Some(()),
                Part::Never => return None,
                Part::From(due) => {
                    self.idle(self.worker.pacer.until(due)).await?;
                    // Not when it woke up: that is later, and would leave out an iteration that is due just then.
                    self.came.set(Some(due));
                }
                Part::Later => {
                    self.idle(changed).await?;
                    self.came.set(Some(self.control.clock.now()));
                }
            }
        }
    }

    /// Waits until a paced user's next iteration is due; `None` if the run is over before.
    async fn wait_for_cadence(&self) -> Option<Option<Planned>> {
        let Some(every) = self.control.every() else { return Some(None) };
        let free = self.control.clock.now();
        let is_first = self.cadence.borrow().is_none();
        let came = self.came.take();
        let intended = {
            let mut cadence = self.cadence.borrow_mut();
            let cadence = cadence.get_or_insert_with(|| self.first_cadence(every, free));
            if let Some(came) = came {
                cadence.skip_to(came);
            }
            cadence.due()
        };
        if intended > free {
            let is_due = self.idle(self.worker.pacer.until(intended)).await;
            // The interactive response-time law takes what was planned for thought.
            self.note_occupation(free, intended.min(self.control.clock.now()));
            is_due?;
        }
        // Who has only just come has done nothing yet that could have held it up: if it is late, the generator is.
        let was_busy = !is_first && came.is_none();
        let pool_wait = if was_busy { free.saturating_sub(intended) } else { Duration::ZERO };
        Some(Some(Planned { intended, pool_wait }))
    }

    fn first_cadence(&self, every: Duration, now: Duration) -> Cadence {
        let begun = self.control.begun_at().unwrap_or(now);
        Cadence::new(begun, every, self.number, self.control.workload.users())
    }

    /// Waits like somebody who thinks; `None` if the run is over before.
    async fn idle(&self, until: impl Future<Output = ()>) -> Option<()> {
        let _idle = self.log.think();
        self.moment.set(None);
        match run_user_code(&self.wakeup, || self.worker.is_finishing(), pin!(until)).await {
            UserCodeEnd::Completed(()) => Some(()),
            UserCodeEnd::GivenUp | UserCodeEnd::Panicked(_) => None,
        }
    }

    /// What was due for a paced user within the measurement, and was not started before its end, is never sent.
    fn count_missed(&self) {
        let Some((from, until)) = self.control.measured_from().zip(self.control.measured_until()) else { return };
        let until = until.min(self.control.clock.now());
        let Some(cadence) = &mut *self.cadence.borrow_mut() else { return };
        while cadence.due() < until {
            let intended = cadence.due();
            cadence.advance();
            if intended >= from && stages::is_active(self.control.user_stages(), self.number, intended - from) {
                self.worker.log.note(|recorder| recorder.planned(1));
                self.worker.left_waiting(Arrival { intended, phase: Phase::Measured });
            }
        }
    }

    async fn iterate(&self, user: &mut S::User, turn: Turn) {
        let Turn { ticket, planned } = turn;
        let begin = self.now();
        let phase = self.log.begin_iteration(ticket.phase);
        if let Some(planned) = planned {
            self.log.plan_iteration(planned.intended);
        }
        let (attended, waited) = self.attend_iteration(user, planned.is_some()).await;
        let end = self.control.clock.now();
        self.moment.set(Some(end));
        let mut was_sent = true;
        match attended {
            UserCodeEnd::Completed(how) => {
                self.control.observe(phase, begin, end);
                self.control.spend(ticket, self.log.end_iteration(phase, begin, end, how));
            }
            UserCodeEnd::GivenUp => match self.log.abandon_iteration(phase, begin, end, waited) {
                0 => {
                    self.control.refund(ticket);
                    was_sent = false;
                }
                sent => self.control.spend(ticket, sent),
            },
            UserCodeEnd::Panicked(message) => {
                let how = IterationEnd::FailedItself(format!("panicked: {message}"));
                self.control.spend(ticket, self.log.end_iteration(phase, begin, end, how));
                self.control.halt(Ended::Broken(format!("the test's function panicked: {message}")));
            }
        }
        self.note_start(phase, planned, begin, was_sent);
        self.note_occupation(begin, end);
    }

    /// Tells how well the plan was kept for an iteration of the measurement.
    fn note_start(&self, phase: Phase, planned: Option<Planned>, begin: Duration, was_sent: bool) {
        let Some(Planned { intended, pool_wait }) = planned.filter(|_| phase == Phase::Measured) else { return };
        if self.control.every().is_some() {
            // An open workload's plan is counted as a whole.
            self.worker.log.note(|recorder| recorder.planned(1));
        }
        let pacer_lag = begin.saturating_sub(intended).saturating_sub(pool_wait);
        self.worker.log.note(|recorder| recorder.record_lag(pacer_lag, pool_wait));
        if !was_sent {
            // It was started, but had not come to its request when everything was over.
            self.worker.log.note(|recorder| recorder.never_sent_at(intended));
        }
    }

    /// One iteration, and whether a request of it was open when it was given up. Its future is dropped on return, so
    /// that open requests have closed themselves.
    ///
    /// Who only thinks when the measurement is over goes; but what a plan has started gets its chance to send something.
    async fn attend_iteration(&self, user: &mut S::User, is_planned: bool) -> (UserCodeEnd<IterationEnd>, bool) {
        let may_go = || self.log.is_only_thinking() && (!is_planned || self.log.has_sent());
        let given_up = || self.worker.log.is_ending() || (self.worker.is_finishing() && may_go());
        let iteration = pin!(self.scenario.iterate(user));
        let attended = run_user_code(&self.wakeup, given_up, iteration).await;
        if matches!(attended, UserCodeEnd::Panicked(_)) {
            // The run is over, so what this user still has open is in flight at the end.
            self.worker.end();
        }
        (attended, self.log.is_waiting())
    }

    /// Only the part inside a measurement of planned length says something about the interactive response-time law.
    fn note_occupation(&self, begin: Duration, end: Duration) {
        let Some((from, until)) = self.control.measured_from().zip(self.control.measured_until()) else { return };
        let inside = end.min(until).saturating_sub(begin.max(from));
        self.worker.occupied.set(self.worker.occupied.get() + inside);
    }

    async fn leave(&self, user: S::User) {
        self.log.begin_iteration(Some(Phase::Outside));
        let leaving = pin!(timeout(LONGEST_PASSAGE, self.scenario.leave(user)));
        let error = match run_user_code(&self.wakeup, || false, leaving).await {
            UserCodeEnd::Completed(Ok(Ok(()))) | UserCodeEnd::GivenUp => None,
            UserCodeEnd::Completed(Ok(Err(text))) => Some(text),
            UserCodeEnd::Completed(Err(_elapsed)) => {
                Some(format!("user {} had not left after {} s", self.number, LONGEST_PASSAGE.as_secs()))
            }
            UserCodeEnd::Panicked(message) => {
                Some(format!("the tear-down of user {} panicked: {message}", self.number))
            }
        };
        self.worker.leave_errors.borrow_mut().extend(error);
    }

    fn slot(&self) -> UserSlot<S::WorkerResources> {
        UserSlot {
            number: self.number,
            seed: SplitMix64::nth(self.control.workload.seed, self.number as u64),
            log: self.log.clone(),
            set_up_log: self.worker.log.user(Some(Phase::Outside)),
            clock: self.control.clock,
            stop: self.control.stop.clone(),
            timeout: self.control.workload.timeout,
            resources: Rc::clone(self.resources),
        }
    }
}
