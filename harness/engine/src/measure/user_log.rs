//! The log of one user: it opens and closes requests and iterations.

#[cfg(test)]
mod tests;

use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::class_number::ClassNumber;
use super::endpoint::Endpoint;
use super::moment::Moment;
use super::sample::{Fate, IterationEnd, LogEntry, Moments, Phase, Sample};
use super::seconds::nanoseconds;
use super::user_state::{IterationNote, UserState};
use super::worker_log::WorkerLog;

/// The log of one user, which writes to the recorder of its worker thread. Cheap to clone; clones share everything.
///
/// Every request is opened once and closed once. The request that ended last is held until the next one ends or the
/// iteration does, because a check on its response may still fail it.
#[derive(Debug, Clone)]
pub struct UserLog {
    pub(super) user: Rc<UserState>,
}

/// Marks its user as thinking until it is dropped.
#[derive(Debug)]
#[must_use = "the user thinks until this is dropped"]
pub struct Thinking {
    user: Rc<UserState>,
}

impl UserLog {
    /// A log that counts nothing, for requests outside any run (fixtures' own use of a user).
    pub fn detached() -> UserLog {
        WorkerLog::new(Duration::from_secs(10), &Arc::default()).user(Some(Phase::Outside))
    }

    /// The log of the user with this number within the test.
    #[must_use]
    pub fn of_user(self, number: usize) -> UserLog {
        self.user.set_number(number);
        self
    }

    /// The log of a user of this class.
    #[must_use]
    pub fn of_class(self, class: ClassNumber) -> UserLog {
        self.user.set_class(class);
        self
    }

    /// The user takes over an arrival of this class, or one of its own class again.
    pub fn begin_class(&self, class: ClassNumber) {
        if class != self.user.class() {
            self.user.settle();
            self.user.set_class(class);
        }
    }

    /// The class of the user, or of the arrival that it has taken over.
    pub fn class(&self) -> ClassNumber {
        self.user.class()
    }

    /// The endpoint called `name`: look it up once, not for each request.
    pub fn endpoint(&self, name: &str) -> Endpoint {
        self.user.worker.endpoint(name)
    }

    /// What each request touches is in its first line.
    pub fn memory(&self) -> &impl Sized {
        &*self.user
    }

    /// A request begins: it is intended from now on, and must be closed exactly once.
    pub fn open(&self) -> Phase {
        let user = &self.user;
        let phase = user.worker.phase_of_next(user.fixed.get(), user.opened.get());
        user.recorder().borrow_mut().intend(phase);
        user.worker.live.count_sent();
        user.count_opened();
        phase
    }

    /// A request may take `timeout`, which may be longer than the timeout of the test: the engine waits for at least so long.
    pub fn allow(&self, timeout: Duration) {
        let longest = &self.user.worker.longest_timeout;
        if timeout > longest.get() {
            longest.set(timeout);
        }
    }

    /// An open request of `phase` was sent once more, because its connection was closed before an answer began.
    pub fn note_resent(&self, phase: Phase) {
        if phase == Phase::Measured {
            self.user.recorder().borrow_mut().resent();
        }
    }

    /// The intended start of a request that begins `now`: what the plan says of the first request of an iteration, and
    /// `now` for any other.
    #[inline]
    pub fn intended_start(&self, now: Moment) -> Moment {
        self.user.take_first_planned().map_or(now, |planned| planned.min(now))
    }

    /// The user pauses for so long: if its first request comes after the pause, it is intended so much later.
    pub fn postpone(&self, pause: Duration) {
        self.user.postpone_first(pause);
    }

    /// False if a request of `phase` cannot be one of the slowest: then the parts of its time are not needed.
    #[inline]
    pub fn asks_for_phases(&self, phase: Phase, moments: Moments) -> bool {
        self.user.recorder().borrow().asks_for_phases(phase, moments)
    }

    /// The request of `phase` has ended.
    pub fn close(&self, phase: Phase, sample: Sample) {
        let endpoint = self.number_of(&sample.endpoint);
        self.enter(LogEntry::of(phase, endpoint, sample));
    }

