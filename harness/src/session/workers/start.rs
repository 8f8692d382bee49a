//! The workers of a run, started by the process that runs the tests.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use super::described::described;
use crate::cli::Options;
use crate::cluster::{Cluster, ClusterError, ClusterLoad, ClusterPlan};
use crate::runner::{Interruption, ServerPlaces, Test, loopback_servers_of};
use crate::server::worker_command_words;
use crate::session::exit::Problem;
use crate::session::folder::Folders;
use crate::session::interrupt;
use crate::session::output::complain;
use crate::session::plan::PlannedTest;
use crate::session::trials::will_run;

/// How often a line says what is waited for.
const SAY_EVERY: Duration = Duration::from_secs(10);

/// The workers of a run; none if one process offers its load.
pub(crate) struct RunWorkers(Option<Arc<Cluster>>);

/// Starts the workers that a person wants, and has them offer the load of every test.
pub(crate) fn start(
    tests: &mut [PlannedTest],
    options: &Options,
    folders: &Folders,
    interruption: &Interruption,
) -> Result<RunWorkers, Problem> {
    let Some(launch) = options.cluster.launch.clone() else { return Ok(RunWorkers(None)) };
    let workers = launch.workers();
    let texts: Vec<String> = tests.iter().map(|planned| described(&planned.test.id.name, planned.decl)).collect();
    let plan = ClusterPlan {
        run_id: &folders.id,
        folder: &folders.run(),
        bind: options.bind.unwrap_or(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        launch,
        command: worker_command_words(&folders.id).map_err(Problem::not_started)?,
        tests: &texts,
    };
    let places = Arc::new(ServerPlaces { targets: options.targets.clone(), bind: options.bind });
    let mut lines = 0;
    let waiting = |waited: Duration, missing: usize| {
        if waited >= SAY_EVERY * (lines + 1) {
            lines += 1;
            complain(&format!(
                "waiting for {missing} of {workers} workers for {} s (Ctrl-C stops waiting)",
                waited.as_secs()
            ));
        }
        interruption.cause().map(str::to_owned)
    };
    let cluster = Arc::new(Cluster::start(plan, waiting).map_err(problem)?);
    if let Some(why) = out_of_reach(&cluster, tests, options, &places) {
        cluster.close();
        return Err(Problem::usage(format!("{why}; no test was run")));
    }
    for planned in tests {
        let test = &planned.test;
        let load = Arc::new(ClusterLoad::new(&cluster, &test.id.name, &test.needs, &places));
        planned.test = Arc::new(Test { load, ..Test::clone(test) });
    }
    Ok(RunWorkers(Some(cluster)))
}

fn problem(error: ClusterError) -> Problem {
    match &error {
        ClusterError::Interrupted(signal) => {
            Problem { exit_code: interrupt::exit_code(signal), text: error.to_string() }
        }
        _ => Problem::not_started(error),
    }
}

/// A server that a worker cannot reach, as far as that is known before anything is set up.
fn out_of_reach(cluster: &Cluster, tests: &[PlannedTest], options: &Options, places: &ServerPlaces) -> Option<String> {
    let host = cluster.host_elsewhere()?;
    let mut wanted = tests.iter().filter(|planned| will_run(planned, &options.output));
    let server = wanted.find_map(|planned| loopback_servers_of(&planned.test.needs, places).into_iter().next())?;
    Some(server.out_of_reach_of(&host))
}

impl RunWorkers {
    /// Ends all of them. Returns what went wrong.
    pub(crate) fn close(self) -> Vec<String> {
        self.0.map(|cluster| cluster.close()).unwrap_or_default()
    }
}
