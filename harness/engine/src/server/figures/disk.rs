//! What the processes of a server have read from disks and written to them: a [`DiskTotal`].

use std::collections::HashMap;

use super::process::{ByteCounters, ProcessKey, ProcessStat};

/// The bytes of all members so far, ended ones included.
///
/// The counters of a process include those of the children that it has collected, and the system does not say apart how much that is.
/// So the bytes of a member that has ended are looked for in the growth of the nearest living one above it, at this sample and the next,
/// and are counted here if they are not found. A process that collects no children and writes as much itself hides them.
#[derive(Debug, Default)]
pub(super) struct DiskTotal {
    /// Of each member at the last sample.
    last: HashMap<ProcessKey, ByteCounters>,
    /// Of members that have ended, by the member that may still collect them.
    awaited: HashMap<ProcessKey, ByteCounters>,
    /// Of members that have ended and were not collected by any.
    uncollected: ByteCounters,
}

impl DiskTotal {
    /// The bytes of all so far; `None` if those of no process can be read. `before` are the members at the last sample, and `read` gives
    /// the counters of one of `now`.
    pub(super) fn update(
        &mut self,
        before: &HashMap<ProcessKey, ProcessStat>,
        now: &[ProcessStat],
        read: impl Fn(u32) -> Option<ByteCounters>,
    ) -> Option<ByteCounters> {
        let current = read_all(now, read);
        let grown = |(key, bytes): (&ProcessKey, &ByteCounters)| Some((*key, bytes.less(*self.last.get(key)?)));
        let mut growth: HashMap<ProcessKey, ByteCounters> = current.iter().filter_map(grown).collect();
        for (collector, bytes) in std::mem::take(&mut self.awaited) {
            self.uncollected = self.uncollected.plus(take(&mut growth, collector, bytes));
        }
        let mut ended: HashMap<ProcessKey, ByteCounters> = HashMap::new();
        for (key, bytes) in self.last.iter().filter(|(key, _)| !current.contains_key(*key)) {
            let sum = match self.collector(*key, before, now, &current) {
                Some(collector) => ended.entry(collector).or_default(),
                None => &mut self.uncollected,
            };
            *sum = sum.plus(*bytes);
        }
        self.awaited = ended.into_iter().map(|(key, bytes)| (key, take(&mut growth, key, bytes))).collect();
        self.last = current;
        let living = self.last.values().copied().reduce(ByteCounters::plus)?;
        Some(self.awaited.values().copied().fold(living.plus(self.uncollected), ByteCounters::plus))
    }

    /// Who may have collected `ended`: the nearest of those above it that lives.
    fn collector(
        &self,
        ended: ProcessKey,
        before: &HashMap<ProcessKey, ProcessStat>,
        now: &[ProcessStat],
        current: &HashMap<ProcessKey, ByteCounters>,
    ) -> Option<ProcessKey> {
        // One that could be read before, and cannot be any more, has ended since `now` was read.
        let lives = |key: &ProcessKey| {
            now.iter().any(|process| process.key() == *key)
                && (current.contains_key(key) || !self.last.contains_key(key))
        };
        let parent = |process: &ProcessStat| before.values().find(|other| other.pid == process.parent).copied();
        let above = std::iter::successors(before.get(&ended).and_then(parent), parent);
        // Ids that the system has used again could make a circle.
        above.take(before.len()).map(|process| process.key()).find(lives)
    }
}

/// Parents first: a child that its parent collects meanwhile then counts as ended, and not twice.
fn read_all(now: &[ProcessStat], read: impl Fn(u32) -> Option<ByteCounters>) -> HashMap<ProcessKey, ByteCounters> {
    let mut by_age = now.to_vec();
    by_age.sort_unstable_by_key(|process| (process.started, process.pid));
    by_age.iter().filter_map(|process| Some((process.key(), read(process.pid)?))).collect()
}