    /// The number that requests of `endpoint` have in the log.
    #[inline]
    pub fn number_of(&self, endpoint: &Endpoint) -> u32 {
        self.user.recorder().borrow_mut().names.index_of(endpoint)
    }

    /// The request of `entry` has ended.
    #[inline]
    pub fn enter(&self, entry: LogEntry) {
        let user = &self.user;
        user.count_closed();
        if let Some(failure) = entry.fate.connection_failure() {
            user.worker.refused(entry.moments.done_ns, failure);
        } else if !matches!(entry.fate, Fate::TimedOut | Fate::InFlightAtEnd) {
            user.worker.answered(entry.moments.done_ns);
        } else if entry.phase == Phase::Measured {
            user.worker.unanswered.set(user.worker.unanswered.get() + 1);
        }
        user.settle();
        user.hold(entry);
    }

    /// The request that ended last in this iteration was not ok after all: a check on its response failed.
    ///
    /// `cause` is shown as it is: `check: a full page`. A request that has already failed keeps its first cause.
    /// Returns false when this iteration has ended no request.
    pub fn fail_last(&self, cause: String) -> bool {
        self.user.fail_held(cause)
    }

    /// The author's code asked for something that cannot be sent or chosen, and would do so again: the first is kept.
    #[cold]
    pub fn note_mistake(&self, mistake: &str) {
        self.user.note(|| IterationNote::Mistake(mistake.to_owned()));
    }

    /// There is no data for the iteration, nor for any further one.
    #[cold]
    pub fn note_out_of_data(&self, what: &str) {
        self.user.note(|| IterationNote::OutOfData(what.to_owned()));
    }

    /// What was noted in this iteration.
    #[inline]
    pub fn take_note(&self) -> Option<IterationNote> {
        self.user.take_note()
    }

    /// The mistake that was noted, if that was one.
    #[cfg(test)]
    pub fn take_mistake(&self) -> Option<String> {
        match self.take_note() {
            Some(IterationNote::Mistake(mistake)) => Some(mistake),
            _ => None,
        }
    }

    /// True once the run is over and open requests are being given up: a request that is dropped now was
    /// [in flight at the end](Fate::InFlightAtEnd).
    pub fn is_ending(&self) -> bool {
        self.user.worker.ending.get()
    }

    /// The user thinks until the guard is dropped: at the end of a run such a user is dismissed at once.
    pub fn think(&self) -> Thinking {
        self.user.begin_thinking();
        Thinking { user: Rc::clone(&self.user) }
    }

    /// True while the user does nothing but think: no request of its is open.
    pub fn is_only_thinking(&self) -> bool {
        self.user.is_only_thinking()
    }

    /// True while a request is open.
    pub fn is_waiting(&self) -> bool {
        self.user.open.get() > 0
    }

    /// True while a request of another user of the worker is open.
    pub fn others_wait(&self) -> bool {
        self.user.worker.open.get() > u64::from(self.user.open.get())
    }

    /// True if the iteration has sent a request.
    pub fn has_sent(&self) -> bool {
        self.user.opened.get() > 0
    }

    /// An iteration begins. Its requests are of `phase`, if it is given and as long as its quota lasts; else of that of their start.
    pub fn begin_iteration(&self, phase: Option<Phase>) -> Phase {
        self.user.begin_iteration(phase);
        phase.unwrap_or(self.user.worker.phase.get())
    }

    /// The user leaves: its requests are outside the measurement from now on, and not part of the load.
    pub fn begin_leaving(&self) {
        self.begin_iteration(Some(Phase::Outside));
        self.user.is_load.set(false);
    }

    /// The plan wanted the iteration that has just begun, and its first request, to start at `intended`.
    pub fn plan_iteration(&self, intended: Duration) {
        self.user.plan(Moment::after(intended));
    }

    /// The iteration that began at `begin` has ended at `end`. Returns how many requests it sent.
    pub fn end_iteration(&self, phase: Phase, begin: Duration, end: Duration, how: IterationEnd) -> u64 {
        let worker = &self.user.worker;
        if self.user.opened.get() == 0 {
            worker.answered(nanoseconds(end));
        }
        match how {
            IterationEnd::Completed => self.record_iteration(phase, begin, end, &Fate::Ok),
            _ => self.fail_iteration(phase, begin, end, how),
        }
        self.sent()
    }

