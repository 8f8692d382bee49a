//! What many workers cost: a coordinator in this process, a real broker, and another process with all workers, which offer no load. Prints;
//! asserts nothing about time.
//!
//! `cargo test -p proofload --features cluster --lib simulation_of_many -- --ignored --nocapture`
//!
//! 1,000 workers need some 1,100 descriptors: `ulimit -n 4096`.

use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::Instant;

use super::process_usage::{ProcessUsage, forget_peak};
use super::real_broker::RealBroker;
use super::simulated_workers::{OFFERED, PER_SECOND, RUN, SECONDS, SimulatedWorkers, TEST};
use crate::clock::monotonic_time_ns;
use crate::cluster::cluster_load::read_part;
use crate::cluster::coordinator::Coordinator;
use crate::cluster::identity::Sameness;
use crate::cluster::in_parallel::in_parallel;
use crate::cluster::link::BrokerLink;
use crate::cluster::offering::{Collected, offer_by_all};
use crate::cluster::protocol::{self, FinalPart, OrderedLoad};
use crate::engine::conclude_parts;
use crate::fixture::PackedFixtures;
use crate::measure::{KnownLimits, Live, WorkerFacts};
use crate::stop::Stop;
use crate::workload::{Connections, HttpOptions, LoadModel, Mix, RunLength, Users, Warmup, Workload};

const WORKERS: [usize; 3] = [4, 100, 1_000];
const JOIN_LIMIT: Duration = Duration::from_secs(60);
const IDLE: Duration = Duration::from_secs(10);

#[test]
#[ignore = "prints what it measures"]
fn simulation_of_many_workers() {
    println!("parts of {PER_SECOND} requests a second for {SECONDS} s; seconds are sent for {} s", OFFERED.as_secs());
    for workers in WORKERS {
        let Some(simulation) = Simulation::start(workers) else { return };
        simulation.wait_idle();
        let (collected, live) = simulation.offer();
        simulation.conclude(collected, &live);
        simulation.runtime.block_on(simulation.coordinator.dismiss(Duration::from_secs(10)));
    }
}

struct Simulation {
    workers: usize,
    runtime: Runtime,
    coordinator: Arc<Coordinator>,
    processes: SimulatedWorkers,
    broker: RealBroker,
}

/// What everything has cost so far.
struct Costs {
    at: Instant,
    coordinator: ProcessUsage,
    workers: ProcessUsage,
    broker: ProcessUsage,
    messages: u64,
    bytes: u64,
}