/// Takes `bytes` from what `collector` has grown by, and returns those that are not in it.
fn take(growth: &mut HashMap<ProcessKey, ByteCounters>, collector: ProcessKey, bytes: ByteCounters) -> ByteCounters {
    let Some(grown) = growth.get_mut(&collector) else { return bytes };
    let missing = bytes.less(*grown);
    *grown = grown.less(bytes);
    missing
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: u32 = 100;
    const A: u32 = 200;
    const B: u32 = 300;

    /// A process, its parent, and what it has written; `None` if it ends while it is read.
    type WrittenBytes = (u32, u32, Option<u64>);

    /// The bytes written after each sample.
    fn totals(samples: &[&[WrittenBytes]]) -> Vec<u64> {
        let (mut total, mut before) = (DiskTotal::default(), HashMap::new());
        let update = |sample: &&[WrittenBytes]| {
            let now: Vec<ProcessStat> = sample.iter().map(|(pid, parent, _)| process(*pid, *parent)).collect();
            let read = |pid: u32| {
                let written_bytes = sample.iter().find(|(of, ..)| *of == pid)?.2?;
                Some(ByteCounters { read_bytes: 0, written_bytes })
            };
            let bytes = total.update(&before, &now, read).expect("some can be read");
            before = now.into_iter().map(|process| (process.key(), process)).collect();
            bytes.written_bytes
        };
        samples.iter().map(update).collect()
    }

    fn process(pid: u32, parent: u32) -> ProcessStat {
        ProcessStat { pid, parent, group: ROOT, started: 5, own_ticks: 0, collected_ticks: 0, threads: 1 }
    }

    #[test]
    fn what_a_worker_wrote_that_no_process_collects_counts_beside_what_the_next_one_writes() {
        let before: &[WrittenBytes] = &[(ROOT, 1, Some(0)), (A, ROOT, Some(100))];
        let alone: &[WrittenBytes] = &[(ROOT, 1, Some(0))];
        let after: &[WrittenBytes] = &[(ROOT, 1, Some(0)), (B, ROOT, Some(80))];
        assert_eq!(totals(&[before, alone, alone, after, after]), [100, 100, 100, 180, 180]);
        assert_eq!(totals(&[before, after, after]), [100, 180, 180]);
    }

    #[test]
    fn what_a_worker_wrote_that_its_parent_collects_counts_once() {
        let samples: [&[WrittenBytes]; 3] = [
            &[(ROOT, 1, Some(5)), (A, ROOT, Some(100))],
            // The worker wrote seven more, and another one wrote two between the samples.
            &[(ROOT, 1, Some(114))],
            &[(ROOT, 1, Some(115))],
        ];
        assert_eq!(totals(&samples), [105, 114, 115]);
    }

    #[test]
    fn what_a_worker_wrote_that_is_collected_during_a_sample_counts_once() {
        let samples: [&[WrittenBytes]; 4] = [
            &[(ROOT, 1, Some(0)), (A, ROOT, Some(100))],
            // The parent was read before it collected the worker, and the worker had ended when it was to be read.
            &[(ROOT, 1, Some(0)), (A, ROOT, None)],
            &[(ROOT, 1, Some(100))],
            &[(ROOT, 1, Some(100))],
        ];
        assert_eq!(totals(&samples), [100; 4]);
    }

    #[test]
    fn what_another_worker_writes_is_not_taken_for_what_an_ended_one_wrote() {
        let before: &[WrittenBytes] = &[(ROOT, 1, Some(0)), (A, ROOT, Some(100)), (B, ROOT, Some(10))];
        let after: &[WrittenBytes] = &[(ROOT, 1, Some(0)), (B, ROOT, Some(90))];
        assert_eq!(totals(&[before, after, after]), [110, 190, 190]);
        // Its parent has ended, so it belongs to a process that is no member, and the root's own bytes are others.
        let orphan: &[WrittenBytes] = &[(ROOT, 1, Some(0)), (A, 1, Some(100))];
        assert_eq!(totals(&[orphan, &[(ROOT, 1, Some(150))]]), [100, 250]);
    }

    #[test]
    fn a_worker_that_ends_with_its_parent_counts_once() {
        let before: &[WrittenBytes] = &[(ROOT, 1, Some(0)), (A, ROOT, Some(10)), (B, A, Some(20))];
        assert_eq!(totals(&[before, &[(ROOT, 1, Some(30))]]), [30, 30]);
        assert_eq!(totals(&[before, &[(ROOT, 1, Some(0))], &[(ROOT, 1, Some(0))]]), [30, 30, 30]);
    }

    #[test]
    fn a_server_whose_counters_cannot_be_read_has_no_total() {
        assert_eq!(DiskTotal::default().update(&HashMap::new(), &[process(ROOT, 1)], |_| None), None);
    }
}
