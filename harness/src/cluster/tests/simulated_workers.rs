//! Many workers in one process, which offer no load and send what a load would come to.

use std::collections::HashMap;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::time::Instant;

use crate::cluster::BrokerAddress;
use crate::cluster::clock_offset::LocalClock;
use crate::cluster::identity::Sameness;
use crate::cluster::protocol;
use crate::cluster::worker::WorkerError;
use crate::cluster::worker::{JoinedWorker, Seat};
use crate::cluster::{WorkerPlan, WorkerTest};
use crate::fixture::BoundFixtures;
use crate::http::HostNames;
use crate::load_part::{LoadPart, PartShare};
use crate::measure::trial::{ORIGIN, long_tailed, record_long_tailed, watched_by};
use crate::measure::{Live, Measured, PartFigures};
use crate::runner::OfferLoad;
use crate::stop::Stop;
use crate::workload::Workload;

pub(super) const RUN: &str = "simulation";
pub(super) const TEST: &str = "simulated";
pub(super) const ENDPOINTS: usize = 10;
/// What the final figures of each worker are of.
pub(super) const PER_SECOND: u64 = 1_667;
pub(super) const SECONDS: u64 = 60;
/// For so long each worker sends seconds, each with what is new.
pub(super) const OFFERED: Duration = Duration::from_secs(10);

const WORKERS: &str = "PROOFLOAD_INTERNAL_SIMULATED_WORKERS";
const HALF_SECOND_US: u64 = 500_000;
/// So many requests are recorded for each message with seconds: enough for some sixty buckets of each endpoint, and a cost that one process
/// can bear for a thousand workers.
const IN_HALF_A_SECOND: u64 = 80;

/// The process that has all workers.
pub(super) struct SimulatedWorkers(Child);

impl SimulatedWorkers {
    pub(super) fn start(broker: &BrokerAddress, count: usize) -> SimulatedWorkers {
        let test = "cluster::tests::simulated_workers::workers_of_the_simulation";
        let child = Command::new(std::env::current_exe().expect("its own path"))
            .args(["--ignored", "--nocapture", "--exact", test])
            .envs(broker.environment())
            .env(WORKERS, count.to_string())
            .stdout(Stdio::null())
            .spawn();
        SimulatedWorkers(child.expect("this program can be started again"))
    }

    pub(super) fn pid(&self) -> u32 {
        self.0.id()
    }
}

impl Drop for SimulatedWorkers {
    fn drop(&mut self) {
        self.0.kill().ok();
        self.0.wait().ok();
    }
}

#[test]
#[ignore = "the workers of the simulation, which starts this itself"]
fn workers_of_the_simulation() {
    let Some(count) = std::env::var(WORKERS).ok().and_then(|count| count.parse::<usize>().ok()) else { return };
    let broker = BrokerAddress::from_environment().expect("a usable address").expect("an address");
    let load = SimulatedLoad { figures: figures_of_a_part() };
    let test = WorkerTest { load: Arc::new(load), needs: Vec::new() };
    let tests = HashMap::from([(TEST.to_owned(), test)]);
    let plan = WorkerPlan { run_id: RUN.to_owned(), tests, described: Vec::new() };
    // One process of a worker reads its executable once; this one has many workers.
    let sameness = Sameness::here(protocol::VERSION, &plan.described).expect("its own bytes");
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .max_blocking_threads(2 * count + 16)
        .thread_stack_size(512 * 1024)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(async {
        let workers = (0..count).map(|index| {
            let seat = Seat {
                broker: broker.clone(),
                index: Some(index),
                clock: LocalClock::default(),
                process: index as u64 + 1,
                waits: Duration::ZERO,
            };
            tokio::spawn(work(sameness.clone(), plan.clone(), seat))
        });
        for ended in futures_util::future::join_all(workers).await {
            if let Err(why) = ended.expect("no panic") {
                eprintln!("a simulated worker: {why}");
            }
        }
    });
    runtime.shutdown_background();
}

async fn work(sameness: Sameness, plan: WorkerPlan, seat: Seat) -> Result<(), WorkerError> {
    JoinedWorker::join_as(sameness, plan, seat).await?.work_until(std::future::pending()).await
}

fn figures_of_a_part() -> PartFigures {
    let recorder = long_tailed(ENDPOINTS, PER_SECOND, SECONDS);
    PartFigures {
        users: 1,
        measured_from: Some(ORIGIN),
        measured_until: Some(ORIGIN + Duration::from_secs(SECONDS)),
        ..PartFigures::idle(PartShare::WHOLE, vec![recorder])
    }
}

/// Begins and ends with the others, and has sent nothing.
struct SimulatedLoad {
    figures: PartFigures,
}

impl OfferLoad for SimulatedLoad {
    fn offer(
        &self,
        _fixtures: &BoundFixtures,
        _workload: &Workload,
        stop: &Stop,
        live: &Arc<Live>,
        _hosts: &Arc<HostNames>,
    ) -> Measured {
        let part = live.part.as_ref().expect("a worker offers a part");
        part.arrive();
        let Some(begins) = when_it_begins(part, stop) else { return Measured::default() };
        std::thread::sleep(begins.saturating_duration_since(Instant::now()));
        let begun_late = Instant::now().saturating_duration_since(begins);
        live.users.store(1, Ordering::Relaxed);
        live.measuring.store(true, Ordering::Relaxed);
        let mut recorder = watched_by(live, ENDPOINTS);
        for half in 0..OFFERED.as_secs() * 2 {
            let during = half * HALF_SECOND_US..(half + 1) * HALF_SECOND_US;
            std::thread::sleep((begins + Duration::from_micros(during.end)).saturating_duration_since(Instant::now()));
            record_long_tailed(&mut recorder, ENDPOINTS, during, IN_HALF_A_SECOND);
        }
        let figures = PartFigures { share: part.share(), begun_late: Some(begun_late), ..self.figures.clone() };
        Measured { part: Some(Box::new(figures)), ..Measured::default() }
    }
}

/// `None` if it was stopped before.
fn when_it_begins(part: &LoadPart, stop: &Stop) -> Option<Instant> {
    loop {
        if let Some(begins) = part.begins() {
            return Some(part.origin() + begins);
        }
        if stop.reason().is_some() {
            return None;
        }
        // The beginning is known a second before.
        std::thread::sleep(Duration::from_millis(200));
    }
}
