//! All workers of a run, from their start to their end: [`Cluster`].

use std::ffi::OsString;
use std::future::Future;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use thiserror::Error;
use tokio::runtime::Runtime;
use tokio::time::Instant;

use super::broker::{Broker, BrokerError, check_reach};
use super::clock_offset::ClockOffset;
use super::coming::{COMING_LIMIT, connect_when_up};
use super::coordinator::Coordinator;
use super::identity::{HostMachine, Sameness};
use super::launch::{LaunchError, WorkerProcesses};
use super::launch_template::WorkerLaunch;
use super::link::LinkError;
use super::loads::ReceivedSeconds;
use super::protocol;
use crate::measure::WorkerFacts;

/// How often a person's wish to wait no longer is looked for.
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Workers have so long to answer that they end.
const LEAVING_LIMIT: Duration = Duration::from_secs(2);

/// Without a broker, workers have so long to notice it, to end their loads and to keep what they came to.
const CUT_OFF_LIMIT: Duration = Duration::from_secs(15);

/// Why there are no workers.
#[derive(Debug, Error)]
pub(crate) enum ClusterError {
    /// No broker.
    #[error(transparent)]
    Broker(#[from] BrokerError),
    /// No connection to it.
    #[error(transparent)]
    BrokerLink(#[from] LinkError),
    /// They cannot be started.
    #[error(transparent)]
    WorkerLaunch(#[from] LaunchError),
    /// The system refuses what is needed here.
    #[error("the workers cannot be started: {0}")]
    System(#[from] std::io::Error),
    /// One was refused.
    #[error("{0}")]
    Refused(String),
    /// One ended before all were there.
    #[error("{0}")]
    Ended(String),
    /// A person ended the wait: by which signal.
    #[error("interrupted by {0} while waiting for workers; no test was run")]
    Interrupted(String),
    /// Some did not come.
    #[error(
        "{missing} of {of} workers did not come within {} s; look at what they printed in {folder}",
        COMING_LIMIT.as_secs()
    )]
    Missing { missing: usize, of: usize, folder: String },
}

/// All workers of a run, and what connects them.
pub(crate) struct Cluster {
    coordinator: Arc<Coordinator>,
    runtime: Runtime,
    processes: Arc<WorkerProcesses>,
    broker: Arc<Broker>,
    here: HostMachine,
}

/// What a cluster is made of.
#[derive(Debug)]
pub(crate) struct ClusterPlan<'a> {
    pub(crate) run_id: &'a str,
    /// The folder of the run.
    pub(crate) folder: &'a Path,
    /// The address of this machine at which a broker that is started here listens.
    pub(crate) bind: IpAddr,
    /// How the workers are started, and how many.
    pub(crate) launch: WorkerLaunch,
    /// The words that start this binary as a worker.
    pub(crate) command: Vec<OsString>,
    /// A text for each test, with its load.
    pub(crate) tests: &'a [String],
}

impl Cluster {
    /// Starts the workers and waits until all have come. Meanwhile `waiting` is called with the time and the number of those that have
    /// not; what it returns ends the wait, and is the signal for which it does.
    pub(crate) fn start(
        plan: ClusterPlan<'_>,
        mut waiting: impl FnMut(Duration, usize) -> Option<String>,
    ) -> Result<Cluster, ClusterError> {
        let ClusterPlan { run_id, folder, bind, launch, command, tests } = plan;
        check_reach(&launch, bind)?;
        let own = Sameness::here(protocol::VERSION, tests)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .thread_name("cluster")
            .enable_all()
            .build()?;
        let (workers, began) = (launch.workers(), Instant::now());
        let (broker, coordinator) = runtime.block_on(async {
            let broker = Broker::find_or_start(folder, bind).await?;
            // One that was not started here may come up later.
            let limit = if broker.pid().is_some() { Duration::ZERO } else { COMING_LIMIT };
            let link = tokio::select! {
                link = connect_when_up(broker.address(), "proofload coordinator", 0, limit) => link?,
                signal = interrupted(began, &mut waiting, || workers) => return Err(ClusterError::Interrupted(signal)),
            };
            let coordinator = Arc::new(Coordinator::new(link, run_id, own, &folder.join("workers"), workers));
            for inbox in coordinator.inboxes().await? {
                tokio::spawn(Arc::clone(&coordinator).serve(inbox));
            }
            tokio::spawn(Arc::clone(&coordinator).watch());
            Ok::<_, ClusterError>((broker, coordinator))
        })?;
        let output = folder.join("workers");
        let environment = broker.environment();
        let starting = WorkerProcesses::start(&launch, &command, &environment, &output);
        let processes = Arc::new(runtime.block_on(starting)?);
        coordinator.has_started(&processes);
        let broker = Arc::new(broker);
        let cluster = Cluster { coordinator, runtime, processes, broker, here: HostMachine::here() };
        cluster.watch_processes();
        let missing = || cluster.coordinator.members().missing();
        cluster.block_on(async {
            tokio::select! {
                come = cluster.all_come(&output) => come,
                signal = interrupted(began, &mut waiting, missing) => Err(ClusterError::Interrupted(signal)),
            }
        })?;
        Ok(cluster)
    }

