//! What a test makes of its workload: one run, or several that answer one question.

use super::environment::is_optimised;
use super::perform::Performer;
use super::plan::PlannedTest;
use crate::fixture::BoundFixtures;
use crate::measure::{Ended, Measured};
use crate::outcome::probe::{Load, ProbeRow};
use crate::outcome::search::{Found, Purpose};
use crate::outcome::{Judgement, Outcome, figure, judge, longer, median_run};
use crate::server::Server;
use crate::threshold::Threshold;
use crate::workload::{LoadModel, RunLength, RunPlan, Workload};

/// What all runs of a test came to.
pub(super) struct Carried {
    /// The load of the run that stands for the test, and what it came to.
    pub(super) workload: Workload,
    pub(super) measured: Measured,
    pub(super) judgement: Judgement,
    /// Every run, if there were several.
    pub(super) probes: Vec<ProbeRow>,
    /// What a search for capacity found.
    pub(super) search: Option<Found>,
}

/// A test whose fixtures are set up, and the runs so far.
pub(super) struct Course<'a> {
    pub(super) performer: &'a Performer,
    pub(super) test: &'a PlannedTest,
    pub(super) bound: &'a BoundFixtures,
    pub(super) servers: &'a [Server],
    pub(super) prefix: &'a str,
    pub(super) probes: Vec<ProbeRow>,
    pub(super) found: Option<Found>,
}

/// A measurement and what it came to.
pub(super) type Run = (Measured, Judgement);

impl Course<'_> {
    /// Carries the test's programme out with `workload`.
    pub(super) async fn carry_out(mut self, workload: &Workload) -> Result<Carried, String> {
        let mut workload = workload.clone();
        let (measured, judgement) = match &self.test.runs {
            // A spike is one run of three stages.
            RunPlan::Once | RunPlan::Spike(_) => self.once(&mut workload).await?,
            RunPlan::Repeat(times) => self.repeat(&workload, *times).await?,
            RunPlan::Sweep(levels) => self.sweep(&mut workload, levels).await?,
            RunPlan::Capacity(plan) => self.capacity(&mut workload, plan).await?,
        };
        Ok(Carried { workload, measured, judgement, probes: self.probes, search: self.found })
    }

    /// One run, made longer while a limit lies inside the interval of its figure.
    async fn once(&self, workload: &mut Workload) -> Result<Run, String> {
        loop {
            let (measured, judgement) = self.run(workload, &self.test.case.thresholds).await?;
            match extended(workload).filter(|_| judgement.wants_longer && !self.is_interrupted()) {
                Some(longer) => *workload = longer,
                None => return Ok((measured, judgement)),
            }
        }
    }

    async fn repeat(&mut self, workload: &Workload, times: u32) -> Result<Run, String> {
        let thresholds = &self.test.case.thresholds;
        let mut runs: Vec<Run> = Vec::new();
        for _ in 0..times {
            let run = self.run(workload, thresholds).await?;
            self.keep(workload, None, &run);
            let goes_on = run.0.ended == Ended::AsPlanned && !self.is_interrupted();
            runs.push(run);
            if !goes_on {
                break;
            }
        }
        let broke_off = (runs.len() < times as usize).then(|| runs.len() - 1);
        let index = broke_off.or_else(|| median_run(&runs, thresholds)).ok_or("`repeat` asked for no run at all")?;
        Ok(runs.swap_remove(index))
    }

    /// Every level is judged; the first that fails stands for the test, else the last.
    async fn sweep(&mut self, workload: &mut Workload, levels: &[f64]) -> Result<Run, String> {
        let mut runs: Vec<Run> = Vec::new();
        for level in levels {
            let at_level = workload.clone().at_level(*level);
            let run = self.run(&at_level, &self.test.case.thresholds).await?;
            self.keep(&at_level, None, &run);
            let goes_on = matches!(run.0.ended, Ended::AsPlanned | Ended::NoAnswer(_)) && !self.is_interrupted();
            runs.push(run);
            if !goes_on {
                break;
            }
        }
        let first = |outcome| runs.iter().position(|(_, judgement)| judgement.outcome == outcome);
        let worst = first(Outcome::Errored).or_else(|| first(Outcome::Failed)).or_else(|| first(Outcome::Invalid));
        let index = worst.or(runs.len().checked_sub(1)).ok_or("the sweep has no level")?;
        *workload = workload.clone().at_level(levels[index]);
        let (measured, mut judgement) = runs.swap_remove(index);
        let at = told(self.probes[index].load);
        judgement.reason = judgement.reason.map(|reason| format!("at {at}: {reason}"));
        Ok((measured, judgement))
    }

    pub(super) async fn run(&self, workload: &Workload, thresholds: &[Threshold]) -> Result<Run, String> {
        let kind = self.test.case.decl.kind;
        let measured =
            self.performer.offer(self.test, workload, thresholds, self.bound, self.servers, self.prefix).await?;
        let judgement = judge(&measured, thresholds, kind, is_optimised());
        Ok((measured, judgement))
    }

    pub(super) fn is_interrupted(&self) -> bool {
        self.performer.interrupt.signal().is_some()
    }

    pub(super) fn keep(&mut self, workload: &Workload, purpose: Option<Purpose>, (measured, judgement): &Run) {
        let load = match &workload.model {
            LoadModel::Closed(users) => Load::Users(users.count as u64),
            LoadModel::Open(arrivals) => Load::PerSecond(arrivals.stages.first().map_or(0.0, |stage| stage.from)),
        };
        self.probes.push(ProbeRow::of(load, purpose, measured, judgement));
    }
}

/// `200 users`, `1,230/s`
fn told(load: Load) -> String {
    match load {
        Load::Users(users) => format!("{} users", figure::count(users)),
        Load::PerSecond(rate) => figure::rate(rate),
    }
}

/// The same load for longer; `None` if nothing but its length could be changed by that, or it is long enough.
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
