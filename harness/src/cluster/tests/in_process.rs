//! A coordinator and its workers in one process, over a real broker: their messages are those of a run, their loads are small.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::task::JoinHandle;

use super::real_broker::RealBroker;
use crate::clock::monotonic_time_ns;
use crate::cluster::BrokerAddress;
use crate::cluster::clock_offset::LocalClock;
use crate::cluster::coordinator::Coordinator;
use crate::cluster::identity::Sameness;
use crate::cluster::link::BrokerLink;
use crate::cluster::offering::{Collected, NotOfferedByAll, offer_by_all};
use crate::cluster::protocol::{self, OrderedLoad};
use crate::cluster::worker::{JoinedWorker, Seat, WorkerError, WorkerPlan};
use crate::cluster::worker_load::WorkerTest;
use crate::engine::{Scenario, WorkerShare, offer};
use crate::fixture::BoundFixtures;
use crate::http::HostNames;
use crate::measure::{Fate, IterationEnd, KnownLimits, Live, Measured, Moment, Phases, Sample};
use crate::runner::OfferLoad;
use crate::stop::Stop;
use crate::user::UserSlot;
use crate::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Users, Warmup, Workload};

/// Everything here ends in this time, also on a machine that is busy with other work.
const IN_TIME: Duration = Duration::from_secs(30);

/// Sends nothing: each of its requests takes 5 ms.
struct Ticking;

impl Scenario for Ticking {
    type User = UserSlot<()>;
    type WorkerResources = ();

    fn worker_resources(&self, _share: WorkerShare) {}

    async fn enter(&self, slot: UserSlot<()>) -> Result<UserSlot<()>, String> {
        Ok(slot)
    }

    async fn iterate(&self, slot: &mut UserSlot<()>) -> IterationEnd {
        let sent = slot.clock.now();
        let (phase, intended) = (slot.log.open(), slot.log.intended_start(Moment::after(sent)).since_start());
        tokio::time::sleep(Duration::from_millis(5)).await;
        let (endpoint, done) = ("GET /".into(), slot.clock.now());
        let (bytes_sent, bytes_received, phases) = (0, 0, Phases::default());
        let sample = Sample { endpoint, intended, sent, done, fate: Fate::Ok, bytes_sent, bytes_received, phases };
        slot.log.close(phase, sample);
        IterationEnd::Completed
    }

    async fn leave(&self, _slot: UserSlot<()>) -> Result<(), String> {
        Ok(())
    }
}

/// A load that a worker offers as it would in a run.
pub(crate) fn ticking(
    _fixtures: &BoundFixtures,
    workload: &Workload,
    stop: &Stop,
    live: &Arc<Live>,
    _hosts: &Arc<HostNames>,
) -> Measured {
    offer(&Ticking, workload, stop, live)
}

/// Four users for so long.
pub(crate) fn four_users(length: Duration) -> Workload {
    Workload {
        model: LoadModel::Closed(Users::at_once(4)),
        warmup: Warmup::Requests(0),
        length: RunLength::Duration(length),
        timeout: Duration::from_secs(10),
        seed: 7,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    }
}

/// What the coordinator says that it is.
pub(crate) fn own() -> Sameness {
    Sameness::here(protocol::VERSION, &[]).expect("this binary can be read")
}

/// A coordinator without workers.
pub(crate) struct InProcess {
    pub(crate) coordinator: Arc<Coordinator>,
    broker: RealBroker,
    /// Answers what comes.
    serving: Mutex<Vec<JoinHandle<()>>>,
    watching: JoinHandle<()>,
    _folder: tempfile::TempDir,
}

/// The work of a worker that has joined.
pub(crate) type Working = JoinHandle<Result<(), WorkerError>>;

impl InProcess {
    /// Waits for so many workers. `None`, with a word, where `nats-server` is not installed.
    pub(crate) async fn of(workers: usize, own: Sameness) -> Option<InProcess> {
        Some(InProcess::with(RealBroker::start()?, workers, own).await)
    }

