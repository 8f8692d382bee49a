//! The processes of one server, and what they use together: a [`ProcessTree`].

use std::collections::HashMap;

use super::disk::DiskTotal;
use super::process::{ByteCounters, ProcessKey, ProcessStat};
use super::system;
use crate::measure::ServerSample;

/// The processes of a server: its first process, all descendants and its process group.
///
/// A process stays a member when its parent ends, although the system then gives it another parent.
#[derive(Debug)]
pub(super) struct ProcessTree {
    root: u32,
    members: HashMap<ProcessKey, ProcessStat>,
    gone: GoneTicks,
    disk: DiskTotal,
    /// The counters at the first sample.
    origin: Option<UsageCounters>,
    /// The counters at the last sample. None of them ever decreases.
    latest: UsageCounters,
}

/// CPU time of members that have ended.
///
/// Usually the parent has collected it, so that the parent's count has grown by as much. If the parent was read just
/// before that, its count grows at the next sample. It never grows if the parent ignores its children or has ended.
#[derive(Debug, Default)]
struct GoneTicks {
    /// Ended at the last sample: a parent may still collect it.
    awaited_ticks: u64,
    /// Not collected by any parent, so it is counted here.
    uncollected_ticks: u64,
}

/// Values that only grow.
#[derive(Debug, Clone, Copy, Default)]
struct UsageCounters {
    cpu_ticks: u64,
    disk: Option<ByteCounters>,
    network: Option<ByteCounters>,
}

impl ProcessTree {
    pub(super) fn new(root: u32) -> ProcessTree {
        let (members, gone, disk) = (HashMap::new(), GoneTicks::default(), DiskTotal::default());
        ProcessTree { root, members, gone, disk, origin: None, latest: UsageCounters::default() }
    }

    /// What the members use now, and have used since the first sample; `None` if no member is found.
    pub(super) fn sample(&mut self, processes: &[ProcessStat]) -> Option<ServerSample> {
        let members = self.members_among(processes);
        if members.is_empty() {
            return None;
        }
        let disk = self.disk.update(&self.members, &members, system::disk);
        let cpu_ticks = self.total_ticks(&members);
        let pids = || members.iter().map(|member| member.pid);
        let now = UsageCounters {
            cpu_ticks,
            disk,
            // The counters are those of a network namespace, so they are the same for all members.
            network: system::network(self.root),
        };
        self.latest = now.not_below(self.latest);
        let origin = *self.origin.get_or_insert(self.latest);
        let memory: Vec<_> = pids().filter_map(system::memory).collect();
        let is_known = !memory.is_empty();
        Some(ServerSample {
            rss_bytes: is_known.then(|| memory.iter().map(|memory| memory.rss_bytes).sum()),
            anonymous_bytes: is_known.then(|| memory.iter().map(|memory| memory.anonymous_bytes).sum()),
            threads: Some(members.iter().map(|member| member.threads).sum()),
            descriptors: pids().filter_map(system::descriptors).reduce(|sum, more| sum + more),
            ..self.latest.since(origin)
        })
    }

    /// The members among `processes`.
    fn members_among(&mut self, processes: &[ProcessStat]) -> Vec<ProcessStat> {
        let mut members: HashMap<u32, ProcessStat> = HashMap::new();
        loop {
            let before = members.len();
            for process in processes {
                let is_known = self.members.contains_key(&process.key());
                let is_ours = process.pid == self.root && self.members.is_empty() || process.group == self.root;
                if is_known || is_ours || members.contains_key(&process.parent) {
                    members.insert(process.pid, *process);
                }
            }
            // Process ids wrap around, so a child may come before its parent in the list.
            if members.len() == before {
                break;
            }
        }
        members.into_values().collect()
    }

    /// CPU ticks of all members so far, ended ones included. `members` become the known ones.
    fn total_ticks(&mut self, members: &[ProcessStat]) -> u64 {
        let now: HashMap<ProcessKey, ProcessStat> = members.iter().map(|member| (member.key(), *member)).collect();
        let gone = self.members.iter().filter(|(key, _)| !now.contains_key(*key));
        let gone_ticks = gone.map(|(_, member)| member.own_ticks + member.collected_ticks).sum();
        let collected_before = |key| self.members.get(key).map(|before: &ProcessStat| before.collected_ticks);
        let collected_ticks = now.iter().map(|(key, member)| {
            collected_before(key).map_or(0, |before| member.collected_ticks.saturating_sub(before))
        });
        self.gone.update(gone_ticks, collected_ticks.sum());
        self.members = now;
        let living: u64 = members.iter().map(|member| member.own_ticks + member.collected_ticks).sum();
        living + self.gone.awaited_ticks + self.gone.uncollected_ticks
    }
}

impl GoneTicks {
    /// Since the last sample, members with `gone_ticks` have ended, and the others have collected `collected_ticks`.
    fn update(&mut self, gone_ticks: u64, collected_ticks: u64) {
        let found = collected_ticks.min(self.awaited_ticks);
        self.uncollected_ticks += self.awaited_ticks - found;
        self.awaited_ticks = gone_ticks.saturating_sub(collected_ticks - found);
    }
}

