//! One worker thread: what its users share, and when it must act on all of them.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use super::control::Control;
use super::dispatcher::Dispatcher;
use super::driven::DrivenLoad;
use super::executor::PollWatch;
use super::held::{HeldTime, LongPoll, PollTimer};
use super::memory_ahead::UserPlaces;
use super::pacer::Pacer;
use super::scenario::WorkerScenario;
use super::share::WorkerShare;
use super::timeline::RunState;
use super::timer::Timer;
use super::turns::BusyTurn;
use super::watchdog::SilentChecks;
use super::woken_tasks::AllTasks;
use crate::measure::{Recorder, Unfinished, UserLog, WorkerLog};
use crate::text::GroupedTexts;

/// The longest and the shortest time from one check of the worker to the next; a tenth of the timeout in between.
const LONGEST_CHECK_INTERVAL: Duration = Duration::from_secs(1);
const SHORTEST_CHECK_INTERVAL: Duration = Duration::from_millis(1);

/// What the users of one worker thread share.
pub(super) struct Worker<'a> {
    pub(super) log: Rc<WorkerLog>,
    pub(super) pacer: Pacer,
    /// Open workloads: gives the arrivals to the users.
    pub(super) dispatcher: Option<Dispatcher<'a>>,
    pub(super) share: WorkerShare,
    /// A load that is driven while it runs.
    pub(super) driven: Option<DrivenLoad>,
    users: RefCell<Vec<UserLog>>,
    pub(super) places: UserPlaces,
    tasks: AllTasks,
    is_finishing: Cell<bool>,
    silent_checks: SilentChecks,
    polls: PollTimer,
    /// Time of all its users inside iterations, within a measurement of planned length.
    occupied: Cell<Duration>,
    leave_errors: RefCell<GroupedTexts>,
    /// Users that were given up although they waited for no request.
    lost_users: RefCell<Vec<usize>>,
}

/// What one worker thread has measured.
pub(super) struct WorkerResult {
    /// Of no class of users, and of each class.
    pub(super) recorders: Vec<Recorder>,
    /// Time of all its users inside iterations, within a measurement of planned length.
    pub(super) occupied: Duration,
    pub(super) last_answer: Duration,
    /// Measured requests that ended without an answer after `last_answer`.
    pub(super) unanswered: u64,
    /// How long the test's own code held the worker.
    pub(super) held: HeldTime,
    pub(super) leave_errors: GroupedTexts,
    /// The transports that requests went over.
    pub(super) transports: Vec<String>,
    /// What the test's code left undone.
    pub(super) unfinished: Unfinished,
}

