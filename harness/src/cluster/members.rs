//! The workers of a run as the coordinator knows them: who has come, who is late, who is lost. Pure.

use tokio::time::Instant;

use super::heartbeats::{Heartbeats, LOST_AFTER, OWN_HOLD_UP};
use super::identity::Sameness;
use super::loss::{LastWords, Loss};
use super::protocol::WorkerHello;

/// All workers.
#[derive(Debug)]
pub(super) struct Members {
    workers: Vec<Option<Member>>,
    looked: Instant,
}

/// One worker that has said hello.
#[derive(Debug, Clone)]
pub(super) struct Member {
    pub(super) hello: WorkerHello,
    /// It can be called.
    pub(super) has_joined: bool,
    pub(super) beats: Heartbeats,
    /// Why it is lost, if it is, and what it printed last.
    pub(super) lost: Option<(String, Option<LastWords>)>,
}

impl Members {
    pub(super) fn of(count: usize, now: Instant) -> Members {
        Members { workers: vec![None; count], looked: now }
    }

    /// A process wants to be a worker. Returns its index.
    ///
    /// # Errors
    /// It is not the same program, or all places are taken.
    pub(super) fn admit(&mut self, hello: &WorkerHello, own: &Sameness, now: Instant) -> Result<usize, String> {
        if let Some(why) = own.difference(&hello.sameness) {
            return Err(why);
        }
        let is_it = |member: &Option<Member>| member.as_ref().is_some_and(|one| one.hello.process == hello.process);
        if let Some(index) = self.workers.iter().position(is_it) {
            return Ok(index);
        }
        let free = |index: &usize| self.workers.get(*index).is_some_and(Option::is_none);
        // What a launcher says is a hint: two launchers may count from 0.
        let index = hello.index.filter(free).or_else(|| (0..self.workers.len()).find(free));
        let index = index.ok_or_else(|| format!("all {} workers are there already", self.workers.len()))?;
        let beats = Heartbeats::since(now);
        self.workers[index] = Some(Member { hello: hello.clone(), has_joined: false, beats, lost: None });
        Ok(index)
    }

    pub(super) fn joined(&mut self, index: usize) {
        if let Some(member) = self.get_mut(index) {
            member.has_joined = true;
        }
    }

    pub(super) fn beat(&mut self, index: usize, now: Instant) {
        if let Some(member) = self.get_mut(index) {
            member.beats.beat(now);
        }
    }

    /// A load begins: what was late before is not late in it.
    pub(super) fn forget_late(&mut self) {
        self.workers.iter_mut().flatten().for_each(|member| member.beats.forget_late());
    }

    /// Marks a worker as lost; the first reason is kept, and the first last words.
    pub(super) fn lose(&mut self, index: usize, why: impl Into<String>, last_words: Option<LastWords>) {
        if let Some(member) = self.get_mut(index) {
            let (_, words) = member.lost.get_or_insert_with(|| (why.into(), None));
            *words = words.take().or(last_words);
        }
    }

    /// Marks those that were silent for too long, and returns those that were not lost before. To be called several times a second. No
    /// silence counts in which this process could hear nothing: while it was stopped itself, or was not connected.
    pub(super) fn look(&mut self, now: Instant, is_connected: bool) -> Vec<usize> {
        let since = now.saturating_duration_since(self.looked);
        self.looked = now;
        let mut lost = Vec::new();
        for (index, member) in self.workers.iter_mut().enumerate() {
            let Some(member) = member.as_mut().filter(|member| member.lost.is_none()) else { continue };
            if since >= OWN_HOLD_UP || !is_connected {
                member.beats.excuse(since);
            }
            if member.beats.is_lost(now) {
                let why = format!(
                    "no heartbeat came from it for {} s: the process or its machine stood still, or the network to it did",
                    LOST_AFTER.as_secs()
                );
                member.lost = Some((why, None));
                lost.push(index);
            }
        }
        lost
    }

    /// What a worker printed last, if that is not known already.
    pub(super) fn add_words(&mut self, index: usize, last_words: Option<LastWords>) {
        if let Some((_, words)) = self.get_mut(index).and_then(|member| member.lost.as_mut()) {
            *words = words.take().or(last_words);
        }
    }

    /// True once all have come and can be called.
    pub(super) fn are_complete(&self) -> bool {
        self.workers.iter().all(|member| member.as_ref().is_some_and(|member| member.has_joined))
    }

    /// The numbers of those that have not come.
    pub(super) fn missing(&self) -> usize {
        self.workers.iter().filter(|member| !member.as_ref().is_some_and(|member| member.has_joined)).count()
    }

    /// The first that is lost.
    pub(super) fn first_lost(&self) -> Option<Loss> {
        self.all().find_map(|(index, member)| member.loss(index))
    }

    /// The indices of those that are lost.
    pub(super) fn lost(&self) -> Vec<usize> {
        self.all().filter(|(_, member)| member.lost.is_some()).map(|(index, _)| index).collect()
    }

    pub(super) fn is_lost(&self, index: usize) -> bool {
        self.get(index).is_none_or(|member| member.lost.is_some())
    }

    pub(super) fn get(&self, index: usize) -> Option<&Member> {
        self.workers.get(index)?.as_ref()
    }

