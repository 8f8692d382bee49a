//! What the log keeps of one user: [`UserState`].

use std::cell::{Cell, RefCell, RefMut};
use std::rc::Rc;
use std::time::Duration;

use super::class_number::ClassNumber;
use super::moment::Moment;
use super::recorder::Recorder;
use super::sample::{Fate, LogEntry, Moments, Phase, Phases};
use super::statuses::Answer;
use super::worker_log::WorkerLog;

/// One user: what it has open, and its request that ended last.
///
/// A thousand users do not fit the processor's nearest caches. So what each request touches is in the first 64 bytes, one cache
/// line, in this order; the rest is looked at only if a flag there says so.
#[derive(Debug)]
#[repr(C, align(64))]
pub(super) struct UserState {
    pub(super) worker: Rc<WorkerLog>,
    held_moments: Cell<Moments>,
    /// Sent and received; longer bodies are in `rare`.
    held_bytes: Cell<[u32; 2]>,
    held_endpoint: Cell<u32>,
    held_answer: Cell<Option<Answer>>,
    /// The phase of the request that is held; `None` while none is.
    held: Cell<Option<Phase>>,
    /// Something is in `rare`.
    has_rare: Cell<bool>,
    pub(super) fixed: Cell<Option<Phase>>,
    /// It is in an iteration, not in its set-up or tear-down.
    pub(super) is_load: Cell<bool>,
    /// Requests of this iteration.
    pub(super) opened: Cell<u32>,
    pub(super) open: Cell<u32>,
    thinking: Cell<u16>,
    class: Cell<ClassNumber>,
    rare: RareState,
}

/// What most iterations of most tests do without.
#[derive(Debug, Default)]
struct RareState {
    /// When the plan wanted the iteration to start, if a plan did.
    planned: Cell<Option<Moment>>,
    /// The same for its first request, until that has begun.
    first_planned: Cell<Option<Moment>>,
    /// Of the request that is held.
    held: RefCell<Option<RareEntry>>,
    /// Why the user cannot go on, if so.
    note: RefCell<Option<IterationNote>>,
    /// It is no user of the load: whether it thinks is nothing to the worker.
    is_apart: bool,
    /// Its number within the test.
    number: Cell<u32>,
    /// What its iteration has recorded: numbers of values, and samples of them.
    values: RefCell<Vec<(u32, f64)>>,
}

/// Why a user cannot go on with its iterations.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IterationNote {
    /// What the author wrote wrongly, so that nothing could be sent.
    Mistake(String),
    /// Which data was used up.
    OutOfData(String),
}

/// What the log does not know of most requests.
#[derive(Debug)]
struct RareEntry {
    fate: Fate,
    bytes: [u64; 2],
    bytes_decoded: Option<u64>,
    phases: Option<Box<Phases>>,
}

impl UserState {
    pub(super) fn new(worker: Rc<WorkerLog>, phase: Option<Phase>, is_apart: bool) -> UserState {
        UserState {
            worker,
            held_moments: Cell::default(),
            held_bytes: Cell::default(),
            held_endpoint: Cell::new(0),
            held_answer: Cell::new(None),
            held: Cell::new(None),
            has_rare: Cell::new(false),
            fixed: Cell::new(phase),
            is_load: Cell::new(false),
            opened: Cell::new(0),
            open: Cell::new(0),
            thinking: Cell::new(0),
            class: Cell::default(),
            rare: RareState { is_apart, ..RareState::default() },
        }
    }

    /// Its number within the test.
    pub(super) fn number(&self) -> u32 {
        self.rare.number.get()
    }

    pub(super) fn set_number(&self, number: usize) {
        self.rare.number.set(u32::try_from(number).unwrap_or(u32::MAX));
    }

    /// The class that it belongs to, or that its iteration belongs to.
    pub(super) fn class(&self) -> ClassNumber {
        self.class.get()
    }