impl UsageCounters {
    fn not_below(self, before: UsageCounters) -> UsageCounters {
        let larger = |now: Option<ByteCounters>, before: Option<ByteCounters>| match (now, before) {
            (Some(now), Some(before)) => Some(ByteCounters {
                read_bytes: now.read_bytes.max(before.read_bytes),
                written_bytes: now.written_bytes.max(before.written_bytes),
            }),
            (now, before) => now.or(before),
        };
        UsageCounters {
            cpu_ticks: self.cpu_ticks.max(before.cpu_ticks),
            disk: larger(self.disk, before.disk),
            network: larger(self.network, before.network),
        }
    }

    fn since(self, origin: UsageCounters) -> ServerSample {
        let read = |now: Option<ByteCounters>, origin: Option<ByteCounters>| Some(now?.read_bytes - origin?.read_bytes);
        let written =
            |now: Option<ByteCounters>, origin: Option<ByteCounters>| Some(now?.written_bytes - origin?.written_bytes);
        ServerSample {
            cpu_s: Some((self.cpu_ticks - origin.cpu_ticks) as f64 * system::tick_s()),
            disk_read_bytes: read(self.disk, origin.disk),
            disk_written_bytes: written(self.disk, origin.disk),
            network_received_bytes: read(self.network, origin.network),
            network_sent_bytes: written(self.network, origin.network),
            ..ServerSample::default()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: u32 = 100;

    fn process(pid: u32, parent: u32, own_ticks: u64, collected_ticks: u64) -> ProcessStat {
        ProcessStat { pid, parent, group: pid, started: 5, own_ticks, collected_ticks, threads: 1 }
    }

    /// Ticks after each sample.
    fn ticks(samples: &[&[ProcessStat]]) -> Vec<u64> {
        let mut tree = ProcessTree::new(ROOT);
        let sample = |processes: &&[ProcessStat]| {
            let members = tree.members_among(processes);
            tree.total_ticks(&members)
        };
        samples.iter().map(sample).collect()
    }

    #[test]
    fn descendants_and_the_group_are_members_and_others_are_not() {
        let mut tree = ProcessTree::new(ROOT);
        // A grandchild with a lower id than its parent, an unrelated process, and one of the group whose parent has ended.
        let orphan = ProcessStat { group: ROOT, ..process(300, 1, 0, 0) };
        let all = [process(90, 200, 0, 0), process(ROOT, 50, 0, 0), process(200, ROOT, 0, 0), process(60, 1, 0, 0)];
        let mut members: Vec<u32> =
            tree.members_among(&[&all[..], &[orphan]].concat()).iter().map(|member| member.pid).collect();
        members.sort_unstable();
        assert_eq!(members, [90, ROOT, 200, 300]);
    }

    #[test]
    fn a_member_stays_one_when_its_parent_ends() {
        let before = [process(ROOT, 1, 10, 0), process(200, ROOT, 5, 0), process(300, 200, 7, 0)];
        // 200 was collected, and 300 is a child of the system's first process now.
        let after = [process(ROOT, 1, 10, 5), process(300, 1, 9, 0)];
        assert_eq!(ticks(&[&before, &after]), [22, 24]);
    }

    #[test]
    fn a_child_that_was_collected_counts_once() {
        let samples: [&[ProcessStat]; 3] = [
            &[process(ROOT, 1, 10, 0), process(200, ROOT, 30, 0)],
            // The child used five more, and another one used two between the samples.
            &[process(ROOT, 1, 10, 37)],
            &[process(ROOT, 1, 11, 37)],
        ];
        assert_eq!(ticks(&samples), [40, 47, 48]);
    }

    #[test]
    fn the_cpu_of_a_child_that_is_not_collected_still_counts() {
        let with_child: &[ProcessStat] = &[process(ROOT, 1, 10, 0), process(200, ROOT, 30, 0)];
        let alone: &[ProcessStat] = &[process(ROOT, 1, 10, 0)];
        assert_eq!(ticks(&[with_child, alone, alone, alone]), [40, 40, 40, 40]);
    }

    #[test]
    fn a_child_that_is_collected_during_a_sample_counts_once() {
        let samples: [&[ProcessStat]; 3] = [
            &[process(ROOT, 1, 10, 0), process(200, ROOT, 30, 0)],
            // The parent was read before it collected the child, and the child had ended when it was to be read.
            &[process(ROOT, 1, 10, 0)],
            &[process(ROOT, 1, 10, 30)],
        ];
        assert_eq!(ticks(&samples), [40, 40, 40]);
    }

    #[test]
    fn another_process_with_the_same_id_is_not_a_member() {
        let mut tree = ProcessTree::new(ROOT);
        let first = tree.members_among(&[process(ROOT, 1, 10, 0)]);
        tree.total_ticks(&first);
        let other = ProcessStat { started: 9, group: 7, ..process(ROOT, 1, 99, 0) };
        assert_eq!(tree.members_among(&[other]), []);
    }
}
