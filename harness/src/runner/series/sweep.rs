//! A run at each of several levels, or several of which the median stands for the level. The first level that does not pass
//! represents the test, or else the last.

use super::run_series::{RunSeries, TestResult, TestSeries, mark_judged, probe_row};
use crate::measure::{Ended, Measured};
use crate::outcome::probe::{LoadLevel, ProbeRow};
use crate::outcome::{Judgement, Outcome, figure, median_run};
use crate::runner::run::{Criteria, Run};
use crate::workload::Workload;

pub(super) struct LevelSweep {
    workload: Workload,
    /// Users, or arrivals each second; rising.
    levels: Vec<f64>,
    /// Runs at each level; at least 1.
    times: usize,
    criteria: Criteria,
    runs: Vec<Run>,
    probes: Vec<ProbeRow>,
}

impl LevelSweep {
    pub(super) fn new(workload: Workload, levels: Vec<f64>, times: u32, criteria: Criteria) -> LevelSweep {
        let times = times.max(1) as usize;
        LevelSweep { workload, levels, times, criteria, runs: Vec::new(), probes: Vec::new() }
    }

    /// The run of each level that stands for it; that of a level which was cut short is the last.
    fn medians(&self) -> Vec<usize> {
        let of_level = |(level, runs): (usize, &[Run])| {
            let judged: Vec<(&Measured, &Judgement)> = runs.iter().map(|run| (&run.measured, &run.judgement)).collect();
            let is_complete = runs.len() == self.times;
            let median = median_run(&judged, &self.criteria.thresholds).filter(|_| is_complete);
            level * self.times + median.unwrap_or(runs.len() - 1)
        };
        self.runs.chunks(self.times).enumerate().map(of_level).collect()
    }

    fn representative(&self, medians: &[usize]) -> Option<usize> {
        let first = |outcome| medians.iter().copied().find(|index| self.runs[*index].judgement.outcome == outcome);
        // A sweep that lost a worker says so, whatever its levels came to before.
        let lost = self.runs.iter().position(|run| run.judgement.stays_invalid);
        let worst = lost
            .or_else(|| first(Outcome::Errored))
            .or_else(|| first(Outcome::Failed))
            .or_else(|| first(Outcome::Invalid));
        worst.or(medians.last().copied())
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
        let level = self.levels.get(self.runs.len() / self.times)?;
        self.runs.iter().all(can_go_on).then(|| self.workload.clone().at_level(*level))
    }

    fn record(&mut self, run: Run) {
        self.probes.push(probe_row(&run, None));
        self.runs.push(run);
    }
}

impl TestSeries for LevelSweep {
    fn conclude(mut self: Box<Self>) -> Result<TestResult, String> {
        let medians = self.medians();
        let index = self.representative(&medians).ok_or("the sweep has no level")?;
        if self.times > 1 {
            medians.iter().for_each(|median| self.probes[*median].median = true);
        }
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