    /// The iteration that began at `begin` is given up at `end`, during a request or a pause.
    ///
    /// An iteration that ends in a pause is not counted; an open request is in flight at the end, and so is its iteration.
    pub fn abandon_iteration(&self, phase: Phase, begin: Duration, end: Duration, waited: bool) -> u64 {
        match waited {
            true => self.record_iteration(phase, begin, end, &Fate::InFlightAtEnd),
            false => {
                self.settle();
                self.settle_values(phase, || self.user.planned().unwrap_or(Moment::after(begin)));
                self.user.recorder().borrow_mut().iteration_given_up();
            }
        }
        self.sent()
    }

    /// Records the request that is held.
    pub fn settle(&self) {
        self.user.settle();
    }

    /// How many requests the iteration has sent.
    fn sent(&self) -> u64 {
        self.user.opened.get().into()
    }

    fn record_iteration(&self, phase: Phase, begin: Duration, end: Duration, fate: &Fate) {
        let worker = &self.user.worker;
        let held = self.user.take_held();
        worker.in_vain.end_if(fate.is_ok());
        let moments = self.moments_of_iteration(begin, end);
        self.settle_values(phase, || Moment::at_ns(moments.intended_ns));
        let mut recorder = self.user.recorder().borrow_mut();
        if let Some(entry) = &held {
            worker.record_in(&mut recorder, entry, self.user.is_load.get(), || self.user.number());
        }
        match phase {
            Phase::Measured => recorder.iteration(moments, fate),
            Phase::Outside => recorder.iteration_before(moments, fate),
        }
    }

    fn moments_of_iteration(&self, begin: Duration, end: Duration) -> Moments {
        let [begin, end] = [begin, end].map(Moment::after);
        Moments::of(self.user.planned().unwrap_or(begin), begin, end)
    }

    /// An iteration did not complete; an error of its own is the last request's, too.
    #[cold]
    fn fail_iteration(&self, phase: Phase, begin: Duration, end: Duration, how: IterationEnd) {
        let fate = match how {
            IterationEnd::Completed => Fate::Ok,
            IterationEnd::FailedAtRequest => Fate::Failed("a request failed".to_owned()),
            IterationEnd::FailedItself(text) => {
                if !self.fail_last(text.clone()) {
                    self.fail_without_request(phase, begin, end, text.clone());
                }
                Fate::Failed(text)
            }
        };
        self.record_iteration(phase, begin, end, &fate);
    }

    /// An error before any request must not hide from the success rate: it is one failed request of the total, and of
    /// no endpoint, because none was reached.
    fn fail_without_request(&self, phase: Phase, begin: Duration, end: Duration, cause: String) {
        let worker = &self.user.worker;
        worker.failed_in_vain(end, &cause).iter().for_each(|mistake| self.note_mistake(mistake));
        let mut recorder = self.user.recorder().borrow_mut();
        let entry = LogEntry::of_no_endpoint(phase, self.moments_of_iteration(begin, end), Fate::Failed(cause));
        recorder.intend(phase);
        match phase {
            Phase::Measured => {
                recorder.end_in_total(&entry);
                recorder.list(&entry, || self.user.number());
            }
            Phase::Outside => recorder.record(&entry),
        }
    }
}

impl Drop for Thinking {
    fn drop(&mut self) {
        self.user.end_thinking();
    }
}

impl WorkerLog {
    /// A log for one more user of the load; all its requests are of `phase`, if it is given.
    pub fn user(self: &Rc<WorkerLog>, phase: Option<Phase>) -> UserLog {
        UserLog { user: Rc::new(UserState::new(Rc::clone(self), phase, false)) }
    }

    /// A log for what is set up for one user, beside its own.
    pub fn set_up(self: &Rc<WorkerLog>) -> UserLog {
        UserLog { user: Rc::new(UserState::new(Rc::clone(self), Some(Phase::Outside), true)) }
    }
}
