//! The part of a load that one worker thread offers, and the part that one process offers.

use super::stages::is_active_before;
use crate::load_part::PartShare;
use crate::workload::{Connections, LoadModel, RunLength, Warmup, Workload};

/// One worker thread among all of them: every `workers`-th user and arrival is its own, beginning with the `index`-th.
///
/// So the threads ramp up evenly and do not send at the same moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WorkerShare {
    /// 0, 1, 2 … within the run.
    pub index: usize,
    /// How many worker threads there are, if each process has as many as this one.
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

    /// The number within the test of a user, from its index on this worker.
    pub(super) fn user_number(self, user_index: usize) -> usize {
        self.index + user_index * self.workers
    }
}

/// The worker threads of one process.
///
/// The processes take turns for users and arrivals, and the threads of each take turns for those of their process. So the load does
/// not depend on how many threads a process has: each may have another number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct WorkerGroup {
    /// The part of the load that the process offers.
    pub(super) part: PartShare,
    /// Its worker threads.
    pub(super) threads: usize,
}

impl WorkerGroup {
    /// All worker threads of a run of one process.
    #[cfg(test)]
    pub(super) fn whole(threads: usize) -> WorkerGroup {
        WorkerGroup { part: PartShare::WHOLE, threads }
    }

    /// How many worker threads the run has if each process has as many.
    pub(super) fn workers(self) -> usize {
        self.part.of * self.threads
    }

    /// The shares of its workers.
    pub(super) fn shares(self) -> impl Iterator<Item = WorkerShare> {
        let PartShare { index, of } = self.part;
        (0..self.threads).map(move |thread| WorkerShare { index: index + of * thread, workers: self.workers() })
    }

    /// Which of its threads has this share: 0, 1, 2 …
    pub(super) fn thread(self, share: WorkerShare) -> usize {
        share.index / self.part.of
    }

    /// What all of them offer together.
    pub(super) fn share(self) -> WorkerShare {
        WorkerShare { index: self.part.index, workers: self.part.of }
    }

    /// How many of `count` users, arrivals or requests belong to this group.
    pub(super) fn part_of(self, count: u64) -> u64 {
        self.part.part_of(count)
    }
}

/// The part of `workload` that a process with this share offers, if it offers any: where there is less than one user, one shared
/// connection or one slot for each process, only the first ones offer load.
pub(super) fn offered_part(workload: &Workload, share: PartShare) -> Option<PartShare> {
    let of = offering_parts(workload, share.of);
    (share.index < of).then_some(PartShare { index: share.index, of })
}

/// How many of `parts` processes offer a part of this workload; the others have nothing to do.
///
/// One offers all of a benchmark: a single row of iterations shows when it is steady and when it is precise.
pub fn offering_parts(workload: &Workload, parts: usize) -> usize {
    let is_benchmark = workload.warmup == Warmup::UntilSteady || workload.length == RunLength::UntilPrecise;
    let senders = || workload.users().min(shared_connections(workload)).min(users_in_warm_up(workload));
    let most = if is_benchmark { 1 } else { senders() };
    parts.min(most).max(1)
}

/// How many worker threads `part` has: one for each core, but no more than there may be `users`, or connections that they share.
pub(super) fn threads_for(workload: &Workload, users: usize, part: PartShare, cores: usize) -> usize {
    let own = part.part_of(users.min(shared_connections(workload)) as u64);
    cores.min(usize::try_from(own).unwrap_or(usize::MAX)).max(1)
}

fn shared_connections(workload: &Workload) -> usize {
    match workload.connections {
        Connections::Shared(most) => most,
        Connections::PerUser | Connections::PerRequest => usize::MAX,
    }
}

/// Those who send the requests of a warm-up that is a number of requests: of a load whose stages begin with few users, these few.
fn users_in_warm_up(workload: &Workload) -> usize {
    match &workload.model {
        LoadModel::Closed(users) if matches!(workload.warmup, Warmup::Requests(requests) if requests > 0) => {
            (0..users.count).take_while(|number| is_active_before(&users.stages, *number)).count()
        }
        LoadModel::Closed(_) | LoadModel::Open(_) => usize::MAX,
    }
}

#[cfg(test)]
mod tests;
