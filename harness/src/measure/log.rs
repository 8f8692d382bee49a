//! A user's own notebook.

#[cfg(test)]
mod tests;

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::endpoint::Endpoint;
use super::live::{Live, WorkerLive};
use super::recorder::{ITERATION, Recorder};
use super::sample::{Entry, Fate, IterationEnd, Moments, Phase, Sample};
use super::seconds::nanoseconds;
use super::stage::StageBounds;

/// One user's way into the recorder of its worker thread. Cheap to clone; clones share everything.
///
/// Every request is opened once and closed once. The request that ended last is kept back until the next one ends or
/// the iteration does, because a check on its response may still fail it.
#[derive(Debug, Clone)]
pub struct UserLog {
    user: Rc<UserState>,
}

#[derive(Debug)]
struct UserState {
    worker: Rc<WorkerLog>,
    fixed: Cell<Option<Phase>>,
    kept_back: RefCell<Option<Entry>>,
    opened: Cell<u64>,
    open: Cell<u64>,
    thinking: Cell<u32>,
    /// When the plan wanted the iteration to start, if a plan did.
    planned: Cell<Option<Duration>>,
    /// The same for its first request, until that has begun.
    first_planned: Cell<Option<Duration>>,
}

/// Marks its user as thinking until it is dropped.
#[derive(Debug)]
#[must_use = "the user thinks until this is dropped"]
pub struct Thinking {
    user: Rc<UserState>,
}

/// What the users of one worker thread share: its recorder, and what the engine tells them.
#[derive(Debug)]
pub(crate) struct WorkerLog {
    recorder: RefCell<Recorder>,
    /// What requests are counted under.
    endpoints: RefCell<HashMap<String, Endpoint>>,
    phase: Cell<Phase>,
    ending: Cell<bool>,
    last_answer_ns: Cell<u64>,
    /// Measured requests that have got no answer since the last answer came.
    unanswered: Cell<u64>,
    longest_timeout: Cell<Duration>,
    open: Cell<u64>,
    live: Arc<WorkerLive>,
}

impl UserLog {
    /// A log that counts nothing, for requests outside any run (fixtures' own use of a user).
    pub fn detached() -> UserLog {
        WorkerLog::new(Duration::from_secs(10), &Arc::default()).user(Some(Phase::Outside))
    }

    /// The endpoint called `name`: to be asked once, not with each request.
    pub fn endpoint(&self, name: &str) -> Endpoint {
        self.user.worker.endpoint(name)
    }

    /// A request begins: it is intended from now on, and must be closed exactly once.
    pub fn open(&self) -> Phase {
        let user = &self.user;
        let phase = user.fixed.get().unwrap_or(user.worker.phase.get());
        user.worker.recorder.borrow_mut().intend(phase);
        user.worker.live.count_sent();
        user.worker.open.set(user.worker.open.get() + 1);
        user.open.set(user.open.get() + 1);
        user.opened.set(user.opened.get() + 1);
        phase
    }

    /// A request may take `timeout`, which may be longer than the test's own: so long nobody may give up waiting.
    pub(crate) fn allow(&self, timeout: Duration) {
        let longest = &self.user.worker.longest_timeout;
        if timeout > longest.get() {
            longest.set(timeout);
        }
    }

    /// An open request of `phase` was sent once more, because its connection was closed before an answer began.
    pub(crate) fn note_resent(&self, phase: Phase) {
        if phase == Phase::Measured {
            self.user.worker.recorder.borrow_mut().resent();
        }
    }

    /// The intended start of a request that begins `now`: what the plan says of the first request of an iteration, and
    /// `now` for any other.
    pub fn intended_start(&self, now: Duration) -> Duration {
        match self.user.first_planned.get() {
            None => now,
            Some(planned) => {
                self.user.first_planned.set(None);
                planned.min(now)
            }
        }
    }

    /// The user pauses of its own will for so long: a first request that comes after is intended so much later.
    pub fn postpone(&self, pause: Duration) {
        self.user.first_planned.set(self.user.first_planned.get().map(|planned| planned + pause));
    }

    /// False if a request of `phase` cannot be one of the slowest: nobody asks for the parts of its time.
    #[inline]
    pub(crate) fn asks_for_phases(&self, phase: Phase, moments: Moments) -> bool {
        self.user.worker.recorder.borrow().asks_for_phases(phase, moments)
    }

    /// The request of `phase` has ended.
    pub fn close(&self, phase: Phase, sample: Sample) {
        self.enter(Entry::of(phase, sample));
    }

