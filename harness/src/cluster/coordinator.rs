//! What the coordinator knows, sends and answers: [`Coordinator`].

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use tokio::time::Instant;

use super::encoding::{decode, encode};
use super::heartbeats::{INTERVAL, LOST_AFTER};
use super::identity::{Sameness, process_number};
use super::launch::{EndedLaunch, WorkerProcesses};
use super::link::{BrokerLink, Inbox, LinkError, LinkState};
use super::loads::Loads;
use super::loss::{LastWords, Loss};
use super::members::Members;
use super::protocol::{
    CoordinatorAnswer, CoordinatorBeat, Subjects, ToCoordinator, ToWorker, WorkerAnswer, hello_subject,
};
use crate::clock::monotonic_time_ns;

/// What all tasks of the coordinator share.
pub(super) struct Coordinator {
    pub(super) link: BrokerLink,
    /// Where processes that want to be workers call.
    hello: String,
    /// Distinguishes it from an earlier coordinator of the same run, of which a worker may be left.
    number: u64,
    subjects: Subjects,
    own: Sameness,
    /// Where workers keep what they could not send.
    folder: PathBuf,
    workers: usize,
    members: Mutex<Members>,
    loads: Mutex<Loads>,
    next_load: AtomicU64,
    changes: watch::Sender<u64>,
    /// Why no load can be offered any more.
    broken: OnceLock<Loss>,
    refused: OnceLock<String>,
    /// What ends from now on was asked to.
    is_closing: AtomicBool,
    /// The processes that have been started here.
    processes: OnceLock<Arc<WorkerProcesses>>,
}

impl Coordinator {
    pub(super) fn new(link: BrokerLink, run_id: &str, own: Sameness, folder: &Path, workers: usize) -> Coordinator {
        let number = process_number();
        Coordinator {
            link,
            hello: hello_subject(run_id),
            number,
            subjects: Subjects::of(run_id, number),
            own,
            folder: folder.to_owned(),
            workers,
            members: Mutex::new(Members::of(workers, Instant::now())),
            loads: Mutex::default(),
            next_load: AtomicU64::new(1),
            changes: watch::Sender::new(0),
            broken: OnceLock::new(),
            refused: OnceLock::new(),
            is_closing: AtomicBool::new(false),
            processes: OnceLock::new(),
        }
    }

    /// These processes have been started for the workers.
    pub(super) fn has_started(&self, processes: &Arc<WorkerProcesses>) {
        self.processes.get_or_init(|| Arc::clone(processes));
    }

    /// What a worker has printed last, if it was started here and has no launcher in between.
    fn words_of(&self, worker: usize) -> Option<LastWords> {
        self.processes.get()?.so_far(worker).and_then(|(lines, file)| LastWords::from(lines, file))
    }

    pub(super) fn workers(&self) -> usize {
        self.workers
    }

    pub(super) fn members(&self) -> MutexGuard<'_, Members> {
        self.members.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn loads(&self) -> MutexGuard<'_, Loads> {
        self.loads.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The number of a new load.
    pub(super) fn new_load(&self) -> u64 {
        self.next_load.fetch_add(1, Ordering::Relaxed)
    }

    /// Something has changed: those who wait look again.
    pub(super) fn note_change(&self) {
        self.changes.send_modify(|changes| *changes += 1);
    }

    /// Waits until `look` sees something. It is asked after each change.
    pub(super) async fn until<T>(&self, mut look: impl FnMut(&Coordinator) -> Option<T>) -> T {
        let mut changes = self.changes.subscribe();
        loop {
            changes.mark_unchanged();
            if let Some(seen) = look(self) {
                return seen;
            }
            // Fails only without a sender, which is in `self`.
            changes.changed().await.ok();
        }
    }

    /// No load can be offered any more; the first reason is kept.
    pub(super) fn break_up(&self, loss: Loss) {
        self.broken.get_or_init(|| loss);
        self.note_change();
    }

    /// What all workers need was lost.
    pub(super) fn broken(&self) -> Option<&Loss> {
        self.broken.get()
    }

    /// What was lost first, of what all workers need, or else of the workers.
    pub(super) fn loss(&self) -> Option<Loss> {
        self.broken().cloned().or_else(|| self.members().first_lost())
    }

    /// False while the broker cannot be reached.
    pub(super) fn is_connected(&self) -> bool {
        *self.link.state().borrow() == LinkState::Connected
    }

    /// Why a process that wanted to be a worker was refused.
    pub(super) fn refused(&self) -> Option<&str> {
        self.refused.get().map(String::as_str)
    }

    /// Calls a worker. One that cannot be reached is lost.
    pub(super) async fn call(&self, worker: usize, message: &ToWorker) -> Result<WorkerAnswer, String> {
        let called = async {
            let bytes = encode(message).map_err(|error| error.to_string())?;
            let subject = self.subjects.worker(worker);
            let answer = self.link.call(&subject, &bytes, LOST_AFTER).await.map_err(|error| error.to_string())?;
            decode(&answer).map_err(|error| error.to_string())
        };
        let answer: Result<WorkerAnswer, String> = called.await;
        if let Err(why) = &answer {
            let words = self.words_of(worker);
            self.members().lose(worker, why.clone(), words);
            self.note_change();
        }
        answer
    }

