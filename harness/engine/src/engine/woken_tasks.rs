//! Which tasks of an executor were woken.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::Wake;

use futures_util::task::AtomicWaker;

/// Bits of a word.
pub(super) const WORD: usize = u64::BITS as usize;

/// A bit for each task, and one for each word of those bits.
pub(super) struct WokenTasks {
    pub(super) words: Box<[AtomicU64]>,
    pub(super) summary: Box<[AtomicU64]>,
    /// The executor need not be woken: it has been, or it is polling its tasks.
    pub(super) is_awake: AtomicBool,
    pub(super) executor: AtomicWaker,
}

/// Says that the executor is about to be polled.
pub(super) struct PollAnnouncer(pub(super) Arc<WokenTasks>);

impl PollAnnouncer {
    /// The executor is polled before its own task returns: what wakes a task until then need not wake the executor, which would
    /// lead to another turn.
    pub(super) fn announce(&self) {
        self.0.is_awake.store(true, Ordering::SeqCst);
    }
}

/// Wakes one task.
pub(super) struct TaskWaker {
    pub(super) task: usize,
    pub(super) woken: Arc<WokenTasks>,
}

/// Wakes all tasks of an executor.
pub(super) struct AllTasks(pub(super) Arc<WokenTasks>);

/// One look at all the bits.
#[derive(Default)]
pub(super) struct Pass {
    /// How many words of the summary it has taken, and what is left of the last one.
    groups: usize,
    words: u64,
    /// The word of bits that it has taken last, and what is left of it.
    word: usize,
    bits: u64,
}

impl Pass {
    /// The next woken task, whose bit is taken.
    #[inline]
    pub(super) fn next(&mut self, woken: &WokenTasks) -> Option<usize> {
        while self.bits == 0 {
            while self.words == 0 {
                self.words = woken.summary.get(self.groups)?.swap(0, Ordering::SeqCst);
                self.groups += 1;
            }
            self.word = (self.groups - 1) * WORD + self.words.trailing_zeros() as usize;
            self.words &= self.words - 1;
            self.bits = woken.words[self.word].swap(0, Ordering::SeqCst);
        }
        let index = self.word * WORD + self.bits.trailing_zeros() as usize;
        self.bits &= self.bits - 1;
        Some(index)
    }
}

impl WokenTasks {
    pub(super) fn has_any(&self) -> bool {
        self.summary.iter().any(|words| words.load(Ordering::SeqCst) != 0)
    }

    fn wake_executor(&self) {
        // Read first: most tasks are woken while it is awake, and to write costs more.
        if !self.is_awake.load(Ordering::SeqCst) && !self.is_awake.swap(true, Ordering::SeqCst) {
            self.executor.wake();
        }
    }
}

impl AllTasks {
    /// Each task is polled in the next pass.
    pub(super) fn wake(&self) {
        for (index, word) in self.0.words.iter().enumerate() {
            // The bits of tasks that do not exist, or have completed, are ignored.
            word.store(u64::MAX, Ordering::SeqCst);
            self.0.summary[index / WORD].fetch_or(1 << (index % WORD), Ordering::SeqCst);
        }
        self.0.wake_executor();
    }
}

impl Wake for TaskWaker {
    fn wake(self: Arc<TaskWaker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<TaskWaker>) {
        let (word, woken) = (self.task / WORD, &self.woken);
        let before = woken.words[word].fetch_or(1 << (self.task % WORD), Ordering::SeqCst);
        if before == 0 {
            woken.summary[word / WORD].fetch_or(1 << (word % WORD), Ordering::SeqCst);
        }
        woken.wake_executor();
    }
}
