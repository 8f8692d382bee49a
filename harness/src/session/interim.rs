//! The record of a run that has not ended: however the process ends, the record has the tests that had finished.

use std::time::SystemTime;

use super::environment;
use super::folder::Folders;
use super::results::{self, Results};
use crate::outcome::{BuiltCrate, Environment, Outcome, RunReport, TestReport};
use crate::runner::{Test, not_run};

/// Writes the record before each test, and knows what all records of a run share.
#[derive(Debug)]
pub(super) struct InterimRecord {
    folders: Folders,
    started: SystemTime,
    environment: Environment,
}

impl InterimRecord {
    /// The run begins now. Reads the environment before any load is offered.
    pub(super) fn new(folders: &Folders, crates: Vec<BuiltCrate>) -> InterimRecord {
        let environment = environment::read(&folders.workspace, crates);
        InterimRecord { folders: folders.clone(), started: SystemTime::now(), environment }
    }

    /// What is measured.
    pub(super) fn environment(&self) -> &Environment {
        &self.environment
    }

    /// The run with the tests that have ended.
    pub(super) fn run(&self, tests: Vec<TestReport>) -> RunReport {
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
        let running = running.map(|test| TestReport {
            outcome: Outcome::Errored,
            reason: Some("the process of the tests ended while this test ran".to_owned()),
            ..not_run(test)
        });
        let run = self.run(ended.iter().cloned().chain(running).collect());
        // What cannot be written is reported at the end, when it is tried again.
        results::update_record(&run, &self.folders, &mut Results::default());
    }
}