impl<'a> Worker<'a> {
    pub(super) fn new(control: &'a Control<'_>, share: WorkerShare, timer: Timer, tasks: AllTasks) -> Worker<'a> {
        Worker {
            log: WorkerLog::planned(
                control.workload.timeout,
                &control.stages,
                control.timeline.measured_length(),
                &control.live,
                control.quota(),
                &control.workload.mix,
            ),
            pacer: Pacer::new(control.clock, timer),
            dispatcher: Dispatcher::new(control, share),
            share,
            driven: control.driving().map(|_| DrivenLoad::starting(control.workload)),
            users: RefCell::default(),
            places: UserPlaces::default(),
            tasks,
            is_finishing: Cell::new(false),
            silent_checks: SilentChecks::default(),
            polls: PollTimer::new(),
            occupied: Cell::default(),
            leave_errors: RefCell::default(),
            lost_users: RefCell::default(),
        }
    }

    /// Adds the user with this index, perhaps in place of one that has left.
    pub(super) fn register(&self, index: usize, log: &UserLog) {
        let mut users = self.users.borrow_mut();
        match users.get_mut(index) {
            Some(place) => place.clone_from(log),
            None => users.push(log.clone()),
        }
    }

    /// Takes over what has changed of a driven load; users that wait between two iterations look whether they are to retire.
    pub(super) fn follow(&self, control: &Control<'_>) {
        if let Some(driven) = &self.driven {
            driven.follow(control);
            self.tasks.wake();
        }
    }

    /// The index of a user that a driven closed load is to start now.
    pub(super) fn user_to_start(&self, is_running: impl Fn(usize) -> bool) -> Option<usize> {
        let driven = self.driven.as_ref().filter(|_| self.dispatcher.is_none() && !self.is_finishing())?;
        driven.user_to_start(self.share, is_running)
    }

    /// False if the worker has nothing to do without users.
    pub(super) fn may_get_users(&self, control: &Control<'_>) -> bool {
        let state = || control.timeline.state_at(control.clock.now());
        self.driven.is_some() && !matches!(state(), RunState::Draining | RunState::EndedEarly)
    }

    /// A user was inside an iteration for this much of the measurement.
    pub(super) fn add_occupied(&self, time: Duration) {
        self.occupied.set(self.occupied.get() + time);
    }

    /// A user's tear-down has failed.
    pub(super) fn add_leave_error(&self, error: &str) {
        self.leave_errors.borrow_mut().add(error, 1);
    }

    /// The user with this number was given up after the end of a run, and waited for no request.
    pub(super) fn lose_user(&self, number: usize) {
        self.lost_users.borrow_mut().push(number);
    }

    /// True once no iteration may start any more: users that only think are dismissed.
    pub(super) fn is_finishing(&self) -> bool {
        self.is_finishing.get()
    }

    /// Waits for the next user of an open workload that must be set up; returns its index on this worker.
    pub(super) async fn user_to_set_up(&self) -> usize {
        match &self.dispatcher {
            Some(dispatcher) => dispatcher.pool.user_to_set_up().await,
            None => std::future::pending().await,
        }
    }

    /// Offers the arrivals of an open workload; completes at once without one.
    pub(super) async fn dispatch(&self, control: &Control<'_>) {
        match (&self.dispatcher, &self.driven) {
            (Some(dispatcher), None) => dispatcher.run(control, &self.log, &self.pacer).await,
            // Boxed, so that a planned load does not have it in its memory.
            (Some(dispatcher), Some(driven)) => {
                Box::pin(dispatcher.run_driven(driven, control, &self.log, &self.pacer)).await;
            }
            (None, _) => {}
        }
    }

    /// Does what is due by now, and returns when to check again.
    pub(super) fn check(&self, control: &Control<'_>) -> Duration {
        self.polls.forget_run_delay();
        let timeline = &control.timeline;
        let now = control.clock.now();
        let interval = (control.workload.timeout / 10).clamp(SHORTEST_CHECK_INTERVAL, LONGEST_CHECK_INTERVAL);
        let mut schedule = CheckSchedule { now, next: now + interval };
        if timeline.measured_from().is_none()
            && let Some(start) = timeline.planned_start()
        {
            self.log.expect_measurement(start);
            if schedule.is_due(start) {
                control.begin_measurement(start);
            }
        }
        if let Some(origin) = timeline.measured_from() {
            self.log.measure_from(origin);
            if let Some(stopped) = timeline.stopped_at() {
                self.log.shorten(stopped.saturating_sub(origin));
            }
        }
        if let Some(end) = timeline.measured_until() {
            if schedule.is_due(end) {
                self.finish();
            }
            if schedule.is_due(end + control.watchdog.longest_timeout(self.log.longest_timeout())) {
                self.end();
            }
        }
        control.pulses.beat(control.workers.thread(self.share), now, self.log.is_waiting());
        self.check_for_answers(control, now);
        if timeline.has_ended_early() {
            self.end();
        }
        schedule.next
    }

    fn check_for_answers(&self, control: &Control<'_>, now: Duration) {
        let expects_no_answer = !self.log.is_waiting() && self.log.any_only_thinks();
        control.watchdog.answered(if expects_no_answer { now } else { self.log.last_answer() });
        let longest_timeout = control.watchdog.longest_timeout(self.log.longest_timeout());
        control.watchdog.responded(self.log.last_answer());
        if let Some(refused) = self.log.refused_since() {
            control.end_if_refused(refused, now, longest_timeout);
        }
        if self.silent_checks.count_check(control.watchdog.last_answer()) {
            control.end_if_silent(now, longest_timeout);
        }
    }

    /// The user with this index was polled, perhaps after others, and that took long.
    #[cold]
    fn took_long(&self, control: &Control<'_>, poll: LongPoll, index: usize) {
        let Some(from) = control.timeline.measured_from() else { return };
        let users = self.users.borrow();
        let others_wait = match users.get(index) {
            Some(log) if !poll.is_of_several || users.len() == 1 => log.others_wait(),
            _ => self.log.is_waiting(),
        };
        // Arrivals are due all the time. One user alone holds up no other: what it measures may be a computation.
        if others_wait || self.dispatcher.is_some() {
            self.polls.count(poll, from, control.timeline.measured_until());
        }
    }

    /// What the thread did since it last looked for answers took long.
    #[cold]
    fn turn_took_long(&self, control: &Control<'_>, turn: BusyTurn, now: Duration) {
        let Some(from) = control.timeline.measured_from() else { return };
        let are_awaited = self.log.is_waiting() || self.dispatcher.is_some();
        self.polls.count_turn(turn, now, (from, control.timeline.measured_until()), are_awaited);
    }

    /// No iteration may start any more.
    fn finish(&self) {
        if !self.is_finishing.replace(true) {
            self.tasks.wake();
        }
    }

    /// Gives up everything that is still open.
    pub(super) fn end(&self) {
        self.is_finishing.set(true);
        if !self.log.is_ending() {
            self.log.end();
            if let Some(dispatcher) = &self.dispatcher {
                dispatcher.end(&self.log);
            }
            self.tasks.wake();
        }
    }

    /// What was measured, when the last user has left.
    pub(super) fn into_result(self, control: &Control<'_>, transports: Vec<String>) -> WorkerResult {
        let origin = control.timeline.measured_from().or(control.timeline.planned_start());
        self.log.note_everywhere(|recorder| recorder.load_is_over(origin.unwrap_or_default()));
        if let Some(dispatcher) = &self.dispatcher {
            dispatcher.count_rest(control, &self.log);
        }
        WorkerResult {
            recorders: self.log.take(control.workload.timeout),
            occupied: self.occupied.get(),
            last_answer: self.log.last_answer(),
            unanswered: self.log.unanswered(),
            held: self.polls.held(),
            leave_errors: self.leave_errors.into_inner(),
            transports,
            unfinished: Unfinished { users: self.lost_users.into_inner(), has_blocking_work: false },
        }
    }
}

