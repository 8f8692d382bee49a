//! One run, made longer while a limit lies inside the interval of its figure.

use std::time::Duration;

use super::run_series::{RunSeries, TestResult, TestSeries};
use crate::outcome::{ThresholdVerdict, figure, longer};
use crate::runner::run::{Criteria, Run};
use crate::workload::{Extension, LoadModel, RunLength, Workload};

pub(super) struct SingleRun {
    workload: Workload,
    extension: Extension,
    criteria: Criteria,
    latest: Option<Run>,
    /// How long all runs took together.
    spent: Duration,
}

impl SingleRun {
    pub(super) fn new(workload: Workload, extension: Extension, criteria: Criteria) -> SingleRun {
        SingleRun { workload, extension, criteria, latest: None, spent: Duration::ZERO }
    }

    /// The longer run that `run` calls for; `None` if it decides, or if there is no time for another.
    fn longer_than(&self, run: &Run) -> Option<Workload> {
        let next = extended(&run.workload).filter(|_| run.judgement.wants_longer)?;
        self.extension.allows(self.spent, time_of(&next)).then_some(next)
    }
}

impl RunSeries for SingleRun {
    fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    fn next_workload(&self) -> Option<Workload> {
        match &self.latest {
            None => Some(self.workload.clone()),
            Some(run) => self.longer_than(run),
        }
    }

    fn record(&mut self, run: Run) {
        self.spent += run.elapsed;
        self.latest = Some(run);
    }

    fn announcement(&self) -> Option<String> {
        let run = self.latest.as_ref()?;
        let next = self.longer_than(run)?;
        let limits: Vec<String> = run.judgement.thresholds.iter().filter_map(borderline_limit).collect();
        Some(format!(
            "{}: another measurement might decide otherwise, so it is made once more, which takes {} (`extend = false` switches \
             this off, `--max-time` limits it)",
            limits.join(", "),
            figure::time(time_of(&next).as_secs_f64())
        ))
    }
}

impl TestSeries for SingleRun {
    fn conclude(self: Box<Self>) -> Result<TestResult, String> {
        let run = self.latest.ok_or("the test was not run")?;
        Ok(TestResult { run, probes: Vec::new(), search: None })
    }
}

/// `p95 < 50ms` lies inside 48.0 ms to 53.0 ms
fn borderline_limit(verdict: &ThresholdVerdict) -> Option<String> {
    let threshold = verdict.borderline.then_some(&verdict.threshold)?;
    Some(match verdict.interval {
        Some(interval) => {
            let interval = figure::interval(threshold.metric, interval);
            format!("the limit of `{threshold}` lies inside the 95 % interval {interval}")
        }
        None => format!(
            "the limit of `{threshold}` is near, and neighbouring requests are alike for so long that the run is too short for an \
             interval"
        ),
    })
}

/// A workload that is extended ends by time; only its warm-up may be a number of requests, which has no known time.
fn time_of(workload: &Workload) -> Duration {
    let RunLength::Duration(length) = workload.length else { return Duration::ZERO };
    workload.planned_time().unwrap_or(length)
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
