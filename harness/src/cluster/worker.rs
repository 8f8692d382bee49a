//! A worker: joins the run of a coordinator, and offers its part of each load until it is dismissed. See [`work`].

use std::collections::HashMap;
use std::path::PathBuf;
use std::time::Duration;

use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::mpsc;
use tokio::time::Instant;

use super::broker_address::BrokerAddress;
use super::clock_offset::{ClockOffset, LocalClock, Ping};
use super::coming::{COMING_LIMIT, connect_when_up};
use super::encoding::{EncodingError, decode, encode};
use super::heartbeats::{Heartbeats, INTERVAL, LOST_AFTER, OWN_HOLD_UP};
use super::identity::{HostMachine, Sameness, process_number};
use super::link::{BrokerLink, Inbox, LinkError, LinkState};
use super::protocol::{
    self, CoordinatorAnswer, CoordinatorBeat, OrderedLoad, Subjects, ToCoordinator, ToWorker, WorkerAnswer,
    WorkerHello, hello_subject,
};
use super::worker_load::{PartOfLoad, WorkerLoads, WorkerTest};
use super::worker_start::{WorkerStart, WorkerStartError};

/// The coordinator's time is asked for so often before each load.
const PINGS: usize = 16;

/// Why a worker ended before it was dismissed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum WorkerError {
    /// It does not know its broker.
    #[error(transparent)]
    Start(#[from] WorkerStartError),
    /// No connection, or none any more.
    #[error(transparent)]
    BrokerLink(#[from] LinkError),
    /// The coordinator wants no such worker.
    #[error("the coordinator refused this worker: {0}")]
    Refused(String),
    /// It was lost.
    #[error("{0}")]
    Alone(String),
    /// A message could not be read.
    #[error(transparent)]
    Encoding(#[from] EncodingError),
    /// The system refuses what is needed here.
    #[error("this worker cannot run: {0}")]
    System(#[from] std::io::Error),
}

/// What a worker is given. Clones share the tests' code.
#[derive(Clone)]
pub(crate) struct WorkerPlan {
    /// The run that it belongs to.
    pub(crate) run_id: String,
    /// Every test of this binary, by name.
    pub(crate) tests: HashMap<String, WorkerTest>,
    /// A text for each test, with its load: the same as the coordinator's.
    pub(crate) described: Vec<String>,
}

/// Joins the run and offers its part of each load, until the coordinator dismisses this worker.
///
/// # Errors
/// It could not join, or was left alone.
pub(crate) fn work(plan: WorkerPlan) -> Result<(), WorkerError> {
    // What keeps the connection runs on a thread of its own, so that heartbeats do not wait for anything else.
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).thread_name("cluster").enable_all().build()?;
    let WorkerStart { broker, index, may_be_early } = WorkerStart::read()?;
    let waits = if may_be_early { COMING_LIMIT } else { Duration::ZERO };
    let seat = Seat { broker, index, clock: LocalClock::default(), process: process_number(), waits };
    let ended = runtime.block_on(async {
        let mut worker = JoinedWorker::join(plan, seat).await?;
        let mut signals = EndingSignals::open()?;
        worker.work_until(signals.next()).await
    });
    runtime.shutdown_background();
    ended
}

/// Where a worker finds its coordinator, and who it is.
pub(super) struct Seat {
    pub(super) broker: BrokerAddress,
    /// The index that its launcher gave it.
    pub(super) index: Option<usize>,
    pub(super) clock: LocalClock,
    /// A number that no other process of the run has.
    pub(super) process: u64,
    /// Broker and coordinator may come up so much later.
    pub(super) waits: Duration,
}

/// A process that has joined a run.
pub(super) struct JoinedWorker {
    clock: LocalClock,
    link: BrokerLink,
    subjects: Subjects,
    index: usize,
    of: usize,
    tests: HashMap<String, WorkerTest>,
    inbox: Inbox,
    beats: Inbox,
    coordinator: Heartbeats,
    /// When it last looked whether the coordinator is there.
    looked: Instant,
    loads: WorkerLoads,
}

impl JoinedWorker {
    pub(super) async fn join(plan: WorkerPlan, seat: Seat) -> Result<JoinedWorker, WorkerError> {
        let sameness = Sameness::here(protocol::VERSION, &plan.described)?;
        JoinedWorker::join_as(sameness, plan, seat).await
    }

    /// The same for a process that knows already what must be the same in all.
    pub(super) async fn join_as(sameness: Sameness, plan: WorkerPlan, seat: Seat) -> Result<JoinedWorker, WorkerError> {
        let WorkerPlan { run_id, tests, .. } = plan;
        let Seat { broker, index, clock, process, waits } = seat;
        let link = connect_when_up(&broker, "proofload worker", process, waits).await?;
        let (machine, pid) = (HostMachine::here(), std::process::id());
        let hello = WorkerHello { sameness, machine, pid, index, process };
        let (index, of, folder, subjects) = match say_hello(&link, &run_id, hello, waits).await? {
            CoordinatorAnswer::Welcome { index, of, coordinator, folder } => {
                (index, of, folder, Subjects::of(&run_id, coordinator))
            }
            CoordinatorAnswer::Refused { why } => return Err(WorkerError::Refused(why)),
            CoordinatorAnswer::Time { .. } | CoordinatorAnswer::Done => {
                return Err(WorkerError::Refused("it gave another answer than the protocol has".to_owned()));
            }
        };
        let inbox = link.subscribe(&subjects.worker(index)).await?;
        let beats = link.subscribe(&subjects.beats()).await?;
        ask(&link, &subjects, &ToCoordinator::Joined { worker: index }).await?;
        tokio::spawn(beat(link.clone(), subjects.clone(), index));
        let coordinator = Heartbeats::since(Instant::now());
        let loads = WorkerLoads::new(link.clone(), subjects.clone(), (index, clock), folder_of(folder));
        let looked = Instant::now();
        Ok(JoinedWorker { clock, link, subjects, index, of, tests, inbox, beats, coordinator, looked, loads })
    }

    /// Does what the coordinator asks for until it is dismissed, is left alone, or gets a signal.
    pub(super) async fn work_until(&mut self, signal: impl Future<Output = &'static str>) -> Result<(), WorkerError> {
        let ended = tokio::select! {
            biased;
            ended = self.work() => ended,
            name = signal => Err(self.leave(&format!("it got {name}")).await),
        };
        // No signal interrupts it: the coordinator sends one to workers that do not end soon enough.
        match ended {
            Err(WorkerError::Alone(why)) => Err(self.alone(&why).await),
            ended => ended,
        }
    }

    async fn work(&mut self) -> Result<(), WorkerError> {
        let mut ticks = tokio::time::interval(INTERVAL);
        loop {
            tokio::select! {
                biased;
                incoming = self.inbox.next() => {
                    let Some(incoming) = incoming else { return alone("the connection to the broker was closed") };
                    let answer = match decode::<ToWorker>(&incoming.message)? {
                        ToWorker::Leave => {
                            self.inbox.answer(&incoming, encode(&WorkerAnswer::Done)?).await;
                            self.link.flush().await?;
                            return Ok(());
                        }
                        message => self.answer(message).await?,
                    };
                    self.inbox.answer(&incoming, encode(&answer)?).await;
                }
                incoming = self.beats.next() => {
                    let Some(incoming) = incoming else { return alone("the connection to the broker was closed") };
                    self.coordinator.beat(Instant::now());
                    if decode::<CoordinatorBeat>(&incoming.message)?.lost.contains(&self.index) {
                        return alone("the coordinator counted this worker as lost, because it had not heard of it for too long");
                    }
                }
                why = self.loads.could_not_say() => return Err(self.leave(&why).await),
                _ = ticks.tick() => self.look()?,
            }
        }
    }

    async fn answer(&mut self, message: ToWorker) -> Result<WorkerAnswer, WorkerError> {
        match message {
            ToWorker::Prepare { order, threads } => match self.prepare(*order, threads).await {
                Ok(clock) => return Ok(WorkerAnswer::Preparing(clock)),
                Err(why) => return Ok(WorkerAnswer::Refused { why }),
            },
            ToWorker::Begin { load, begins } => self.loads.begin(load, begins),
            ToWorker::Stop { load, why } => self.loads.stop(load, &why),
            ToWorker::HandIn { load } => self.loads.hand_in(load),
            ToWorker::Leave => {}
        }
        Ok(WorkerAnswer::Done)
    }

    async fn prepare(&mut self, order: OrderedLoad, threads: usize) -> Result<ClockOffset, String> {
        let test = self.tests.get(&order.test).ok_or_else(|| format!("it has no test called `{}`", order.test))?;
        let clock = self.clock().await.map_err(|error| error.to_string())?;
        let part = PartOfLoad { index: self.index, of: self.of, threads, clock };
        self.loads.prepare(test, order, part)?;
        Ok(clock)
    }

    /// How this clock differs from the coordinator's.
    async fn clock(&self) -> Result<ClockOffset, WorkerError> {
        let mut pings = Vec::new();
        for _ in 0..PINGS {
            let sent_ns = self.clock.now_ns();
            let CoordinatorAnswer::Time { coordinator_ns } =
                ask(&self.link, &self.subjects, &ToCoordinator::Ping).await?
            else {
                continue;
            };
            pings.push(Ping { sent_ns, received_ns: self.clock.now_ns(), coordinator_ns });
        }
        ClockOffset::of(&pings)
            .ok_or_else(|| WorkerError::Refused("the coordinator did not say what time it is".to_owned()))
    }

    /// Ends this worker if the coordinator or the broker is gone.
    fn look(&mut self) -> Result<(), WorkerError> {
        let now = Instant::now();
        let since = now.saturating_duration_since(self.looked);
        self.looked = now;
        if self.link.is_gone() {
            return alone(&format!("there was no connection to the broker for {} s", LOST_AFTER.as_secs()));
        }
        // What it could not hear, because it was not connected or was stopped itself, was not silence.
        if *self.link.state().borrow() != LinkState::Connected || since >= OWN_HOLD_UP {
            self.coordinator.excuse(since);
        }
        if self.coordinator.is_lost(now) {
            return alone(&format!("no heartbeat came from the coordinator for {} s", LOST_AFTER.as_secs()));
        }
        Ok(())
    }

    /// Ends all loads, and keeps what they came to in files.
    async fn alone(&mut self, why: &str) -> WorkerError {
        let kept = self.loads.keep_all(why).await;
        let files: Vec<String> = kept.iter().map(|path| path.display().to_string()).collect();
        let what =
            if files.is_empty() { String::new() } else { format!("; what it had measured is in {}", files.join(", ")) };
        WorkerError::Alone(format!("worker {} ended: {why}{what}", self.index))
    }

    /// Says why this worker ends.
    async fn leave(&mut self, why: &str) -> WorkerError {
        let leaves = ToCoordinator::Leaves { worker: self.index, why: why.to_owned() };
        let said = async {
            self.link.publish(&self.subjects.coordinator(), &encode(&leaves)?).await?;
            self.link.flush().await?;
            Ok::<(), WorkerError>(())
        };
        // If that does not arrive, the coordinator misses the heartbeats, and the figures are kept all the same.
        said.await.ok();
        WorkerError::Alone(why.to_owned())
    }
}

fn alone(why: &str) -> Result<(), WorkerError> {
    Err(WorkerError::Alone(why.to_owned()))
}

/// A folder of the coordinator's, if this machine has it, too; else one for temporary files.
fn folder_of(coordinators: PathBuf) -> PathBuf {
    if coordinators.is_dir() { coordinators } else { std::env::temp_dir() }
}

/// Says who wants to be a worker, to a coordinator that may come up so much later.
async fn say_hello(
    link: &BrokerLink,
    run_id: &str,
    hello: WorkerHello,
    waits: Duration,
) -> Result<CoordinatorAnswer, WorkerError> {
    let (subject, hello) = (hello_subject(run_id), encode(&ToCoordinator::Hello(Box::new(hello)))?);
    let answer = match link.call(&subject, &hello, LOST_AFTER).await {
        Err(why @ (LinkError::NoResponder | LinkError::NoAnswer(_))) if !waits.is_zero() => {
            eprintln!("waiting for the coordinator of run {run_id} for {} s at most: {why}", waits.as_secs());
            link.call_patiently(&subject, &hello, waits).await
        }
        answer => answer,
    };
    Ok(decode(&answer?)?)
}

/// Calls the coordinator.
pub(super) async fn ask(
    link: &BrokerLink,
    subjects: &Subjects,
    message: &ToCoordinator,
) -> Result<CoordinatorAnswer, WorkerError> {
    // The coordinator may be without a connection for as long as it takes until it counts as gone.
    let answer = link.call_patiently(&subjects.coordinator(), &encode(message)?, LOST_AFTER).await?;
    Ok(decode(&answer)?)
}

async fn beat(link: BrokerLink, subjects: Subjects, worker: usize) {
    let Ok(beat) = encode(&ToCoordinator::Beat { worker }) else { return };
    let mut ticks = tokio::time::interval(INTERVAL);
    loop {
        ticks.tick().await;
        // One that is lost is followed by another.
        link.publish(&subjects.coordinator(), &beat).await.ok();
    }
}

/// The signals that end a worker.
struct EndingSignals(mpsc::UnboundedReceiver<&'static str>);

impl EndingSignals {
    fn open() -> std::io::Result<EndingSignals> {
        let (sender, receiver) = mpsc::unbounded_channel();
        let kinds = [
            (SignalKind::interrupt(), "SIGINT"),
            (SignalKind::terminate(), "SIGTERM"),
            (SignalKind::hangup(), "SIGHUP"),
        ];
        for (kind, name) in kinds {
            let (mut stream, sender) = (signal(kind)?, sender.clone());
            tokio::spawn(async move { while stream.recv().await.is_some() && sender.send(name).is_ok() {} });
        }
        Ok(EndingSignals(receiver))
    }

    async fn next(&mut self) -> &'static str {
        match self.0.recv().await {
            Some(name) => name,
            None => std::future::pending().await,
        }
    }
}
