//! One run, made longer while a limit lies inside the interval of its figure.

use super::run_series::{RunSeries, TestResult, TestSeries};
use crate::outcome::longer;
use crate::runner::run::{Criteria, Run};
use crate::workload::{LoadModel, RunLength, Workload};

pub(super) struct SingleRun {
    workload: Workload,
    criteria: Criteria,
    latest: Option<Run>,
}

impl SingleRun {
    pub(super) fn new(workload: Workload, criteria: Criteria) -> SingleRun {
        SingleRun { workload, criteria, latest: None }
    }
}

impl RunSeries for SingleRun {
    fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    fn next_workload(&self) -> Option<Workload> {
        match &self.latest {
            None => Some(self.workload.clone()),
            Some(run) if run.judgement.wants_longer => extended(&run.workload),
            Some(_) => None,
        }
    }

    fn record(&mut self, run: Run) {
        self.latest = Some(run);
    }
}

impl TestSeries for SingleRun {
    fn conclude(self: Box<Self>) -> Result<TestResult, String> {
        let run = self.latest.ok_or("the test was not run")?;
        Ok(TestResult { run, probes: Vec::new(), search: None })
    }
}

/// The same load for longer; `None` if it is long enough, or if more than its length would change.
fn extended(workload: &Workload) -> Option<Workload> {
    let RunLength::Duration(duration) = workload.length else { return None };
    let length = longer(duration)?;
    let mut workload = Workload { length: RunLength::Duration(length), ..workload.clone() };
    match &mut workload.model {
        LoadModel::Closed(users) if users.stages.is_empty() => Some(workload),
        LoadModel::Open(arrivals) => {
            let [stage] = arrivals.stages.as_mut_slice() else { return None };
            stage.over = stage.is_steady().then_some(length)?;
            Some(workload)
        }
        LoadModel::Closed(_) => None,
    }
}
