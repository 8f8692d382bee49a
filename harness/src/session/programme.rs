//! What a test makes of its workload: one run, or several that answer one question.

use std::time::Instant;

use super::environment::is_optimised;
use super::perform::Performer;
use super::plan::PlannedTest;
use crate::fixture::Bound;
use crate::kind::Kind;
use crate::measure::{Ended, Measured};
use crate::metric::Metric;
use crate::outcome::knee::{self, Level};
use crate::outcome::search::{Found, Probe, Search, Step};
use crate::outcome::{
    Judgement, Outcome, ProbeRow, RunPart, ThresholdVerdict, figure, judge, longer, median_run, probe_result,
};
use crate::server::Server;
use crate::threshold::Threshold;
use crate::workload::{Calibration, CapacitySearch, Length, Pace, Programme, Warmup, Workload};

/// What all runs of a test came to.
pub(super) struct Carried {
    /// Of the run that stands for the test.
    pub(super) measured: Measured,
    pub(super) judgement: Judgement,
    /// Every run, if there were several.
    pub(super) runs: Vec<ProbeRow>,
}

/// A test whose fixtures are set up, and the runs so far.
pub(super) struct Course<'a> {
    pub(super) performer: &'a Performer,
    pub(super) test: &'a PlannedTest,
    pub(super) bound: &'a Bound,
    pub(super) servers: &'a [Server],
    pub(super) prefix: &'a str,
    pub(super) runs: Vec<ProbeRow>,
}

type Run = (Measured, Judgement);

