//! The log of one worker thread, which its users share.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::class_number::ClassNumber;
use super::endpoint::{Endpoint, Endpoints};
use super::in_vain::IterationsInVain;
use super::live::{Live, WorkerLive};
use super::recorder::Recorder;
use super::request_quota::RequestQuota;
use super::sample::{LogEntry, Phase};
use super::slices::Slices;
use super::stage::StageBounds;
use super::values::RecordedValues;
use crate::workload::{Mix, UserClass};

/// What the users of one worker thread share: its recorder, the phase of the run, and the number of open requests.
#[derive(Debug)]
pub struct WorkerLog {
    /// Of what belongs to no class of users: of everything, if the test has no classes.
    recorder: RefCell<Recorder>,
    /// One for each class.
    of_classes: Box<[RefCell<Recorder>]>,
    /// What requests are counted under.
    pub(super) endpoints: RefCell<HashMap<String, Endpoint>>,
    pub(super) phase: Cell<Phase>,
    pub(super) ending: Cell<bool>,
    pub(super) last_answer_ns: Cell<u64>,
    /// Since when no connection could be made, and why, if no other request has ended since.
    refused_since: Cell<Option<(u64, &'static str)>>,
    /// Measured requests that have got no answer since the last answer came.
    pub(super) unanswered: Cell<u64>,
    pub(super) longest_timeout: Cell<Duration>,
    pub(super) open: Cell<u64>,
    /// Users of the load that do nothing but think.
    pub(super) thinking: Cell<u64>,
    pub(super) in_vain: IterationsInVain,
    pub(super) live: Arc<WorkerLive>,
    /// How many requests may still be measured, if a number of them ends the measurement.
    quota: Option<Arc<RequestQuota>>,
}

impl WorkerLog {
    /// An empty log of one worker.
    pub fn new(timeout: Duration, live: &Arc<Live>) -> Rc<WorkerLog> {
        WorkerLog::planned(timeout, &Arc::default(), None, live, None, &Mix::default())
    }

    /// A log of a measurement that is to last for `length`, if time ends it, or until `quota` is used up. Puts each request into the stage of its
    /// intended start, and each user's requests into the recorder of its class.
    pub fn planned(
        timeout: Duration,
        stages: &Arc<[StageBounds]>,
        length: Option<Duration>,
        live: &Arc<Live>,
        quota: Option<Arc<RequestQuota>>,
        mix: &Mix,
    ) -> Rc<WorkerLog> {
        let worker = live.join();
        let recorder = |class: Option<&str>, worker: &Arc<WorkerLive>| {
            let mut recorder = Recorder::staged(timeout, Arc::clone(stages)).lasting(length);
            recorder.names = Endpoints::of(&live.names);
            recorder.values = RecordedValues::of(&live.value_names, &live.limits.values);
            recorder.slices = Slices::default().with_room();
            recorder.slices_before = Slices::default().with_room();
            if live.is_watched() {
                recorder.hand_over_to(worker);
            }
            let recorder = match class {
                Some(class) => recorder.of_class(class),
                None => recorder,
            };
            recorder.limited(&live.limits.times).listing(live.requests.as_ref()).taking_turns(live.turns.clone())
        };
        // What is handed over replaces what came from the same worker before, so each class hands over as a worker of its own.
        let of_class = |class: &UserClass| RefCell::new(recorder(Some(&class.name), &live.join()));
        Rc::new(WorkerLog {
            endpoints: RefCell::default(),
            recorder: RefCell::new(recorder(None, &worker)),
            of_classes: mix.classes().iter().map(of_class).collect(),
            phase: Cell::new(Phase::Outside),
            ending: Cell::new(false),
            last_answer_ns: Cell::new(0),
            refused_since: Cell::new(None),
            unanswered: Cell::new(0),
            longest_timeout: Cell::new(timeout),
            open: Cell::new(0),
            thinking: Cell::new(0),
            in_vain: IterationsInVain::default(),
            live: worker,
            quota,
        })
    }

    /// The measurement is to begin `origin` after the run.
    pub fn expect_measurement(&self, origin: Duration) {
        if self.phase.get() == Phase::Outside {
            self.note_everywhere(|recorder| recorder.expect_measurement(origin));
        }
    }

    /// From now on requests are measured; the measurement began `origin` after the run.
    ///
    /// The first call counts.
    pub fn measure_from(&self, origin: Duration) {
        if self.phase.get() == Phase::Measured {
            return;
        }
        self.phase.set(Phase::Measured);
        self.note_everywhere(|recorder| recorder.measure_from(origin));
    }

    /// The measurement, which has begun, ends after `length`, earlier than planned.
    pub fn shorten(&self, length: Duration) {
        self.note_everywhere(|recorder| recorder.shorten(length));
    }

    /// The run is over: requests that are still open are being given up.
    pub fn end(&self) {
        self.ending.set(true);
    }