    /// The same with a broker that is there already.
    pub(crate) async fn with(broker: RealBroker, workers: usize, own: Sameness) -> InProcess {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let link = BrokerLink::connect(&broker.address(), "coordinator", 0).await.expect("it is let in");
        let coordinator = Arc::new(Coordinator::new(link, "run", own, folder.path(), workers));
        let watching = tokio::spawn(Arc::clone(&coordinator).watch());
        let cluster = InProcess { coordinator, broker, serving: Mutex::default(), watching, _folder: folder };
        cluster.coordinator_hears().await;
        cluster
    }

    /// From now on, or again.
    pub(crate) async fn coordinator_hears(&self) {
        let inboxes = self.coordinator.inboxes().await.expect("it is connected");
        let serving = inboxes.map(|inbox| tokio::spawn(Arc::clone(&self.coordinator).serve(inbox)));
        self.serving().extend(serving);
    }

    /// It still sends heartbeats.
    pub(crate) fn coordinator_hears_nothing(&self) {
        self.serving().drain(..).for_each(|serving| serving.abort());
    }

    fn serving(&self) -> MutexGuard<'_, Vec<JoinHandle<()>>> {
        self.serving.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A worker whose test is this load, with its clock ahead by so much.
    pub(crate) async fn join(
        &self,
        index: usize,
        load: impl OfferLoad + 'static,
        ahead_ns: i64,
    ) -> Result<JoinedWorker, WorkerError> {
        let test = WorkerTest { load: Arc::new(load), needs: Vec::new() };
        self.join_with(index, HashMap::from([("test".to_owned(), test)]), ahead_ns).await
    }

    /// The same with these tests.
    pub(crate) async fn join_with(
        &self,
        index: usize,
        tests: HashMap<String, WorkerTest>,
        ahead_ns: i64,
    ) -> Result<JoinedWorker, WorkerError> {
        let plan = WorkerPlan { run_id: "run".to_owned(), tests, described: Vec::new() };
        JoinedWorker::join(plan, Seat { clock: LocalClock { ahead_ns }, ..seat(self.broker.address(), index) }).await
    }

    /// All workers offer this load.
    pub(crate) async fn offer(
        &self,
        workload: Workload,
        stop: &Stop,
        live: &Arc<Live>,
    ) -> Result<Collected, NotOfferedByAll> {
        let order = OrderedLoad {
            load: self.coordinator.new_load(),
            test: "test".to_owned(),
            workload,
            limits: KnownLimits::default(),
            turns: None,
            fixtures: Default::default(),
            origin_ns: monotonic_time_ns(),
        };
        in_time(offer_by_all(&self.coordinator, order, stop, live)).await
    }

    /// The coordinator is gone without a word, and another one of the same run is there.
    pub(crate) async fn followed_by_another(self) -> InProcess {
        self.coordinator_dies();
        InProcess::with(self.broker, 1, own()).await
    }

    /// The coordinator is gone without a word.
    pub(crate) fn coordinator_dies(&self) {
        self.coordinator_hears_nothing();
        self.watching.abort();
    }
}

/// Of a worker that was started when broker and coordinator were there.
pub(crate) fn seat(broker: BrokerAddress, index: usize) -> Seat {
    let (clock, process) = (LocalClock::default(), index as u64 + 1);
    Seat { broker, index: Some(index), clock, process, waits: Duration::ZERO }
}

/// What a worker does from now on.
pub(crate) fn at_work(worker: Result<JoinedWorker, WorkerError>) -> Working {
    let mut worker = worker.unwrap_or_else(|error| panic!("it could not join: {error}"));
    tokio::spawn(async move { worker.work_until(std::future::pending()).await })
}

pub(crate) async fn in_time<F: Future>(future: F) -> F::Output {
    tokio::time::timeout(IN_TIME, future).await.expect("it ends in time")
}