    /// From now on, its requests are those of this class. What it holds must have been recorded.
    pub(super) fn set_class(&self, class: ClassNumber) {
        self.class.set(class);
    }

    /// Where its requests are counted.
    #[inline]
    pub(super) fn recorder(&self) -> &RefCell<Recorder> {
        self.worker.recorder_of(self.class.get())
    }

    /// One more request is open.
    #[inline]
    pub(super) fn count_opened(&self) {
        self.worker.open.set(self.worker.open.get() + 1);
        let before = self.open.replace(self.open.get() + 1);
        self.opened.set(self.opened.get().saturating_add(1));
        if before == 0 && self.thinking.get() > 0 {
            self.thinks_no_longer_only();
        }
    }

    /// One request less is open.
    #[inline]
    pub(super) fn count_closed(&self) {
        self.worker.open.set(self.worker.open.get().saturating_sub(1));
        let before = self.open.get();
        self.open.set(before.saturating_sub(1));
        if before == 1 && self.thinking.get() > 0 {
            self.only_thinks_now();
        }
    }

    pub(super) fn begin_thinking(&self) {
        let before = self.thinking.replace(self.thinking.get().saturating_add(1));
        if before == 0 && self.open.get() == 0 {
            self.only_thinks_now();
        }
    }

    pub(super) fn end_thinking(&self) {
        let before = self.thinking.get();
        self.thinking.set(before.saturating_sub(1));
        if before == 1 && self.open.get() == 0 {
            self.thinks_no_longer_only();
        }
    }

    /// True while the user does nothing but think: no request of its is open.
    pub(super) fn is_only_thinking(&self) -> bool {
        self.thinking.get() > 0 && self.open.get() == 0
    }

    fn only_thinks_now(&self) {
        if !self.rare.is_apart {
            self.worker.thinking.set(self.worker.thinking.get() + 1);
        }
    }

    fn thinks_no_longer_only(&self) {
        if !self.rare.is_apart {
            self.worker.thinking.set(self.worker.thinking.get().saturating_sub(1));
        }
    }

    /// An iteration begins; nothing is held, and nothing is planned.
    #[inline]
    pub(super) fn begin_iteration(&self, phase: Option<Phase>) {
        self.settle();
        self.fixed.set(phase);
        self.opened.set(0);
        self.is_load.set(true);
        if self.has_rare.get() {
            self.rare.planned.set(None);
            self.rare.first_planned.set(None);
            self.has_rare.set(self.rare.note.borrow().is_some());
        }
    }

    /// The plan wanted the iteration, and its first request, to start then.
    pub(super) fn plan(&self, intended: Moment) {
        self.has_rare.set(true);
        self.rare.planned.set(Some(intended));
        self.rare.first_planned.set(Some(intended));
    }

    /// When the plan wanted the iteration to start, if a plan did.
    #[inline]
    pub(super) fn planned(&self) -> Option<Moment> {
        if self.has_rare.get() { self.rare.planned.get() } else { None }
    }

    /// The same for its first request, if that has not begun.
    #[inline]
    pub(super) fn take_first_planned(&self) -> Option<Moment> {
        if self.has_rare.get() { self.rare.first_planned.take() } else { None }
    }

    /// The first request is intended later than planned.
    pub(super) fn postpone_first(&self, pause: Duration) {
        if self.has_rare.get() {
            let later = self.rare.first_planned.get().map(|planned| planned.later_by(pause));
            self.rare.first_planned.set(later);
        }
    }

    /// The first note is kept.
    #[cold]
    pub(super) fn note(&self, note: impl FnOnce() -> IterationNote) {
        self.has_rare.set(true);
        self.rare.note.borrow_mut().get_or_insert_with(note);
    }

    #[inline]
    pub(super) fn take_note(&self) -> Option<IterationNote> {
        if self.has_rare.get() { self.rare.note.take() } else { None }
    }