/// The users of a worker while they are polled.
pub(super) struct WatchedUsers<'a, 'w> {
    worker: &'a Worker<'w>,
    control: &'a Control<'a>,
    scenario: &'a dyn WorkerScenario,
    /// The user that was polled last.
    last: Cell<usize>,
}

impl<'a, 'w> WatchedUsers<'a, 'w> {
    pub(super) fn new(
        worker: &'a Worker<'w>,
        control: &'a Control<'a>,
        scenario: &'a dyn WorkerScenario,
    ) -> WatchedUsers<'a, 'w> {
        WatchedUsers { worker, control, scenario, last: Cell::new(0) }
    }
}

impl PollWatch for WatchedUsers<'_, '_> {
    #[inline]
    fn begin(&self) {
        let now = self.worker.pacer.turn();
        self.scenario.turn_begins(now);
        if let Some(turn) = self.worker.polls.begin(now) {
            self.worker.turn_took_long(self.control, turn, now);
        }
    }

    #[inline]
    fn ahead(&self, task: usize) {
        self.worker.places.fetch(task);
    }

    #[inline]
    fn polled(&self, task: usize) {
        self.last.set(task);
        if let Some(poll) = self.worker.polls.polled(|| self.control.clock.now()) {
            self.worker.took_long(self.control, poll, task);
        }
    }

    #[inline]
    fn end(&self) {
        if let Some(poll) = self.worker.polls.end(|| self.control.clock.now()) {
            self.worker.took_long(self.control, poll, self.last.get());
        }
    }
}

/// When the worker must check again: at the earliest time that is not due yet.
struct CheckSchedule {
    now: Duration,
    next: Duration,
}

impl CheckSchedule {
    /// True if it is this time or later; otherwise the next check is at this time at the latest.
    fn is_due(&mut self, due: Duration) -> bool {
        let is_due = self.now >= due;
        if !is_due {
            self.next = self.next.min(due);
        }
        is_due
    }
}