impl Course<'_> {
    /// Carries the test's programme out with `workload`.
    pub(super) async fn carry_out(mut self, workload: &Workload) -> Result<Carried, String> {
        let (measured, judgement) = match &self.test.programme {
            // A spike is one run of three stages.
            Programme::Once | Programme::Spike(_) => self.once(workload.clone()).await?,
            Programme::Repeat(times) => self.repeat(workload, *times).await?,
            Programme::Sweep(levels) => self.sweep(workload, levels).await?,
            Programme::Capacity(plan) => self.capacity(workload, plan).await?,
        };
        Ok(Carried { measured, judgement, runs: self.runs })
    }

    /// The rate that the server takes with this test, for `rate = 50% of capacity`; else why it is not known.
    pub(super) async fn calibrate(mut self, calibration: &Calibration) -> Result<Result<f64, String>, String> {
        let (found, _) = self.search(&self.test.workload, &calibration.search).await?;
        let unknown = || format!("its rate is a share of the capacity, and {}", not_found(found, &calibration.search));
        Ok(found.capacity_per_s.filter(|_| !found.limited_by_generator).ok_or_else(unknown))
    }

    /// One run, made longer while a limit lies inside the interval of its figure.
    async fn once(&self, mut workload: Workload) -> Result<Run, String> {
        loop {
            let (measured, judgement) = self.run(&workload, &self.test.case.thresholds).await?;
            match extended(&workload).filter(|_| judgement.wants_longer && !self.is_interrupted()) {
                Some(longer) => workload = longer,
                None => return Ok((measured, judgement)),
            }
        }
    }

    async fn repeat(&mut self, workload: &Workload, times: u32) -> Result<Run, String> {
        let thresholds = &self.test.case.thresholds;
        let mut runs: Vec<Run> = Vec::new();
        for _ in 0..times {
            let run = self.run(workload, thresholds).await?;
            self.keep(RunPart::Repeat, workload, &run, run.1.outcome == Outcome::Passed);
            let goes_on = run.0.ended == Ended::AsPlanned && !self.is_interrupted();
            runs.push(run);
            if !goes_on {
                return Ok(self.stand_for(runs.len() - 1, runs));
            }
        }
        let median = median_run(&runs, thresholds).ok_or("`repeat` asked for no run at all")?;
        Ok(self.stand_for(median, runs))
    }

    /// Every level is judged; the first that fails stands for the test, else the last.
    async fn sweep(&mut self, workload: &Workload, levels: &[f64]) -> Result<Run, String> {
        let mut runs: Vec<Run> = Vec::new();
        for level in levels {
            let at_level = workload.clone().at_level(*level);
            let run = self.run(&at_level, &self.test.case.thresholds).await?;
            self.keep(RunPart::Level, &at_level, &run, run.1.outcome == Outcome::Passed);
            let goes_on = matches!(run.0.ended, Ended::AsPlanned | Ended::NoAnswer(_)) && !self.is_interrupted();
            runs.push(run);
            if !goes_on {
                return Ok(self.stand_for(runs.len() - 1, runs));
            }
        }
        self.mark_knee();
        let worst = |outcome| runs.iter().position(|(_, judgement)| judgement.outcome == outcome);
        let index = worst(Outcome::Failed).or(worst(Outcome::Invalid)).or(runs.len().checked_sub(1));
        let (measured, mut judgement) = self.stand_for(index.ok_or("the sweep has no level")?, runs);
        judgement.reason = judgement.reason.map(|reason| format!("{}: {reason}", self.level_told()));
        Ok((measured, judgement))
    }

    /// `at 200 users`: where the run that stands for the sweep was.
    fn level_told(&self) -> String {
        let row = self.runs.iter().find(|row| row.is_judged);
        row.map_or_else(String::new, |row| match row.is_rate {
            true => format!("at {}", figure::rate(row.load)),
            false => format!("at {} users", row.load),
        })
    }

    fn mark_knee(&mut self) {
        let level = |row: &ProbeRow| Level { load: row.load, throughput_per_s: row.total.throughput_per_s };
        let levels: Vec<Level> = self.runs.iter().map(level).collect();
        if let Some(row) = knee::of(&levels).and_then(|index| self.runs.get_mut(index)) {
            row.is_knee = true;
        }
    }

    /// The run that validated the result stands for the test, or else the last one.
    async fn capacity(&mut self, workload: &Workload, plan: &CapacitySearch) -> Result<Run, String> {
        let (found, last) = self.search(workload, plan).await?;
        let mut measured = last.ok_or_else(|| not_found(found, plan))?;
        measured.capacity_per_s = found.capacity_per_s;
        if let Some(row) = self.runs.last_mut() {
            row.is_judged = true;
        }
        let mut judgement = judge(&measured, &self.test.case.thresholds, Kind::Capacity, is_optimised());
        if measured.ended == Ended::AsPlanned && !self.is_interrupted() {
            weigh(found, plan, &mut judgement);
        }
        Ok((measured, judgement))
    }

    /// Probes until the search is over, a run ends before its time, or we are interrupted.
    async fn search(
        &mut self,
        workload: &Workload,
        plan: &CapacitySearch,
    ) -> Result<(Found, Option<Measured>), String> {
        let thresholds = limits_of_a_rate(&self.test.case.thresholds);
        let (mut search, mut last) = (Search::new(plan), None);
        loop {
            let probe = match search.next() {
                Step::Probe(probe) if !self.is_interrupted() => probe,
                Step::Probe(_) => return Ok((Found::default(), last)),
                Step::Done(found) => return Ok((found, last)),
            };
            let (started, load) = (Instant::now(), load_of(workload, &probe));
            let run = self.run(&load, &thresholds).await?;
            let result = probe_result(&run.0, &run.1, probe.measure, started.elapsed());
            self.keep(probe.purpose.into(), &load, &run, result.is_held());
            search.tell(result);
            let is_broken = matches!(run.0.ended, Ended::Broken(_) | Ended::Stopped(_));
            last = Some(run.0);
            if is_broken {
                return Ok((Found::default(), last));
            }
        }
    }

    async fn run(&self, workload: &Workload, thresholds: &[Threshold]) -> Result<Run, String> {
        let kind = self.test.case.decl.kind;
        let measured =
            self.performer.offer(self.test, workload, thresholds, self.bound, self.servers, self.prefix).await?;
        let judgement = judge(&measured, thresholds, kind, is_optimised());
        Ok((measured, judgement))
    }

    fn is_interrupted(&self) -> bool {
        self.performer.interrupt.signal().is_some()
    }

    fn keep(&mut self, part: RunPart, workload: &Workload, (measured, judgement): &Run, holds: bool) {
        let (load, is_rate) = match &workload.pace {
            Pace::Users(users) => (users.count as f64, false),
            Pace::Arrivals(arrivals) => (arrivals.stages.first().map_or(0.0, |stage| stage.from), true),
        };
        let sent = measured.generator.sent.zip(measured.generator.planned.filter(|planned| *planned > 0));
        self.runs.push(ProbeRow {
            part,
            load,
            is_rate,
            outcome: judgement.outcome,
            reason: judgement.reason.clone(),
            holds,
            is_judged: false,
            is_knee: false,
            span: measured.span,
            total: measured.total.clone(),
            sent_share: sent.map(|(sent, planned)| sent as f64 / planned as f64),
            thresholds: judgement.thresholds.clone(),
        });
    }

    /// Marks the run, and takes it out of the others.
    fn stand_for(&mut self, index: usize, mut runs: Vec<Run>) -> Run {
        if let Some(row) = self.runs.get_mut(index) {
            row.is_judged = true;
        }
        runs.swap_remove(index)
    }
}

