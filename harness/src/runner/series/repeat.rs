//! The same load several times; the median run represents the test.

use super::run_series::{RunSeries, TestResult, TestSeries, mark_judged, probe_row};
use crate::measure::{Ended, Measured};
use crate::outcome::probe::ProbeRow;
use crate::outcome::{Judgement, median_run};
use crate::runner::run::{Criteria, Run};
use crate::workload::Workload;

pub(super) struct RepeatedRuns {
    workload: Workload,
    times: usize,
    criteria: Criteria,
    runs: Vec<Run>,
    probes: Vec<ProbeRow>,
}

impl RepeatedRuns {
    pub(super) fn new(workload: Workload, times: u32, criteria: Criteria) -> RepeatedRuns {
        RepeatedRuns { workload, times: times as usize, criteria, runs: Vec::new(), probes: Vec::new() }
    }

    /// A series that was cut short is represented by the run that ended it.
    fn representative(&self) -> Option<usize> {
        let is_last_lost = self.runs.last().is_some_and(|run| run.judgement.stays_invalid);
        if self.runs.len() < self.times || is_last_lost {
            return self.runs.len().checked_sub(1);
        }
        let judged: Vec<(&Measured, &Judgement)> =
            self.runs.iter().map(|run| (&run.measured, &run.judgement)).collect();
        median_run(&judged, &self.criteria.thresholds)
    }
}

impl RunSeries for RepeatedRuns {
    fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    fn next_workload(&self) -> Option<Workload> {
        let all_as_planned = self.runs.iter().all(|run| run.measured.ended == Ended::AsPlanned);
        (all_as_planned && self.runs.len() < self.times).then(|| self.workload.clone())
    }

    fn record(&mut self, run: Run) {
        self.probes.push(probe_row(&run, None));
        self.runs.push(run);
    }
}

impl TestSeries for RepeatedRuns {
    fn conclude(mut self: Box<Self>) -> Result<TestResult, String> {
        let index = self.representative().ok_or("`repeat` asked for no run at all")?;
        mark_judged(&mut self.probes, index);
        let (which, of) = (index + 1, self.runs.len());
        let mut run = self.runs.swap_remove(index);
        // A run that ended the test early is not chosen from several.
        if of == self.times && of > 1 && !run.judgement.stays_invalid {
            run.judgement.reason =
                run.judgement.reason.map(|reason| format!("in run {which} of {of}, the median: {reason}"));
        }
        Ok(TestResult { run, probes: self.probes, search: None })
    }
}
