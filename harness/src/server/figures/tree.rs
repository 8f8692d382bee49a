//! A server's processes, and what they used together.

use std::collections::HashMap;

use super::proc::{self, Process, Traffic};
use crate::measure::ServerSample;

/// Who belongs to a server: its first process, its descendants, its process group, and whoever once did, because a
/// process whose parent ends is given to a stranger.
#[derive(Debug)]
pub(super) struct Tree {
    root: u32,
    members: HashMap<Identity, Process>,
    lost: Lost,
    /// What the counters read at the first look.
    origin: Option<Counters>,
    /// What they read at the last one: none of them runs backwards.
    latest: Counters,
}

/// A number alone may be another process's tomorrow.
type Identity = (u32, u64);

/// CPU time of members that are gone.
///
/// Usually the parent has collected it, and its count has grown by as much. It may also have been read just before it
/// did so, which shows at the next look; or it never will, because it ignores its children or is gone itself.
#[derive(Debug, Default)]
struct Lost {
    /// Of the last look: the next one may find it collected.
    awaited_ticks: u64,
    /// Nobody has collected it.
    kept_ticks: u64,
}

/// What only grows.
#[derive(Debug, Clone, Copy, Default)]
struct Counters {
    cpu_ticks: u64,
    disk: Option<Traffic>,
    network: Option<Traffic>,
}

impl Tree {
    pub(super) fn new(root: u32) -> Tree {
        let (members, lost) = (HashMap::new(), Lost::default());
        Tree { root, members, lost, origin: None, latest: Counters::default() }
    }

    /// What the members use now, and have used since the first look; `None` when none is left, or none can be seen.
    pub(super) fn look(&mut self, processes: &[Process]) -> Option<ServerSample> {
        let members = self.members_among(processes);
        if members.is_empty() {
            return None;
        }
        let cpu_ticks = self.account(&members);
        let pids = || members.iter().map(|member| member.pid);
        let now = Counters {
            cpu_ticks,
            disk: total(pids().filter_map(proc::disk)),
            // Those of one namespace all tell the same.
            network: proc::network(self.root),
        };
        self.latest = now.not_below(self.latest);
        let origin = *self.origin.get_or_insert(self.latest);
        let memory: Vec<_> = pids().filter_map(proc::memory).collect();
        let is_known = !memory.is_empty();
        Some(ServerSample {
            rss_bytes: is_known.then(|| memory.iter().map(|memory| memory.rss_bytes).sum()),
            anonymous_bytes: is_known.then(|| memory.iter().map(|memory| memory.anonymous_bytes).sum()),
            threads: Some(members.iter().map(|member| member.threads).sum()),
            descriptors: pids().filter_map(proc::descriptors).reduce(|sum, more| sum + more),
            ..self.latest.since(origin)
        })
    }

    /// The members among `processes`, which also become the ones that are known.
    fn members_among(&mut self, processes: &[Process]) -> Vec<Process> {
        let mut members: HashMap<u32, Process> = HashMap::new();
        loop {
            let before = members.len();
            for process in processes {
                let is_known = self.members.contains_key(&identity(process));
                let is_ours = process.pid == self.root && self.members.is_empty() || process.group == self.root;
                if is_known || is_ours || members.contains_key(&process.parent) {
                    members.insert(process.pid, *process);
                }
            }
            // Numbers wrap around, so a child may stand before its parent.
            if members.len() == before {
                break;
            }
        }
        members.into_values().collect()
    }

    /// Ticks of all members so far, gone ones included.
    fn account(&mut self, members: &[Process]) -> u64 {
        let now: HashMap<Identity, Process> = members.iter().map(|member| (identity(member), *member)).collect();
        let gone = self.members.iter().filter(|(identity, _)| !now.contains_key(*identity));
        let gone_ticks = gone.map(|(_, member)| member.own_ticks + member.collected_ticks).sum();
        let collected_before = |identity| self.members.get(identity).map(|before: &Process| before.collected_ticks);
        let collected_ticks = now.iter().map(|(identity, member)| {
            collected_before(identity).map_or(0, |before| member.collected_ticks.saturating_sub(before))
        });
        self.lost.update(gone_ticks, collected_ticks.sum());
        self.members = now;
        let living: u64 = members.iter().map(|member| member.own_ticks + member.collected_ticks).sum();
        living + self.lost.awaited_ticks + self.lost.kept_ticks
    }
}