/// The search's own verdict on top of that of its last run.
fn weigh(found: Found, plan: &CapacitySearch, judgement: &mut Judgement) {
    let proves_enough =
        |verdict: &crate::outcome::ThresholdVerdict| verdict.threshold.metric == Metric::Capacity && verdict.holds;
    if found.limited_by_generator {
        let why = generator_told(found);
        if judgement.outcome == Outcome::Passed && judgement.thresholds.iter().any(proves_enough) {
            judgement.warnings.push(format!("{why}: the server may well take more"));
        } else {
            (judgement.outcome, judgement.reason) = (Outcome::Invalid, Some(why));
        }
    } else if found.capacity_per_s.is_none() {
        (judgement.outcome, judgement.reason) = (Outcome::Failed, Some(not_found(found, plan)));
    }
}

fn not_found(found: Found, plan: &CapacitySearch) -> String {
    match found.not_converged(plan.budget) {
        Some(why) if !found.limited_by_generator => why,
        _ => generator_told(found),
    }
}

fn generator_told(found: Found) -> String {
    let rate = found.breaks_at_per_s.map_or_else(String::new, |rate| format!(" {}", figure::rate(rate)));
    format!("the generator, and not the server, was the limit: it could not offer{rate}")
}

/// The thresholds that must hold at a rate: what counts requests says more about the rate than about the server.
fn limits_of_a_rate(thresholds: &[Threshold]) -> Vec<Threshold> {
    let bounds_the_load = |metric| {
        matches!(
            metric,
            Metric::Capacity | Metric::Throughput | Metric::PeakThroughput | Metric::Requests | Metric::Recovery
        )
    };
    thresholds.iter().filter(|threshold| !bounds_the_load(threshold.metric)).cloned().collect()
}

fn load_of(workload: &Workload, probe: &Probe) -> Workload {
    let (warmup, length) = (Warmup::Duration(probe.settle), Length::Duration(probe.measure));
    Workload { warmup, length, ..workload.clone() }.at_level(probe.rate_per_s)
}

/// The same load for longer; `None` if nothing but its length could be changed by that, or it is long enough.
fn extended(workload: &Workload) -> Option<Workload> {
    let Length::Duration(duration) = workload.length else { return None };
    let length = longer(duration)?;
    let mut workload = Workload { length: Length::Duration(length), ..workload.clone() };
    match &mut workload.pace {
        Pace::Users(users) if users.stages.is_empty() => Some(workload),
        Pace::Arrivals(arrivals) => {
            let [stage] = arrivals.stages.as_mut_slice() else { return None };
            stage.over = stage.is_steady().then_some(length)?;
            Some(workload)
        }
        Pace::Users(_) => None,
    }
}
