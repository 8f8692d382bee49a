//! A run at each of several levels. The first that does not pass represents the test, or else the last.

use super::run_series::{RunSeries, TestResult, TestSeries, mark_judged, probe_row};
use crate::measure::Ended;
use crate::outcome::probe::{LoadLevel, ProbeRow};
use crate::outcome::{Outcome, figure};
use crate::runner::run::{Criteria, Run};
use crate::workload::Workload;

pub(super) struct LevelSweep {
    workload: Workload,
    /// Users, or arrivals each second; rising.
    levels: Vec<f64>,
    criteria: Criteria,
    runs: Vec<Run>,
    probes: Vec<ProbeRow>,
}

impl LevelSweep {
    pub(super) fn new(workload: Workload, levels: Vec<f64>, criteria: Criteria) -> LevelSweep {
        LevelSweep { workload, levels, criteria, runs: Vec::new(), probes: Vec::new() }
    }

    fn representative(&self) -> Option<usize> {
        let first = |outcome| self.runs.iter().position(|run| run.judgement.outcome == outcome);
        let worst = first(Outcome::Errored).or_else(|| first(Outcome::Failed)).or_else(|| first(Outcome::Invalid));
        worst.or(self.runs.len().checked_sub(1))
    }
}

impl RunSeries for LevelSweep {
    fn criteria(&self) -> &Criteria {
        &self.criteria
    }

    /// A level without an answer is a result; a level that broke ends the sweep.
    fn next_workload(&self) -> Option<Workload> {
        let can_go_on =
            |run: &Run| matches!(run.measured.ended, Ended::AsPlanned | Ended::NoAnswer(_) | Ended::Refused { .. });
        let level = self.levels.get(self.runs.len())?;
        self.runs.iter().all(can_go_on).then(|| self.workload.clone().at_level(*level))
    }

    fn record(&mut self, run: Run) {
        self.probes.push(probe_row(&run, None));
        self.runs.push(run);
    }
}

impl TestSeries for LevelSweep {
    fn conclude(mut self: Box<Self>) -> Result<TestResult, String> {
        let index = self.representative().ok_or("the sweep has no level")?;
        mark_judged(&mut self.probes, index);
        let mut run = self.runs.swap_remove(index);
        let level = level_text(self.probes[index].load);
        run.judgement.reason = run.judgement.reason.map(|reason| format!("at {level}: {reason}"));
        Ok(TestResult { run, probes: self.probes, search: None })
    }
}

/// `200 users`, `1,230/s`
fn level_text(load: LoadLevel) -> String {
    match load {
        LoadLevel::Users(1) => "1 user".to_owned(),
        LoadLevel::Users(users) => format!("{} users", figure::count(users)),
        LoadLevel::PerSecond(rate) => figure::rate(rate),
    }
}
