//! The parts of loads that a worker offers.

use std::collections::HashMap;
use std::convert::Infallible;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use super::clock_offset::{ClockOffset, LocalClock};
use super::encoding::encode;
use super::heartbeats::LOST_AFTER;
use super::link::BrokerLink;
use super::protocol::{FinalPart, OrderedLoad, Subjects, ToCoordinator};
use crate::arm_turns::ArmTurns;
use crate::fixture::{BoundFixtures, FixtureDecl, HandedOver};
use crate::load_part::{LoadPart, PartShare};
use crate::measure::{Ended, Live, Measured};
use crate::runner::{OfferLoad, look_up};
use crate::server::Server;
use crate::stop::Stop;

/// How often finished seconds are sent.
const SECONDS_INTERVAL: Duration = Duration::from_millis(500);
/// A worker that was left alone waits so long for its loads to end.
const KEEP_LIMIT: Duration = Duration::from_secs(15);

/// A test as a worker knows it: the rest of it is the coordinator's.
#[derive(Clone)]
pub(crate) struct WorkerTest {
    /// What offers its load.
    pub(crate) load: Arc<dyn OfferLoad>,
    /// The fixtures it needs.
    pub(crate) needs: Vec<&'static FixtureDecl>,
}

/// Which part of a load, and on which clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct PartOfLoad {
    pub(super) index: usize,
    pub(super) of: usize,
    /// So many threads offer it at most.
    pub(super) threads: usize,
    pub(super) clock: ClockOffset,
}

/// The loads that this worker offers now.
pub(super) struct WorkerLoads {
    connection: LoadConnection,
    clock: LocalClock,
    folder: PathBuf,
    handed_over: HandedOver,
    offered: HashMap<u64, LoadInProgress>,
    /// What a load could not say.
    unsaid: mpsc::UnboundedReceiver<String>,
}

/// What a load is sent with.
#[derive(Clone)]
struct LoadConnection {
    link: BrokerLink,
    subjects: Subjects,
    worker: usize,
    unsaid: mpsc::UnboundedSender<String>,
}

struct LoadInProgress {
    part: Arc<LoadPart>,
    stop: Stop,
    /// True once the coordinator has asked for what it came to. Without this, it never will.
    hand_in: watch::Sender<bool>,
    /// Ends with the figures that could not be sent, if there are any.
    task: JoinHandle<Option<FinalPart>>,
}

impl WorkerLoads {
    /// Of this worker, which has this clock and keeps what it could not send in `folder`.
    pub(super) fn new(
        link: BrokerLink,
        subjects: Subjects,
        (worker, clock): (usize, LocalClock),
        folder: PathBuf,
    ) -> WorkerLoads {
        let (sender, unsaid) = mpsc::unbounded_channel();
        let connection = LoadConnection { link, subjects, worker, unsaid: sender };
        WorkerLoads { connection, clock, folder, handed_over: HandedOver::default(), offered: HashMap::new(), unsaid }
    }

    /// Waits until a load could not say what the coordinator waits for, and says why. It waits for ever, so this worker must end.
    pub(super) async fn could_not_say(&mut self) -> String {
        match self.unsaid.recv().await {
            Some(why) => why,
            None => std::future::pending().await,
        }
    }

    /// Begins to prepare a part.
    ///
    /// # Errors
    /// What the coordinator sent cannot be used here.
    pub(super) fn prepare(&mut self, test: &WorkerTest, order: OrderedLoad, part: PartOfLoad) -> Result<(), String> {
        self.offered.retain(|_, load| !load.task.is_finished());
        let fixtures = self.handed_over.unpack(&test.needs, &order.fixtures).map_err(|error| error.to_string())?;
        let load = order.load;
        let share = PartShare { index: part.index, of: part.of };
        let origin = self.clock.instant_at(part.clock.local_ns(order.origin_ns));
        let part = Arc::new(LoadPart::new(share, origin).with_threads(part.threads));
        let stop = Stop::default();
        let live = live_of(&order, &part);
        live.watch();
        let offer =
            PartOffer { load: Arc::clone(&test.load), fixtures, order, stop: stop.clone(), live: Arc::new(live) };
        let (hand_in, asked_for) = watch::channel(false);
        let task = tokio::spawn(offer_part(offer, Arc::clone(&part), self.connection.clone(), asked_for));
        self.offered.insert(load, LoadInProgress { part, stop, hand_in, task });
        Ok(())
    }

