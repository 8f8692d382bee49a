//! The whole of a worker.

use std::collections::HashMap;
use std::process::ExitCode;
use std::sync::Arc;

use super::described::described;
use crate::cluster::{WorkerPlan, WorkerTest, work};
use crate::server::WorkerProcess;
use crate::session::exit::{NOT_STARTED, Problem};
use crate::session::output::complain;
use crate::session::suite::Suite;

/// Offers parts of loads until the coordinator needs none any more, and returns the exit code.
pub(crate) fn run_worker(suite: &Suite, worker: WorkerProcess) -> ExitCode {
    let cases = match suite.tests() {
        Ok(cases) => cases,
        Err(error) => return ExitCode::from(Problem::usage(error).complain()),
    };
    let described = cases.iter().map(|case| described(&case.name, case.decl)).collect();
    let tests: HashMap<String, WorkerTest> = cases
        .into_iter()
        .map(|case| (case.name, WorkerTest { load: Arc::new(case.decl.offer), needs: case.decl.needs.to_vec() }))
        .collect();
    match work(WorkerPlan { run_id: worker.run_id, tests, described }) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&format!("error: {error}"));
            ExitCode::from(NOT_STARTED)
        }
    }
}