    /// When a request ended that did not just run out of time, or an iteration that sends none.
    pub fn last_answer(&self) -> Duration {
        Duration::from_nanos(self.last_answer_ns.get())
    }

    /// Since when no connection could be made, and why, if no request was answered since.
    pub fn refused_since(&self) -> Option<(Duration, &'static str)> {
        self.refused_since.get().map(|(since_ns, why)| (Duration::from_nanos(since_ns), why))
    }

    /// Measured requests that ended without an answer after the last answer came.
    pub fn unanswered(&self) -> u64 {
        self.unanswered.get()
    }

    /// The longest time that any request so far was given.
    pub fn longest_timeout(&self) -> Duration {
        self.longest_timeout.get()
    }

    /// True once open requests are being given up.
    pub fn is_ending(&self) -> bool {
        self.ending.get()
    }

    /// True while any of the worker's requests is open.
    pub fn is_waiting(&self) -> bool {
        self.open.get() > 0
    }

    /// True while a user does nothing but think.
    pub fn any_only_thinks(&self) -> bool {
        self.thinking.get() > 0
    }

    /// Notes what is not part of a request: a planned arrival of this class, its lag, or that it was not sent.
    pub fn note(&self, class: ClassNumber, note: impl FnOnce(&mut Recorder)) {
        note(&mut self.recorder_of(class).borrow_mut());
    }

    /// Notes what concerns every user.
    pub fn note_everywhere(&self, note: impl Fn(&mut Recorder)) {
        self.recorders().for_each(|recorder| note(&mut recorder.borrow_mut()));
    }

    /// Takes out what has been recorded: of no class, and of each; an empty recorder stays behind.
    pub fn take(&self, timeout: Duration) -> Vec<Recorder> {
        self.recorders().map(|recorder| recorder.replace(Recorder::new(timeout))).collect()
    }

    /// The recorder of the users of this class.
    #[inline]
    pub(super) fn recorder_of(&self, class: ClassNumber) -> &RefCell<Recorder> {
        match class.index() {
            None => &self.recorder,
            Some(index) => &self.of_classes[index],
        }
    }

    fn recorders(&self) -> impl Iterator<Item = &RefCell<Recorder>> {
        std::iter::once(&self.recorder).chain(&self.of_classes)
    }

    pub(super) fn endpoint(&self, name: &str) -> Endpoint {
        if let Some(known) = self.endpoints.borrow().get(name) {
            return known.clone();
        }
        // Of names that are counted as another there may be any number, so they are not kept.
        let mut recorder = self.recorder.borrow_mut();
        let name = recorder.names.counted_as(name);
        let mut endpoints = self.endpoints.borrow_mut();
        if let Some(known) = endpoints.get(&*name) {
            return known.clone();
        }
        let new = recorder.endpoint(&name);
        // An endpoint has the same number in all of them, so that it is found without a look at its name.
        self.of_classes.iter().for_each(|recorder| recorder.borrow_mut().names.adopt(&new));
        endpoints.insert(name.into_owned(), new.clone());
        new
    }

    /// The phase of a request of an iteration that is of the phase `fixed`, if it is given, and has sent so many already.
    ///
    /// What goes beyond the number of requests that was asked for is sent all the same, so that the iteration is a whole one,
    /// and is not measured.
    #[inline]
    pub(super) fn phase_of_next(&self, fixed: Option<Phase>, sent: u32) -> Phase {
        match (fixed, &self.quota) {
            (Some(Phase::Measured), Some(quota)) if sent > 0 && !quota.take_one_more() => Phase::Outside,
            (Some(phase), _) => phase,
            (None, _) => self.phase.get(),
        }
    }

    /// An iteration ended at `end` before it sent a request. Returns the author's mistake if all of them do.
    #[cold]
    pub(super) fn failed_in_vain(&self, end: Duration, cause: &str) -> Option<String> {
        let count = self.in_vain.add(end).filter(|_| !self.live.has_sent())?;
        Some(format!("each iteration failed before it sent a request, {count} in a row: {cause}"))
    }

    pub(super) fn answered(&self, at_ns: u64) {
        self.last_answer_ns.set(self.last_answer_ns.get().max(at_ns));
        self.unanswered.set(0);
        self.refused_since.set(None);
    }

    #[cold]
    pub(super) fn refused(&self, at_ns: u64, why: &'static str) {
        self.refused_since.set(self.refused_since.get().or(Some((at_ns, why))));
    }

    /// `recorder`: that of the user's class. `is_load`: of an iteration, not of the set-up or tear-down of a user. `user`: its number.
    #[inline]
    pub(super) fn record_in(
        &self,
        recorder: &mut Recorder,
        entry: &LogEntry,
        is_load: bool,
        user: impl FnOnce() -> u32,
    ) {
        self.live.count_end(entry.fate.is_ok());
        recorder.record(entry);
        recorder.list(entry, user);
        if entry.phase == Phase::Outside && is_load {
            recorder.record_before(entry);
        }
    }
}
