//! The part of a load that one worker thread offers.

/// One worker thread among all of them: every `workers`-th user and arrival is its own, beginning with the `index`-th.
///
/// So the threads ramp up evenly and do not send at the same moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerShare {
    /// 0, 1, 2 … within the run.
    pub index: usize,
    /// How many worker threads there are.
    pub workers: usize,
}

impl WorkerShare {
    /// The share of the only worker thread.
    #[cfg(test)]
    pub(super) const ALL: WorkerShare = WorkerShare { index: 0, workers: 1 };

    /// How many of `users` belong to this worker.
    pub(super) fn users(self, users: usize) -> usize {
        (self.index..users).step_by(self.workers).count()
    }

    /// The number within the test of the user that is the `on_worker`-th of this worker.
    pub(super) fn user_number(self, on_worker: usize) -> usize {
        self.index + on_worker * self.workers
    }
}
