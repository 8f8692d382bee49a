//! The counters that can be read during a run: [`Live`].

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::finished_slices::FinishedSlices;
#[cfg(feature = "cluster")]
use super::parts_live::PartsLive;
use super::request_rows::RequestSink;
use super::run_names::RunNames;
use super::time_limit::KnownLimits;
use super::values::ValueNames;
use crate::arm_turns::ArmTurns;
use crate::load_control::LoadControl;
use crate::load_part::LoadPart;

/// Counters that the progress line reads during a run. Relaxed; no figure of a verdict comes from here.
#[derive(Debug, Default)]
pub struct Live {
    /// Users that have started; in a run that is driven, less those that have left.
    pub users: AtomicU64,
    /// The limits that will be judged: samples beyond them are counted during the run.
    pub limits: KnownLimits,
    /// The measurement has begun.
    pub measuring: AtomicBool,
    /// Changes the load; `None` if it keeps to its plan.
    pub control: Option<LoadControl>,
    /// When the load is offered, if several servers take turns.
    pub turns: Option<ArmTurns>,
    /// The part of the load that this process offers, if others offer the rest.
    pub part: Option<Arc<LoadPart>>,
    /// Takes each request of the measurement, if that is wanted.
    pub requests: Option<Arc<dyn RequestSink>>,
    /// Workers hand over what happens, slice by slice.
    watched: AtomicBool,
    workers: Mutex<Vec<Arc<WorkerLive>>>,
    #[cfg(feature = "cluster")]
    pub(super) parts: PartsLive,
    /// What requests are counted under.
    pub(super) names: Arc<RunNames>,
    /// What values are recorded under.
    pub(super) value_names: Arc<ValueNames>,
}

/// The counters of one worker thread. Only this thread writes them: threads that share a counter would wait for one another.
#[derive(Debug, Default)]
#[repr(align(128))]
pub(super) struct WorkerLive {
    sent: AtomicU64,
    ok: AtomicU64,
    failed: AtomicU64,
    /// Written twice a second, if the run is watched.
    finished: Mutex<Vec<FinishedSlices>>,
}

impl Live {
    /// Counters of a run with these limits.
    pub fn limited(limits: KnownLimits) -> Live {
        Live { limits, ..Live::default() }
    }

    /// The same for a run that `control` drives.
    #[must_use]
    pub fn driven_by(self, control: LoadControl) -> Live {
        Live { control: Some(control), ..self }
    }

    /// The same for one of several servers that take turns.
    #[must_use]
    pub fn taking_turns(self, turns: ArmTurns) -> Live {
        Live { turns: Some(turns), ..self }
    }

    /// The same for one of several processes that offer the load together.
    #[must_use]
    pub fn offering(self, part: Arc<LoadPart>) -> Live {
        Live { part: Some(part), ..self }
    }

    /// The same, with something that takes each request.
    #[must_use]
    pub fn with_requests(self, requests: Option<Arc<dyn RequestSink>>) -> Live {
        Live { requests, ..self }
    }

    /// Requests sent, warm-up included.
    pub fn sent(&self) -> u64 {
        self.sum(|worker| &worker.sent)
    }

    /// Requests that ended ok.
    pub fn ok(&self) -> u64 {
        self.sum(|worker| &worker.ok)
    }

    /// Requests that ended in any other way.
    pub fn failed(&self) -> u64 {
        self.sum(|worker| &worker.failed)
    }

    /// Asks workers to hand over what happens, slice by slice; call this before they start.
    pub fn watch(&self) {
        self.watched.store(true, Ordering::Relaxed);
    }

    pub(super) fn is_watched(&self) -> bool {
        self.watched.load(Ordering::Relaxed)
    }

    /// What has been handed over since the last call, with the number of the worker.
    pub(super) fn take_finished(&self) -> Vec<(usize, FinishedSlices)> {
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let taken = workers.iter().map(|worker| std::mem::take(&mut *worker.finished()));
        taken.enumerate().flat_map(|(number, slices)| slices.into_iter().map(move |one| (number, one))).collect()
    }

    /// Counters for one more worker thread.
    pub(super) fn join(&self) -> Arc<WorkerLive> {
        let worker = Arc::<WorkerLive>::default();
        self.workers.lock().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&worker));
        worker
    }

    /// Counters for a worker thread of another process; returns their number.
    #[cfg(feature = "cluster")]
    pub(super) fn join_numbered(&self) -> usize {
        let mut workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        workers.push(Arc::default());
        workers.len() - 1
    }

    #[cfg(feature = "cluster")]
    pub(super) fn worker(&self, number: usize) -> Arc<WorkerLive> {
        Arc::clone(&self.workers.lock().unwrap_or_else(PoisonError::into_inner)[number])
    }

    fn sum(&self, counter: impl Fn(&WorkerLive) -> &AtomicU64) -> u64 {
        let workers = self.workers.lock().unwrap_or_else(PoisonError::into_inner);
        workers.iter().map(|worker| counter(worker).load(Ordering::Relaxed)).sum()
    }
}

impl WorkerLive {
    fn finished(&self) -> MutexGuard<'_, Vec<FinishedSlices>> {
        self.finished.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn hand_over(&self, slices: FinishedSlices) {
        self.finished().push(slices);
    }

    /// The counters of another process as they are now.
    #[cfg(feature = "cluster")]
    pub(super) fn set(&self, sent: u64, ok: u64, failed: u64) {
        self.sent.store(sent, Ordering::Relaxed);
        self.ok.store(ok, Ordering::Relaxed);
        self.failed.store(failed, Ordering::Relaxed);
    }

    pub(super) fn count_sent(&self) {
        add_one(&self.sent);
    }

    /// This worker thread has sent a request, if only in a set-up.
    pub(super) fn has_sent(&self) -> bool {
        self.sent.load(Ordering::Relaxed) > 0
    }

    pub(super) fn count_end(&self, is_ok: bool) {
        add_one(if is_ok { &self.ok } else { &self.failed });
    }
}

/// Only one thread writes, so the addition need not be atomic.
fn add_one(counter: &AtomicU64) {
    counter.store(counter.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
}