    /// The request of `entry` has ended.
    #[inline]
    pub(crate) fn enter(&self, entry: Entry) {
        let user = &self.user;
        user.worker.open.set(user.worker.open.get().saturating_sub(1));
        user.open.set(user.open.get().saturating_sub(1));
        if !matches!(entry.fate, Fate::TimedOut | Fate::InFlightAtEnd) {
            user.worker.answered(entry.moments.done_ns);
        } else if entry.phase == Phase::Measured {
            user.worker.unanswered.set(user.worker.unanswered.get() + 1);
        }
        user.settle();
        *user.kept_back.borrow_mut() = Some(entry);
    }

    /// The request that ended last in this iteration was not ok after all: a check on its response failed.
    ///
    /// `cause` is shown as it is: `check: a full page`. A request that has already failed keeps its first cause.
    /// Returns false when this iteration has ended no request.
    pub fn fail_last(&self, cause: String) -> bool {
        match &mut *self.user.kept_back.borrow_mut() {
            Some(entry) => {
                if entry.fate.is_ok() {
                    entry.fate = Fate::Failed(cause);
                }
                true
            }
            None => false,
        }
    }

    /// True once the run is over and open requests are being given up: a request that is dropped now was
    /// [in flight at the end](Fate::InFlightAtEnd).
    pub fn is_ending(&self) -> bool {
        self.user.worker.ending.get()
    }

    /// The user thinks until the guard is dropped: at the end of a run such a user is dismissed at once.
    pub fn think(&self) -> Thinking {
        self.user.thinking.set(self.user.thinking.get() + 1);
        Thinking { user: Rc::clone(&self.user) }
    }

    /// True while the user does nothing but think: no request of its is open.
    pub(crate) fn is_only_thinking(&self) -> bool {
        self.user.thinking.get() > 0 && self.user.open.get() == 0
    }

    /// True while a request is open.
    pub(crate) fn is_waiting(&self) -> bool {
        self.user.open.get() > 0
    }

    /// True while a request of another user of the worker is open.
    pub(crate) fn others_wait(&self) -> bool {
        self.user.worker.open.get() > self.user.open.get()
    }

    /// True if the iteration has sent a request.
    pub(crate) fn has_sent(&self) -> bool {
        self.user.opened.get() > 0
    }

    /// An iteration begins. Its requests are all of `phase`, if it is given; else each is of the phase of its own start.
    pub(crate) fn begin_iteration(&self, phase: Option<Phase>) -> Phase {
        let user = &self.user;
        self.settle();
        user.fixed.set(phase);
        user.opened.set(0);
        user.planned.set(None);
        user.first_planned.set(None);
        phase.unwrap_or(user.worker.phase.get())
    }

    /// The plan wanted the iteration that has just begun, and its first request, to start at `intended`.
    pub(crate) fn plan_iteration(&self, intended: Duration) {
        self.user.planned.set(Some(intended));
        self.user.first_planned.set(Some(intended));
    }

    /// The iteration that began at `begin` has ended at `end`. Returns how many requests it sent.
    pub(crate) fn end_iteration(&self, phase: Phase, begin: Duration, end: Duration, how: IterationEnd) -> u64 {
        let worker = &self.user.worker;
        if self.user.opened.get() == 0 {
            worker.answered(nanoseconds(end));
        }
        match how {
            IterationEnd::Completed => self.record_iteration(phase, begin, end, &Fate::Ok),
            _ => self.fail_iteration(phase, begin, end, how),
        }
        self.user.opened.get()
    }

    /// The iteration that began at `begin` is given up at `end`, in the middle of a request or of a thought.
    ///
    /// A thought is nobody's failing and counts nowhere; an open request is in flight at the end, and so is its iteration.
    pub(crate) fn abandon_iteration(&self, phase: Phase, begin: Duration, end: Duration, waited: bool) -> u64 {
        match waited {
            true => self.record_iteration(phase, begin, end, &Fate::InFlightAtEnd),
            false => self.settle(),
        }
        self.user.opened.get()
    }

    /// Records what was kept back.
    pub(crate) fn settle(&self) {
        self.user.settle();
    }

    fn record_iteration(&self, phase: Phase, begin: Duration, end: Duration, fate: &Fate) {
        self.settle();
        if phase == Phase::Measured {
            let intended = self.user.planned.get().unwrap_or(begin);
            self.user.worker.recorder.borrow_mut().iteration(Moments::of(intended, begin, end), fate);
        }
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
        let mut recorder = self.user.worker.recorder.borrow_mut();
        let entry = self.whole(phase, begin, end, Fate::Failed(cause));
        recorder.intend(phase);
        match phase {
            Phase::Measured => recorder.end_in_total(&entry),
            Phase::Outside => recorder.record(&entry),
        }
    }