    /// All parts are ready.
    pub(super) fn begin(&self, load: u64, begins: Duration) {
        if let Some(load) = self.offered.get(&load) {
            load.part.begin_at(begins);
        }
    }

    /// The coordinator takes what a part came to.
    pub(super) fn hand_in(&self, load: u64) {
        if let Some(load) = self.offered.get(&load) {
            load.hand_in.send_replace(true);
        }
    }

    /// Ends a load early.
    pub(super) fn stop(&self, load: u64, why: &str) {
        if let Some(load) = self.offered.get(&load) {
            load.stop.pull(why);
        }
    }

    /// Ends all loads, and keeps what they came to. Returns the files.
    pub(super) async fn keep_all(&mut self, why: &str) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for load in self.offered.values() {
            load.stop.pull(why);
        }
        for (number, load) in self.offered.drain() {
            drop(load.hand_in);
            let unsent = tokio::time::timeout(KEEP_LIMIT, load.task).await;
            if let Ok(Ok(Some(FinalPart::Figures(bytes)))) = unsent {
                let path = self.folder.join(format!("worker-{}-load-{number}.part", self.connection.worker));
                match write(&path, &bytes).await {
                    Ok(()) => files.push(path),
                    Err(error) => eprintln!("error: cannot keep what was measured in {}: {error}", path.display()),
                }
            }
        }
        files
    }
}

async fn write(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let (path, bytes) = (path.to_owned(), bytes.to_vec());
    tokio::task::spawn_blocking(move || std::fs::write(path, bytes)).await.map_err(std::io::Error::other)?
}

fn live_of(order: &OrderedLoad, part: &Arc<LoadPart>) -> Live {
    let live = Live::limited(order.limits.clone()).offering(Arc::clone(part));
    match order.turns {
        None => live,
        Some((arm, arms, length)) => match ArmTurns::of(arms, length).into_iter().nth(arm) {
            Some(turns) => live.taking_turns(turns),
            None => live,
        },
    }
}

/// What is offered.
struct PartOffer {
    load: Arc<dyn OfferLoad>,
    fixtures: BoundFixtures,
    order: OrderedLoad,
    stop: Stop,
    live: Arc<Live>,
}

/// Offers a part, and sends what comes of it. Returns what could not be sent.
async fn offer_part(
    offer: PartOffer,
    part: Arc<LoadPart>,
    connection: LoadConnection,
    mut asked_for: watch::Receiver<bool>,
) -> Option<FinalPart> {
    let PartOffer { load: test, fixtures, order, stop, live } = offer;
    let load = order.load;
    let servers: Vec<Server> = fixtures.all::<Server>().map(|(_, server)| Server::clone(&server)).collect();
    let mut seconds_sent = 0;
    let result = match look_up(&servers).await {
        Err(why) => (FinalPart::Broken(why), true),
        Ok(hosts) => {
            let (watched_stop, watched_live) = (stop.clone(), Arc::clone(&live));
            let offering =
                tokio::task::spawn_blocking(move || test.offer(&fixtures, &order.workload, &stop, &live, &hosts));
            let seconds =
                SecondsSender { connection: &connection, load, live: &watched_live, number: AtomicU64::new(0) };
            let offered = tokio::select! {
                biased;
                offered = offering => offered,
                never = connection.report(load, &part, &watched_stop, &seconds) => match never {},
            };
            // Before the figures, on the same connection, so that they are there first.
            seconds.send().await;
            seconds_sent = seconds.number.into_inner();
            match offered {
                Ok(measured) => encoded(measured).await,
                Err(panic) => (FinalPart::Broken(format!("the load could not be offered: {panic}")), true),
            }
        }
    };
    let (part, broke_off) = result;
    let finished = ToCoordinator::Finished { load, worker: connection.worker, broke_off };
    let is_asked_for = connection.call(&finished).await && asked_for.wait_for(|asked_for| *asked_for).await.is_ok();
    if is_asked_for { connection.send_final(load, seconds_sent, part).await } else { Some(part) }
}