impl Simulation {
    fn start(workers: usize) -> Option<Simulation> {
        let broker = RealBroker::start()?;
        // As in a run: all that connects the processes has one thread.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let coordinator = runtime.block_on(async {
            let link = BrokerLink::connect(&broker.address(), "coordinator", 0).await.unwrap();
            let own = Sameness::here(protocol::VERSION, &[]).unwrap();
            let coordinator = Arc::new(Coordinator::new(link, RUN, own, folder.path(), workers));
            for inbox in coordinator.inboxes().await.unwrap() {
                tokio::spawn(Arc::clone(&coordinator).serve(inbox));
            }
            tokio::spawn(Arc::clone(&coordinator).watch());
            coordinator
        });
        let began = Instant::now();
        let processes = SimulatedWorkers::start(&broker.address(), workers);
        let come = coordinator.until(|coordinator| coordinator.members().are_complete().then_some(()));
        let come = runtime.block_on(async { tokio::time::timeout(JOIN_LIMIT, come).await });
        let missing = coordinator.members().missing();
        assert!(come.is_ok(), "{missing} of {workers} workers did not come: {:?}", coordinator.refused());
        println!("\n{workers} workers: all had joined after {:.2} s", began.elapsed().as_secs_f64());
        Some(Simulation { workers, runtime, coordinator, processes, broker })
    }

    fn costs(&self) -> Costs {
        let [messages, bytes] = [["in_msgs", "out_msgs"], ["in_bytes", "out_bytes"]]
            .map(|names| names.into_iter().map(|name| self.broker.figure(name)).sum());
        Costs {
            at: Instant::now(),
            coordinator: ProcessUsage::of(std::process::id()),
            workers: ProcessUsage::of(self.processes.pid()),
            broker: ProcessUsage::of(self.broker.pid()),
            messages,
            bytes,
        }
    }

    fn print_since(&self, what: &str, before: &Costs) {
        let now = self.costs();
        let time = now.at - before.at;
        let seconds = time.as_secs_f64();
        println!(
            "  {what}: {:.0} messages and {:.1} kB each second in and out of the broker; CPU in % of a core: coordinator {:.2}, broker \
             {:.2}, each worker {:.3}; now resident: coordinator {:.0} MiB, broker {:.0} MiB, all workers {:.0} MiB",
            (now.messages - before.messages) as f64 / seconds,
            (now.bytes - before.bytes) as f64 / seconds / 1e3,
            now.coordinator.percent_since(&before.coordinator, time),
            now.broker.percent_since(&before.broker, time),
            now.workers.percent_since(&before.workers, time) / self.workers as f64,
            now.coordinator.resident_mib,
            now.broker.resident_mib,
            now.workers.resident_mib,
        );
    }

    fn wait_idle(&self) {
        // What joining has cost is over.
        std::thread::sleep(Duration::from_secs(1));
        let before = self.costs();
        std::thread::sleep(IDLE);
        self.print_since("idle", &before);
    }

    /// Offers one load, and prints when what came.
    fn offer(&self) -> (Collected, Arc<Live>) {
        let (stop, live) = (Stop::default(), Arc::<Live>::default());
        let load = self.coordinator.new_load();
        let order = order(load, self.workers);
        let (began, before) = (Instant::now(), self.costs());
        let moments = self.runtime.spawn(moments(Arc::clone(&self.coordinator), load));
        let offered = offer_by_all(&self.coordinator, order, &stop, &live);
        let collected = self.runtime.block_on(offered).expect("every worker can offer it");
        let last = Instant::now();
        let (prepared, first) = self.runtime.block_on(moments).unwrap();
        let clocks = collected.clocks.iter();
        let [error, offset] = [
            clocks.clone().map(|clock| clock.error_ns).max(),
            clocks.map(|clock| clock.offset_ns.unsigned_abs()).max(),
        ]
        .map(|ns| ns.unwrap_or_default() as f64 / 1e6);
        println!(
            "  all had prepared {:.3} s after the order; of one clock, they were wrong by at most {offset:.3} ms and said at most {error:.3} ms",
            (prepared - began).as_secs_f64()
        );
        self.print_since("offered, from the order to the last final", &before);
        println!("  finals: the last came {:.3} s after the first", (last - first).as_secs_f64());
        let missing: u64 = collected.seconds.iter().map(|seconds| seconds.missing).sum();
        let late: u64 = self.coordinator.members().all().map(|(_, member)| member.beats.late().0).sum();
        let silence = self.coordinator.members().all().map(|(_, member)| member.beats.late().1).max();
        println!(
            "  {missing} seconds did not come; {late} late heartbeats, longest silence {silence:?}; lost: {:?}",
            collected.lost
        );
        (collected, live)
    }

    /// As `ClusterLoad` does.
    fn conclude(&self, collected: Collected, live: &Live) {
        let workload = order(0, self.workers).workload;
        forget_peak();
        let before = ProcessUsage::of(std::process::id());
        let length = |part: &Option<FinalPart>| match part {
            Some(FinalPart::Figures(encoded)) => encoded.len(),
            part => panic!("a worker sent {part:?}"),
        };
        let bytes: usize = collected.parts.iter().map(length).sum();
        let began = Instant::now();
        let read = in_parallel(collected.parts, |part| read_part(&workload, live, part, WorkerFacts::default()));
        let each = began.elapsed();
        let (parts, workers): (Vec<_>, Vec<_>) =
            read.into_iter().map(|read| (read.part.expect("figures"), read.worker)).unzip();
        let late: Vec<Duration> = parts.iter().filter_map(|part| part.begun_late).collect();
        let skew = late.iter().max().unwrap().saturating_sub(*late.iter().min().unwrap());
        let measured = conclude_parts(&workload, live, parts);
        let total = began.elapsed();
        let after = ProcessUsage::of(std::process::id());
        let requests = PER_SECOND * SECONDS * self.workers as u64;
        assert_eq!((measured.total.requests.ok, workers.len()), (requests, self.workers));
        println!(
            "  start skew {:.3} ms; a final has {} bytes, all have {:.1} MB",
            skew.as_secs_f64() * 1e3,
            bytes / self.workers,
            bytes as f64 / 1e6
        );
        println!(
            "  verdict of {requests} requests {:.3} s after the last final: read, and figures of each worker, in {:.3} s, merged in {:.3} s",
            total.as_secs_f64(),
            each.as_secs_f64(),
            (total - each).as_secs_f64(),
        );
        println!(
            "  the coordinator had {:.0} MiB with all finals, and {:.0} MiB at the most while it merged them",
            before.resident_mib, after.peak_mib
        );
    }
}

/// When all had prepared, and when the first final came.
async fn moments(coordinator: Arc<Coordinator>, load: u64) -> (Instant, Instant) {
    let is_ready = |coordinator: &Coordinator| coordinator.loads().get(load)?.all_are_ready().then(Instant::now);
    let ready = coordinator.until(is_ready).await;
    let workers = coordinator.workers();
    let has_begun_to_finish = |coordinator: &Coordinator| {
        let loads = coordinator.loads();
        // It ends as soon as all have finished.
        let finished = loads.get(load).is_none_or(|load| (0..workers).any(|worker| load.has_finished(worker)));
        finished.then(Instant::now)
    };
    (ready, coordinator.until(has_begun_to_finish).await)
}

fn order(load: u64, workers: usize) -> OrderedLoad {
    let workload = Workload {
        model: LoadModel::Closed(Users::at_once(workers)),
        warmup: Warmup::Requests(0),
        length: RunLength::Duration(Duration::from_secs(SECONDS)),
        timeout: Duration::from_secs(1),
        seed: 0,
        connections: Connections::PerUser,
        http: HttpOptions::default(),
        mix: Mix::default(),
    };
    let (limits, fixtures) = (KnownLimits::default(), PackedFixtures::default());
    OrderedLoad { load, test: TEST.to_owned(), workload, limits, turns: None, fixtures, origin_ns: monotonic_time_ns() }
}
