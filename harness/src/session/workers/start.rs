//! The workers of a run, started by the process that runs the tests.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use super::described::described;
use crate::cli::Options;
use crate::cluster::{Cluster, ClusterLoad, ClusterPlan};
use crate::runner::Test;
use crate::server::worker_command_words;
use crate::session::exit::Problem;
use crate::session::folder::Folders;
use crate::session::plan::PlannedTest;

/// The workers of a run; none if one process offers its load.
pub(crate) struct Workers(Option<Arc<Cluster>>);

/// Starts the workers that a person wants, and has them offer the load of every test.
pub(crate) fn start(tests: &mut [PlannedTest], options: &Options, folders: &Folders) -> Result<Workers, Problem> {
    let Some(launch) = options.cluster.launch.clone() else { return Ok(Workers(None)) };
    let texts: Vec<String> = tests.iter().map(|planned| described(&planned.test.id.name, planned.decl)).collect();
    let plan = ClusterPlan {
        run_id: &folders.id,
        folder: &folders.run(),
        bind: IpAddr::V4(Ipv4Addr::LOCALHOST),
        launch,
        command: worker_command_words(&folders.id).map_err(Problem::not_started)?,
        tests: &texts,
    };
    let cluster = Arc::new(Cluster::start(plan).map_err(Problem::not_started)?);
    for planned in tests {
        let test = &planned.test;
        let load = Arc::new(ClusterLoad::new(&cluster, &test.id.name, &test.needs));
        planned.test = Arc::new(Test { load, ..Test::clone(test) });
    }
    Ok(Workers(Some(cluster)))
}

impl Workers {
    /// Ends all of them. Returns what went wrong.
    pub(crate) fn close(self) -> Vec<String> {
        self.0.map(|cluster| cluster.close()).unwrap_or_default()
    }
}