    async fn all_come(&self, output: &Path) -> Result<(), ClusterError> {
        let come = self.coordinator.until(|coordinator| {
            if let Some(why) = coordinator.refused() {
                return Some(Err(ClusterError::Refused(why.to_owned())));
            }
            if let Some(loss) = coordinator.loss() {
                return Some(Err(ClusterError::Ended(loss.at(" before all workers were there"))));
            }
            coordinator.members().are_complete().then_some(Ok(()))
        });
        tokio::time::timeout(COMING_LIMIT, come).await.unwrap_or_else(|_elapsed| {
            let (missing, of) = (self.coordinator.members().missing(), self.coordinator.workers());
            Err(ClusterError::Missing { missing, of, folder: output.display().to_string() })
        })
    }

    /// Neither the broker, nor a worker, nor anything that has started workers may end before the run does.
    fn watch_processes(&self) {
        let (coordinator, processes) = (Arc::clone(&self.coordinator), Arc::clone(&self.processes));
        self.runtime.spawn(async move { processes.each_end(|ended| coordinator.process_ended(ended)).await });
        let (coordinator, broker) = (Arc::clone(&self.coordinator), Arc::clone(&self.broker));
        self.runtime.spawn(async move { coordinator.broker_ended(&broker.end().await) });
    }

    pub(super) fn coordinator(&self) -> &Coordinator {
        &self.coordinator
    }

    pub(super) fn block_on<F: Future>(&self, future: F) -> F::Output {
        self.runtime.handle().block_on(future)
    }

    /// Why no load can be offered any more: what is left of the workers offers no part of the others.
    pub(super) fn unusable(&self) -> Option<String> {
        self.coordinator.loss().map(|loss| loss.afterwards())
    }

    /// Waits until workers that were cut off have kept what they had measured, and have ended: until then they need the servers. Those
    /// that were not started here are not awaited.
    pub(super) fn await_those_cut_off(&self) {
        if !self.coordinator.is_connected() {
            let ended = tokio::time::timeout(CUT_OFF_LIMIT, self.processes.all_ended());
            self.block_on(async { ended.await.ok() });
        }
    }

    /// The host of a worker that cannot reach this machine's 127.0.0.1, if there is such a worker.
    pub(crate) fn host_elsewhere(&self) -> Option<String> {
        let members = self.coordinator.members();
        let mut elsewhere = members.all().filter(|(_, member)| member.hello.machine.network != self.here.network);
        elsewhere.next().map(|(_, member)| member.hello.machine.host.clone())
    }

    /// What is known of a worker without its figures.
    pub(super) fn facts(
        &self,
        worker: usize,
        clock: Option<ClockOffset>,
        seconds: Option<&ReceivedSeconds>,
    ) -> WorkerFacts {
        let members = self.coordinator.members();
        let Some(member) = members.get(worker) else { return WorkerFacts { index: worker, ..WorkerFacts::default() } };
        let (late_heartbeats, longest_silence) = member.beats.late();
        WorkerFacts {
            index: worker,
            machine: member.hello.machine.host.clone(),
            pid: member.hello.pid,
            cores: Some(member.hello.machine.cores),
            clock_offset_s: clock.map(|clock| clock.offset_ns as f64 / 1e9),
            clock_error_s: clock.map(|clock| clock.error_ns as f64 / 1e9),
            late_heartbeats,
            longest_silence_s: Some(longest_silence.as_secs_f64()),
            seconds_missing: seconds.map(|seconds| seconds.missing),
            requests_live: seconds.map(|seconds| seconds.measured.ended()),
            lost: member.lost.is_some(),
        }
    }

    /// Ends all workers and the broker. Returns what went wrong.
    pub(crate) fn close(&self) -> Vec<String> {
        self.block_on(async {
            self.coordinator.dismiss(LEAVING_LIMIT).await;
            if self.unusable().is_none() {
                // A launcher ends after its workers and tidies up; for Slurm, one that is stopped has been cancelled.
                tokio::time::timeout(LEAVING_LIMIT, self.processes.all_ended()).await.ok();
            }
            let all_ended = self.processes.stop_all().await;
            let broker_ended = self.broker.stop().await;
            let left = [("a worker, or its launcher,", all_ended), ("the broker", broker_ended)];
            left.into_iter()
                .filter(|(_, ended)| !ended)
                .map(|(what, _)| format!("{what} did not end, and was left"))
                .collect()
        })
    }
}

/// Returns the signal with which a person ends the wait for missing workers.
async fn interrupted(
    began: Instant,
    waiting: &mut impl FnMut(Duration, usize) -> Option<String>,
    missing: impl Fn() -> usize,
) -> String {
    let mut ticks = tokio::time::interval(LOOK_AGAIN);
    loop {
        ticks.tick().await;
        if let Some(signal) = waiting(began.elapsed(), missing()) {
            return signal;
        }
    }
}