    /// Answers what comes, for as long as the connection exists.
    pub(super) async fn serve(self: Arc<Self>, mut inbox: Inbox) {
        while let Some(incoming) = inbox.next().await {
            // What cannot be read was not sent by this version, and hello has refused every other.
            let Ok(message) = decode::<ToCoordinator>(&incoming.message) else { continue };
            let answer = self.take(message);
            // Each answer is a few words; one that could not be encoded is asked for again, and then it is lost.
            inbox.answer(&incoming, encode(&answer).unwrap_or_default()).await;
        }
    }

    fn take(&self, message: ToCoordinator) -> CoordinatorAnswer {
        match message {
            ToCoordinator::Ping => return CoordinatorAnswer::Time { coordinator_ns: monotonic_time_ns() },
            ToCoordinator::Beat { worker } => {
                self.members().beat(worker, Instant::now());
                return CoordinatorAnswer::Done;
            }
            ToCoordinator::Hello(hello) => {
                let admitted = self.members().admit(&hello, &self.own, Instant::now());
                return match admitted {
                    Ok(index) => {
                        let (of, coordinator, folder) = (self.workers, self.number, self.folder.clone());
                        CoordinatorAnswer::Welcome { index, of, coordinator, folder }
                    }
                    Err(why) => {
                        let place = format!("the process {} on {}", hello.pid, hello.machine.host);
                        self.refused.get_or_init(|| format!("{place} was refused as a worker: {why}"));
                        self.note_change();
                        CoordinatorAnswer::Refused { why }
                    }
                };
            }
            ToCoordinator::Joined { worker } => self.members().joined(worker),
            ToCoordinator::Ready { load, worker } => self.loads().ready(load, worker),
            ToCoordinator::Seconds { load, worker, number, seconds } => {
                self.loads().seconds(load, worker, number, seconds);
                return CoordinatorAnswer::Done;
            }
            ToCoordinator::Stuck { load, worker, why } => {
                let why = format!("worker {worker}: {why}");
                self.loads().stuck(load, why);
            }
            // One that was lost has not offered its whole part, whatever it still sends.
            ToCoordinator::Finished { worker, .. } | ToCoordinator::Final { worker, .. }
                if self.members().is_lost(worker) => {}
            ToCoordinator::Finished { load, worker, broke_off } => self.loads().finished(load, worker, broke_off),
            ToCoordinator::Final { load, worker, seconds_sent, part } => {
                self.loads().finish(load, worker, seconds_sent, part);
            }
            ToCoordinator::Leaves { worker, why } => self.members().lose(worker, why, None),
        }
        self.note_change();
        CoordinatorAnswer::Done
    }

    /// Sends heartbeats, and looks for workers that send none any more.
    pub(super) async fn watch(self: Arc<Self>) {
        let mut ticks = tokio::time::interval(INTERVAL);
        loop {
            ticks.tick().await;
            let lost = {
                let mut members = self.members();
                for worker in members.look(Instant::now(), self.is_connected()) {
                    // One that stands still has printed something, too.
                    members.add_words(worker, self.words_of(worker));
                }
                members.lost()
            };
            if self.link.is_gone() {
                let why = format!("there was no connection to it for {} s", LOST_AFTER.as_secs());
                self.break_up(self.broker_lost(why));
            }
            if !lost.is_empty() || !self.is_connected() {
                self.note_change();
            }
            if let Ok(beat) = encode(&CoordinatorBeat { lost }) {
                // One that is lost is followed by another.
                self.link.publish(&self.subjects.beats(), &beat).await.ok();
            }
        }
    }

    /// The broker is lost for this reason.
    pub(super) fn broker_lost(&self, why: String) -> Loss {
        let kept = format!("what the workers had measured is kept in {} on their machines", self.folder.display());
        Loss { advice: Some(kept), ..Loss::new("the broker", why) }
    }

    /// The broker that was started here has ended.
    pub(super) fn broker_ended(&self, ended: &EndedLaunch) {
        if !self.is_closing() {
            let loss = self.broker_lost(format!("its process ended with {}", ended.exit));
            self.break_up(Loss { last_words: LastWords::of(ended), ..loss });
        }
    }

    fn is_closing(&self) -> bool {
        self.is_closing.load(Ordering::Relaxed)
    }

    /// The process of a worker, or of what has started workers, has ended.
    pub(super) fn process_ended(&self, ended: &EndedLaunch) {
        if self.is_closing() {
            return;
        }
        let EndedLaunch { name, worker, exit, .. } = ended;
        let (why, words) = (format!("its process ended with {exit}"), LastWords::of(ended));
        let worker = worker.filter(|worker| self.members().get(*worker).is_some());
        match worker {
            Some(worker) => self.members().lose(worker, why, words),
            None => self.break_up(Loss {
                last_words: words,
                ..Loss::new(format!("`{name}`, which started a worker or is one,"), why)
            }),
        }
        self.note_change();
    }

    /// What processes send that want to be workers, and what its workers send.
    pub(super) async fn inboxes(&self) -> Result<[Inbox; 2], LinkError> {
        let of_workers = self.link.subscribe(&self.subjects.coordinator()).await?;
        Ok([self.link.subscribe(&self.hello).await?, of_workers])
    }

    /// Asks every worker to end, and waits at most `limit` for the answers.
    pub(super) async fn dismiss(&self, limit: Duration) {
        self.is_closing.store(true, Ordering::Relaxed);
        let indices: Vec<usize> =
            self.members().all().filter(|(_, member)| member.lost.is_none()).map(|(index, _)| index).collect();
        let calls = indices.into_iter().map(|index| self.call(index, &ToWorker::Leave));
        // One that does not answer is ended with its process.
        tokio::time::timeout(limit, futures_util::future::join_all(calls)).await.ok();
    }
}
