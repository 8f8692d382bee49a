//! The record of a run that has not ended: however the process ends, the record has the tests that had finished.

use std::time::SystemTime;

use super::environment;
use super::folder::Folders;
use super::plan::PlannedTest;
use super::results::{self, Results};
use crate::outcome::{BuiltCrate, Environment, Outcome, RunReport, TestId, TestReport};
use crate::runner::{Test, not_run};

/// Writes the record before each test, and knows what all records of a run share.
#[derive(Debug)]
pub(super) struct InterimRecord {
    folders: Folders,
    started: SystemTime,
    environment: Environment,
    /// Tests that run here only because others need them, and that another process of the run has recorded.
    recorded_elsewhere: Vec<TestId>,
}

impl InterimRecord {
    /// The run begins now. Reads the environment before any load is offered.
    pub(super) fn new(folders: &Folders, crates: Vec<BuiltCrate>, tests: &[PlannedTest]) -> InterimRecord {
        let environment = environment::read(&folders.workspace, crates);
        let recorded_elsewhere = recorded_elsewhere(folders, tests);
        InterimRecord { folders: folders.clone(), started: SystemTime::now(), environment, recorded_elsewhere }
    }

    /// What is measured.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The run with the tests that have ended, each reported by one process of the run.
    pub(super) fn run(&self, mut tests: Vec<TestReport>) -> RunReport {
        tests.retain(|test| test.outcome.is_problem() || !self.is_recorded_elsewhere(&test.id));
        RunReport {
            id: self.folders.id.clone(),
            started: self.started,
            finished: SystemTime::now(),
            environment: self.environment.clone(),
            interrupted: None,
            viewers_peak: None,
            tests,
        }
    }

    /// Writes the tests that have ended. `running` is recorded as errored, which stays so if the process ends before the next write.
    pub(super) fn write(&self, ended: &[TestReport], running: Option<&Test>) {
        let running = running.filter(|test| !self.is_recorded_elsewhere(&test.id)).map(|test| TestReport {
            outcome: Outcome::Errored,
            reason: Some("the process of the tests ended while this test ran".to_owned()),
            ..not_run(test)
        });
        let run = self.run(ended.iter().cloned().chain(running).collect());
        // What cannot be written is reported at the end, when it is tried again.
        results::update_record(&run, &self.folders, &mut Results::default());
    }

    fn is_recorded_elsewhere(&self, id: &TestId) -> bool {
        self.recorded_elsewhere.iter().any(|recorded| recorded.matches(id))
    }
}

/// A needed test runs in the process of each test that needs it, where cargo-nextest starts one for each.
fn recorded_elsewhere(folders: &Folders, tests: &[PlannedTest]) -> Vec<TestId> {
    let for_others = tests.iter().filter(|planned| planned.is_only_for_others).map(|planned| planned.test.id.clone());
    let Some(record) = results::read(folders).filter(|_| folders.is_shared_run()) else { return Vec::new() };
    let has_run = |id: &TestId| record.tests.iter().any(|test| test.id.matches(id) && test.outcome != Outcome::Ignored);
    for_others.filter(has_run).collect()
}
