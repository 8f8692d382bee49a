//! The part of a load that one worker thread offers, and the part that one process offers.

use std::ops::Range;

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

    /// The number within the test of a user, from its index on this worker.
    pub(super) fn user_number(self, user_index: usize) -> usize {
        self.index + user_index * self.workers
    }
}

/// The worker threads of one process: those of a whole run, or, if several processes offer one load, some of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct WorkerGroup {
    /// The workers of this process.
    pub(super) indices: Range<usize>,
    /// How many worker threads there are in the run.
    pub(super) workers: usize,
}

impl WorkerGroup {
    /// All worker threads of a run.
    pub(super) fn whole(workers: usize) -> WorkerGroup {
        WorkerGroup { indices: 0..workers, workers }
    }

    /// The shares of its workers.
    pub(super) fn shares(&self) -> impl Iterator<Item = WorkerShare> + use<> {
        let workers = self.workers;
        self.indices.clone().map(move |index| WorkerShare { index, workers })
    }

    /// How many of `count` users, arrivals or requests belong to this group.
    pub(super) fn part_of(&self, count: u64) -> u64 {
        let (workers, ends) = (self.workers as u64, self.indices.end as u64);
        let in_last_round = (count % workers).clamp(self.indices.start as u64, ends) - self.indices.start as u64;
        count / workers * self.indices.len() as u64 + in_last_round
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_workers_take_turns_for_the_users() {
        let shares: Vec<WorkerShare> = WorkerGroup::whole(3).shares().collect();
        let numbers = |share: &WorkerShare| (0..share.users(7)).map(|index| share.user_number(index)).collect();
        assert_eq!(shares.iter().map(numbers).collect::<Vec<Vec<usize>>>(), [vec![0, 3, 6], vec![1, 4], vec![2, 5]]);
    }

    #[test]
    fn the_parts_of_all_groups_are_the_whole() {
        assert_eq!(WorkerGroup::whole(3).part_of(7), 7);
        let groups = [0..1, 1..3, 3..3].map(|indices| WorkerGroup { indices, workers: 3 });
        for count in 0..20 {
            let of_shares: [u64; 3] =
                groups.clone().map(|group| group.shares().map(|share| share.users(count) as u64).sum());
            assert_eq!(groups.clone().map(|group| group.part_of(count as u64)), of_shares);
        }
    }
}
