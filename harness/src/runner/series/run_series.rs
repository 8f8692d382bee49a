//! What all series of runs have in common, and the loop that drives them.

use crate::outcome::probe::{LoadLevel, ProbeRow};
use crate::outcome::search::{Found, Purpose};
use crate::runner::run::{Criteria, Run, RunLoad, run_and_judge};
use crate::workload::{LoadModel, Workload};

/// Runs that answer one question: a state machine that is asked for the next load and given its result.
pub trait RunSeries {
    /// What each run is judged by.
    fn criteria(&self) -> &Criteria;

    /// The load to offer next; `None` once the question is answered.
    fn next_workload(&self) -> Option<Workload>;

    /// What a person should know before the next load is offered, if anything.
    fn announcement(&self) -> Option<String> {
        None
    }

    /// Takes the result of the load that [`next_workload`](RunSeries::next_workload) asked for.
    fn record(&mut self, run: Run);
}

/// A series that a whole test consists of.
pub trait TestSeries: RunSeries {
    /// What the runs say about the test. A series that was cut short answers with what it has.
    ///
    /// # Errors
    /// There was no run at all.
    fn conclude(self: Box<Self>) -> Result<TestResult, String>;
}

/// The result of a test.
#[derive(Debug)]
pub struct TestResult {
    /// The run that represents the test.
    pub run: Run,
    /// Every run, if the test consists of several.
    pub probes: Vec<ProbeRow>,
    /// What a search for capacity found.
    pub search: Option<Found>,
}

/// Offers the loads that `series` asks for, until it has its answer or the person interrupts.
///
/// # Errors
/// A load could not be offered.
pub async fn run_series<S: RunSeries + ?Sized>(load: &mut impl RunLoad, series: &mut S) -> Result<(), String> {
    while let Some(workload) = series.next_workload() {
        if let Some(announcement) = series.announcement() {
            load.announce(&announcement);
        }
        let run = run_and_judge(load, workload, series.criteria()).await?;
        series.record(run);
        if load.is_interrupted() {
            break;
        }
    }
    Ok(())
}

/// Marks the run that represents the test.
pub(super) fn mark_judged(rows: &mut [ProbeRow], judged: usize) {
    rows.iter_mut().enumerate().for_each(|(index, row)| row.judged = index == judged);
}

/// The row of the report for one run of a series.
pub(super) fn probe_row(run: &Run, purpose: Option<Purpose>) -> ProbeRow {
    let load = match &run.workload.model {
        LoadModel::Closed(users) => LoadLevel::Users(users.count as u64),
        LoadModel::Open(arrivals) => LoadLevel::PerSecond(arrivals.stages.first().map_or(0.0, |stage| stage.from)),
    };
    ProbeRow::of(load, purpose, &run.measured, &run.judgement)
}