/// What a part came to, and whether it ended by itself before its time. Large histograms take a moment, and heartbeats do not wait for
/// it.
async fn encoded(measured: Measured) -> (FinalPart, bool) {
    let Some(part) = measured.part else {
        return (FinalPart::Broken(format!("it came to no figures: {:?}", measured.ended)), true);
    };
    let broke_off = !matches!(part.ended, Ended::AsPlanned | Ended::Stopped(_));
    let encoding = tokio::task::spawn_blocking(move || encode(&*part));
    match encoding.await {
        Ok(Ok(bytes)) => (FinalPart::Figures(bytes), broke_off),
        Ok(Err(error)) => (FinalPart::Broken(error.to_string()), true),
        Err(panic) => (FinalPart::Broken(panic.to_string()), true),
    }
}

/// Sends what happened since it was last asked to.
struct SecondsSender<'a> {
    connection: &'a LoadConnection,
    load: u64,
    live: &'a Live,
    number: AtomicU64,
}

impl SecondsSender<'_> {
    async fn send(&self) {
        let LoadConnection { link, subjects, worker, .. } = self.connection;
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let seconds = self.live.take_part_seconds();
        let message = ToCoordinator::Seconds { load: self.load, worker: *worker, number, seconds };
        if let Ok(bytes) = encode(&message) {
            // For the page alone: what is lost is counted there.
            link.publish(&subjects.coordinator(), &bytes).await.ok();
        }
    }
}

impl LoadConnection {
    /// Reports that the part is ready, its seconds, and that it cannot end.
    async fn report(&self, load: u64, part: &LoadPart, stop: &Stop, seconds: &SecondsSender<'_>) -> Infallible {
        let worker = self.worker;
        let mut ticks = tokio::time::interval(SECONDS_INTERVAL);
        let (mut is_ready, mut is_stuck) = (false, false);
        loop {
            tokio::select! {
                () = part.ready(), if !is_ready => {
                    is_ready = true;
                    self.call(&ToCoordinator::Ready { load, worker }).await;
                }
                why = stop.stuck(), if !is_stuck => {
                    is_stuck = true;
                    self.call(&ToCoordinator::Stuck { load, worker, why: why.to_owned() }).await;
                }
                _ = ticks.tick() => seconds.send().await,
            }
        }
    }

    /// False if the coordinator did not hear it, which ends this worker.
    async fn call(&self, message: &ToCoordinator) -> bool {
        // Without a connection it ends for that reason.
        if self.link.is_gone() {
            return false;
        }
        let called = async {
            let bytes = encode(message).map_err(|error| error.to_string())?;
            let subject = self.subjects.coordinator();
            self.link.call_patiently(&subject, &bytes, LOST_AFTER).await.map_err(|error| error.to_string())
        };
        let Err(why) = called.await else { return true };
        // Fails only when the worker has ended.
        self.unsaid.send(format!("what it had to say did not reach the coordinator: {why}")).ok();
        false
    }

    /// Returns the figures if they could not be sent.
    async fn send_final(&self, load: u64, seconds_sent: u64, part: FinalPart) -> Option<FinalPart> {
        let message = ToCoordinator::Final { load, worker: self.worker, seconds_sent, part };
        if self.call(&message).await {
            return None;
        }
        match message {
            ToCoordinator::Final { part, .. } => Some(part),
            _ => None,
        }
    }
}