impl Lost {
    /// Members with so many ticks are gone since the last look, and so many were collected by those who are left.
    fn update(&mut self, gone_ticks: u64, collected_ticks: u64) {
        let found = collected_ticks.min(self.awaited_ticks);
        self.kept_ticks += self.awaited_ticks - found;
        self.awaited_ticks = gone_ticks.saturating_sub(collected_ticks - found);
    }
}

impl Counters {
    fn not_below(self, before: Counters) -> Counters {
        let traffic = |now: Option<Traffic>, before: Option<Traffic>| match (now, before) {
            (Some(now), Some(before)) => Some(Traffic {
                read_bytes: now.read_bytes.max(before.read_bytes),
                written_bytes: now.written_bytes.max(before.written_bytes),
            }),
            (now, before) => now.or(before),
        };
        Counters {
            cpu_ticks: self.cpu_ticks.max(before.cpu_ticks),
            disk: traffic(self.disk, before.disk),
            network: traffic(self.network, before.network),
        }
    }

    fn since(self, origin: Counters) -> ServerSample {
        let read = |now: Option<Traffic>, then: Option<Traffic>| Some(now?.read_bytes - then?.read_bytes);
        let written = |now: Option<Traffic>, then: Option<Traffic>| Some(now?.written_bytes - then?.written_bytes);
        ServerSample {
            cpu_s: Some((self.cpu_ticks - origin.cpu_ticks) as f64 * proc::tick_s()),
            disk_read_bytes: read(self.disk, origin.disk),
            disk_written_bytes: written(self.disk, origin.disk),
            network_received_bytes: read(self.network, origin.network),
            network_sent_bytes: written(self.network, origin.network),
            ..ServerSample::default()
        }
    }
}

fn identity(process: &Process) -> Identity {
    (process.pid, process.started)
}

fn total(all: impl Iterator<Item = Traffic>) -> Option<Traffic> {
    all.reduce(|sum, more| Traffic {
        read_bytes: sum.read_bytes + more.read_bytes,
        written_bytes: sum.written_bytes + more.written_bytes,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROOT: u32 = 100;

    fn process(pid: u32, parent: u32, own_ticks: u64, collected_ticks: u64) -> Process {
        Process { pid, parent, group: pid, started: 5, own_ticks, collected_ticks, threads: 1 }
    }

    /// Ticks after each look.
    fn ticks(looks: &[&[Process]]) -> Vec<u64> {
        let mut tree = Tree::new(ROOT);
        let look = |processes: &&[Process]| {
            let members = tree.members_among(processes);
            tree.account(&members)
        };
        looks.iter().map(look).collect()
    }

    #[test]
    fn descendants_belong_and_others_do_not() {
        let mut tree = Tree::new(ROOT);
        // A grandchild with a lower number than its parent, a stranger, and one of the group whose parent is gone.
        let orphan = Process { group: ROOT, ..process(300, 1, 0, 0) };
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
        let looks: [&[Process]; 3] = [
            &[process(ROOT, 1, 10, 0), process(200, ROOT, 30, 0)],
            // It used five more, and another child came and went unseen with two.
            &[process(ROOT, 1, 10, 37)],
            &[process(ROOT, 1, 11, 37)],
        ];
        assert_eq!(ticks(&looks), [40, 47, 48]);
    }

    #[test]
    fn a_child_that_nobody_collects_is_not_lost() {
        let with_child: &[Process] = &[process(ROOT, 1, 10, 0), process(200, ROOT, 30, 0)];
        let alone: &[Process] = &[process(ROOT, 1, 10, 0)];
        assert_eq!(ticks(&[with_child, alone, alone, alone]), [40, 40, 40, 40]);
    }

    #[test]
    fn a_child_that_is_collected_in_the_midst_of_a_look_counts_once() {
        let looks: [&[Process]; 3] = [
            &[process(ROOT, 1, 10, 0), process(200, ROOT, 30, 0)],
            // The parent was read before it collected, the child was gone when its turn came.
            &[process(ROOT, 1, 10, 0)],
            &[process(ROOT, 1, 10, 30)],
        ];
        assert_eq!(ticks(&looks), [40, 40, 40]);
    }

    #[test]
    fn another_process_of_the_same_number_is_no_member() {
        let mut tree = Tree::new(ROOT);
        let first = tree.members_among(&[process(ROOT, 1, 10, 0)]);
        tree.account(&first);
        let stranger = Process { started: 9, group: 7, ..process(ROOT, 1, 99, 0) };
        assert_eq!(tree.members_among(&[stranger]), []);
    }
}