    /// Holds a sample of the value with this number until the end of the iteration.
    pub(super) fn hold_value(&self, number: u32, sample: f64) {
        self.has_rare.set(true);
        self.rare.values.borrow_mut().push((number, sample));
    }

    /// True if the iteration has recorded a value.
    #[inline]
    pub(super) fn has_values(&self) -> bool {
        self.has_rare.get() && !self.rare.values.borrow().is_empty()
    }

    pub(super) fn values(&self) -> RefMut<'_, Vec<(u32, f64)>> {
        self.rare.values.borrow_mut()
    }

    /// Holds a request that has ended; the one before must have been taken.
    #[inline]
    pub(super) fn hold(&self, entry: LogEntry) {
        let LogEntry { phase, endpoint, moments, fate, bytes_sent, bytes_received, bytes_decoded, answer, phases } =
            entry;
        let are_short = (bytes_sent | bytes_received) <= u64::from(u32::MAX);
        self.held.set(Some(phase));
        self.held_endpoint.set(endpoint);
        self.held_moments.set(moments);
        self.held_answer.set(answer);
        self.held_bytes.set([bytes_sent as u32, bytes_received as u32]);
        if !(fate.is_ok() && are_short && bytes_decoded.is_none() && phases.is_none()) {
            self.hold_rare(RareEntry { fate, bytes: [bytes_sent, bytes_received], bytes_decoded, phases });
        }
    }

    #[inline(never)]
    fn hold_rare(&self, rare: RareEntry) {
        self.has_rare.set(true);
        *self.rare.held.borrow_mut() = Some(rare);
    }

    /// The request that was held.
    #[inline]
    pub(super) fn take_held(&self) -> Option<LogEntry> {
        let phase = self.held.take()?;
        let (endpoint, moments, answer) = (self.held_endpoint.get(), self.held_moments.get(), self.held_answer.get());
        let [bytes_sent, bytes_received] = self.held_bytes.get().map(u64::from);
        let rare = if self.has_rare.get() { self.rare.held.take() } else { None };
        let entry =
            LogEntry { bytes_sent, bytes_received, answer, ..LogEntry::new(phase, endpoint, moments, Fate::Ok) };
        Some(match rare {
            None => entry,
            Some(RareEntry { fate, bytes: [bytes_sent, bytes_received], bytes_decoded, phases }) => {
                LogEntry { fate, bytes_sent, bytes_received, bytes_decoded, phases, ..entry }
            }
        })
    }

    /// Changes the result of the request that is held, if it was ok. False if none is.
    pub(super) fn fail_held(&self, cause: String) -> bool {
        if self.held.get().is_none() {
            return false;
        }
        self.has_rare.set(true);
        let bytes = self.held_bytes.get().map(u64::from);
        let mut rare = self.rare.held.borrow_mut();
        let rare = rare.get_or_insert(RareEntry { fate: Fate::Ok, bytes, bytes_decoded: None, phases: None });
        if rare.fate.is_ok() {
            rare.fate = Fate::Failed(cause);
        }
        true
    }

    /// Records the request that is held. Usually none is: a request is recorded by the end of its iteration.
    #[inline]
    pub(super) fn settle(&self) {
        if self.held.get().is_some() {
            self.record_held();
        }
    }

    #[inline(never)]
    fn record_held(&self) {
        if let Some(entry) = self.take_held() {
            let mut recorder = self.recorder().borrow_mut();
            self.worker.record_in(&mut recorder, &entry, self.is_load.get(), || self.number());
        }
    }
}

impl Drop for UserState {
    fn drop(&mut self) {
        self.settle();
    }
}

#[cfg(test)]
mod tests {
    use std::mem::offset_of;

    use super::*;

    #[test]
    fn what_each_request_touches_of_a_user_is_one_cache_line() {
        assert_eq!((offset_of!(UserState, rare), align_of::<UserState>()), (64, 64));
    }
}