    /// All that have come, with their indices.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Member)> {
        self.workers.iter().enumerate().filter_map(|(index, member)| Some((index, member.as_ref()?)))
    }

    /// How many threads this worker may use: the cores of its machine, divided among the workers there.
    pub(super) fn threads_of(&self, index: usize) -> usize {
        let Some(member) = self.get(index) else { return 1 };
        let machine = &member.hello.machine;
        let there = self.all().filter(|(_, other)| other.hello.machine.network == machine.network).count();
        (machine.cores / there.max(1)).max(1)
    }

    fn get_mut(&mut self, index: usize) -> Option<&mut Member> {
        self.workers.get_mut(index)?.as_mut()
    }
}

impl Member {
    /// `worker 2 on b (process 4711)`, and why it is lost; `None` if it is not.
    pub(super) fn loss(&self, index: usize) -> Option<Loss> {
        let (why, last_words) = self.lost.clone()?;
        let (host, pid) = (&self.hello.machine.host, self.hello.pid);
        Some(Loss { last_words, ..Loss::new(format!("worker {index} on {host} (process {pid})"), why) })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::cluster::identity::HostMachine;

    const S: fn(u64) -> Duration = Duration::from_secs;

    fn own() -> Sameness {
        Sameness { protocol: 1, executable: "aa".to_owned(), plan: "bb".to_owned() }
    }

    fn hello(process: u64, index: Option<usize>) -> WorkerHello {
        let machine = HostMachine { host: "here".to_owned(), network: "one".to_owned(), cores: 2 };
        WorkerHello { sameness: own(), machine, pid: 1, index, process }
    }

    #[test]
    fn indices_are_handed_out_or_taken_from_the_launcher_and_who_asks_twice_gets_the_same() {
        let now = Instant::now();
        let mut members = Members::of(3, now);
        assert_eq!(members.admit(&hello(10, Some(1)), &own(), now), Ok(1));
        assert_eq!(members.admit(&hello(11, None), &own(), now), Ok(0));
        assert_eq!(members.admit(&hello(10, Some(1)), &own(), now), Ok(1));
        assert_eq!(members.admit(&hello(12, Some(1)), &own(), now), Ok(2));
        assert!(members.admit(&hello(13, None), &own(), now).unwrap_err().contains("all 3 workers"));
        (0..3).for_each(|index| members.joined(index));
        assert!(members.are_complete());
    }

    #[test]
    fn another_program_is_refused() {
        let now = Instant::now();
        let mut other = hello(1, None);
        other.sameness.executable = "cc".to_owned();
        assert!(Members::of(1, now).admit(&other, &own(), now).unwrap_err().contains("executable is cc"));
    }

    #[test]
    fn a_silent_worker_is_lost_and_stays_lost_when_it_comes_back() {
        let start = Instant::now();
        let mut members = Members::of(2, start);
        (0..2).for_each(|process| drop(members.admit(&hello(process, None), &own(), start)));
        for tenth in 1..=51 {
            let now = start + Duration::from_millis(100 * tenth);
            members.beat(1, now);
            members.look(now, true);
        }
        assert_eq!(members.lost(), [0]);
        members.beat(0, start + S(6));
        members.look(start + Duration::from_millis(5_200), true);
        let why = members.first_lost().unwrap().at("");
        assert!(why.starts_with("worker 0 on here (process 1) was lost: no heartbeat came from it for 5 s"), "{why}");
    }

    #[test]
    fn workers_on_one_machine_share_its_cores() {
        let now = Instant::now();
        let mut members = Members::of(4, now);
        for process in 0..3 {
            let mut hello = hello(process, None);
            hello.machine.cores = 8;
            members.admit(&hello, &own(), now).unwrap();
        }
        let mut elsewhere = hello(3, None);
        elsewhere.machine.network = "two".to_owned();
        members.admit(&elsewhere, &own(), now).unwrap();
        assert_eq!([0, 1, 2, 3].map(|index| members.threads_of(index)), [2, 2, 2, 2]);
        let mut crowded = Members::of(9, now);
        (0..9).for_each(|process| drop(crowded.admit(&hello(process, None), &own(), now)));
        assert_eq!(crowded.threads_of(8), 1);
    }

    #[test]
    fn no_worker_is_lost_because_the_coordinator_itself_was_stopped() {
        let start = Instant::now();
        let mut members = Members::of(1, start);
        members.admit(&hello(1, None), &own(), start).unwrap();
        members.look(start + S(30), true);
        assert_eq!(members.lost(), [0; 0]);
    }

    #[test]
    fn no_worker_is_lost_because_the_coordinator_has_no_connection() {
        let start = Instant::now();
        let mut members = Members::of(1, start);
        members.admit(&hello(1, None), &own(), start).unwrap();
        for tenth in 1..=60 {
            members.look(start + Duration::from_millis(100 * tenth), false);
        }
        assert_eq!(members.lost(), [0; 0]);
        for tenth in 61..=111 {
            members.look(start + Duration::from_millis(100 * tenth), true);
        }
        assert_eq!(members.lost(), [0], "it has 5 s from the new connection on");
    }

    #[test]
    fn the_first_reason_for_a_loss_is_kept_and_last_words_are_added() {
        let now = Instant::now();
        let mut members = Members::of(1, now);
        members.admit(&hello(1, None), &own(), now).unwrap();
        let words = Some(LastWords { lines: vec!["bye".to_owned()], file: "w.log".into() });
        members.lose(0, "it got SIGTERM", None);
        members.lose(0, "its process ended", words.clone());
        let loss = members.first_lost().unwrap();
        assert_eq!((loss.why.as_str(), loss.last_words), ("it got SIGTERM", words));
    }
}