    /// A whole iteration as one request.
    fn whole(&self, phase: Phase, begin: Duration, end: Duration, fate: Fate) -> Entry {
        let moments = Moments::of(self.user.planned.get().unwrap_or(begin), begin, end);
        Entry { phase, endpoint: ITERATION.into(), moments, fate, bytes_sent: 0, bytes_received: 0, phases: None }
    }
}

impl UserState {
    /// Mostly there is nothing: a request is settled by the end of its iteration.
    #[inline]
    fn settle(&self) {
        if self.kept_back.borrow().is_some() {
            self.record_kept_back();
        }
    }

    #[inline(never)]
    fn record_kept_back(&self) {
        let mut kept_back = self.kept_back.borrow_mut();
        if let Some(entry) = &*kept_back {
            self.worker.record(entry);
            *kept_back = None;
        }
    }
}

impl Drop for UserState {
    fn drop(&mut self) {
        self.settle();
    }
}

impl Drop for Thinking {
    fn drop(&mut self) {
        self.user.thinking.set(self.user.thinking.get().saturating_sub(1));
    }
}

impl WorkerLog {
    pub(crate) fn new(timeout: Duration, live: &Arc<Live>) -> Rc<WorkerLog> {
        WorkerLog::staged(timeout, Arc::default(), live)
    }

    /// A log that puts each request into the stage of its intended start.
    pub(crate) fn staged(timeout: Duration, stages: Arc<[StageBounds]>, live: &Arc<Live>) -> Rc<WorkerLog> {
        Rc::new(WorkerLog {
            endpoints: RefCell::default(),
            recorder: RefCell::new(Recorder::staged(timeout, stages).limited(&live.limits)),
            phase: Cell::new(Phase::Outside),
            ending: Cell::new(false),
            last_answer_ns: Cell::new(0),
            unanswered: Cell::new(0),
            longest_timeout: Cell::new(timeout),
            open: Cell::new(0),
            live: live.join(),
        })
    }

    /// A log for one more user; all its requests are of `phase`, if it is given.
    pub(crate) fn user(self: &Rc<WorkerLog>, phase: Option<Phase>) -> UserLog {
        UserLog {
            user: Rc::new(UserState {
                worker: Rc::clone(self),
                fixed: Cell::new(phase),
                kept_back: RefCell::new(None),
                opened: Cell::new(0),
                open: Cell::new(0),
                thinking: Cell::new(0),
                planned: Cell::new(None),
                first_planned: Cell::new(None),
            }),
        }
    }

    /// From now on requests are measured; the measurement began `origin` after the run.
    ///
    /// The first call counts.
    pub(crate) fn measure_from(&self, origin: Duration) {
        if self.phase.get() == Phase::Measured {
            return;
        }
        self.phase.set(Phase::Measured);
        self.recorder.borrow_mut().measure_from(origin);
    }

    /// The run is over: requests that are still open are being given up.
    pub(crate) fn end(&self) {
        self.ending.set(true);
    }

    /// When a request ended that did not just run out of time, or an iteration that sends none.
    pub(crate) fn last_answer(&self) -> Duration {
        Duration::from_nanos(self.last_answer_ns.get())
    }

    /// Measured requests that ended without an answer after the last answer came.
    pub(crate) fn unanswered(&self) -> u64 {
        self.unanswered.get()
    }

    /// The longest time that any request so far was given.
    pub(crate) fn longest_timeout(&self) -> Duration {
        self.longest_timeout.get()
    }

    /// True once open requests are being given up.
    pub(crate) fn is_ending(&self) -> bool {
        self.ending.get()
    }

    /// True while any of the worker's requests is open.
    pub(crate) fn is_waiting(&self) -> bool {
        self.open.get() > 0
    }

    /// Notes something that no request tells of: a planned arrival, its lag, or that it was left out.
    pub(crate) fn note(&self, note: impl FnOnce(&mut Recorder)) {
        note(&mut self.recorder.borrow_mut());
    }

    /// Takes out what has been recorded; an empty recorder stays behind.
    pub(crate) fn take(&self, timeout: Duration) -> Recorder {
        self.recorder.replace(Recorder::new(timeout))
    }

    fn endpoint(&self, name: &str) -> Endpoint {
        if let Some(known) = self.endpoints.borrow().get(name) {
            return known.clone();
        }
        let new = self.recorder.borrow_mut().endpoint(name);
        self.endpoints.borrow_mut().insert(name.to_owned(), new.clone());
        new
    }

    fn answered(&self, at_ns: u64) {
        self.last_answer_ns.set(self.last_answer_ns.get().max(at_ns));
        self.unanswered.set(0);
    }

    fn record(&self, entry: &Entry) {
        self.live.count_end(entry.fate.is_ok());
        self.recorder.borrow_mut().record(entry);
    }
}
