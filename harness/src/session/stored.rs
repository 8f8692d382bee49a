//! What earlier runs came to, and what this run adds to it: [`StoredRuns`].

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use super::folder::{Folders, read_if_there};
use super::history::{HistoryStore, ReadHistory, Wanted, read};
use super::input::Input;
use super::plan::PlannedTest;
use super::results::Results;
use crate::baseline::{Baselines, EarlierRuns, KnownTests, Machine};
use crate::cli::HistoryPlace;
use crate::comparison::ChangeVerdict;
use crate::history::{HistoryFile, ReferenceQuery, StoredHistory, StoredReference, compare, judge_relative};
use crate::outcome::{Environment, Outcome, RunReport, TestId, TestReport};
use crate::threshold::{ReferenceFigure, Threshold};
use crate::workload::RunPlan;

/// `p95 <= 110% of baseline`: thresholds that are judged when their test has ended, each with its place among all of the test.
pub(super) type RelativeThresholds = BTreeMap<TestId, Vec<(usize, Threshold)>>;

/// Takes the thresholds that are a share of the baseline out of the tests: the runner, which measures, does not know stored runs.
pub(super) fn take_relative(tests: &mut [PlannedTest]) -> RelativeThresholds {
    let of_baseline = |threshold: &Threshold| {
        threshold.relative.as_ref().is_some_and(|relative| relative.of == ReferenceFigure::Baseline)
    };
    let mut taken = RelativeThresholds::new();
    for planned in tests.iter_mut().filter(|planned| planned.test.thresholds.iter().any(of_baseline)) {
        let test = Arc::make_mut(&mut planned.test);
        let places = test.thresholds.iter().enumerate().filter(|(_, threshold)| of_baseline(threshold));
        taken.insert(test.id.clone(), places.map(|(place, threshold)| (place, threshold.clone())).collect());
        test.thresholds.retain(|threshold| !of_baseline(threshold));
    }
    taken
}

/// Why a load that several processes have offered is compared with no other.
pub(super) const BY_WORKERS: &str = "several workers offered the load, so the figures are of another generator";

/// The baselines and the history that a run begins with.
pub(super) struct StoredRuns {
    store: HistoryStore,
    /// Where the files of history are was chosen by a person.
    is_chosen: bool,
    /// Why this run is no part of history.
    why_not: Option<&'static str>,
    known_tests: KnownTests,
    machine: Machine,
    /// `None` if the work tree has changes: then it is of no commit.
    commit: Option<String>,
    baselines: Option<Baselines>,
    history: StoredHistory,
    /// What was wrong with the files.
    notes: Vec<String>,
    relative: RelativeThresholds,
    /// Tests of one load, which have figures that can be compared.
    of_one_load: BTreeSet<TestId>,
    /// A comparison that cannot tell fails its test.
    strict: bool,
    /// Tests that failed for no other reason than that.
    only_unclear: Mutex<BTreeSet<TestId>>,
}

impl StoredRuns {
    /// Reads the baselines, and as much of history as the selected tests need.
    pub(super) fn read(input: &Input, environment: &Environment, relative: RelativeThresholds) -> StoredRuns {
        let known_tests: KnownTests =
            input.tests.iter().map(|planned| (planned.test.id.clone(), planned.load())).collect();
        let baselines = baselines(&input.folders);
        let place = &input.options.compare.history;
        let store = HistoryStore::of(place, &input.folders);
        let machine = Machine::of(environment);
        let selected = input.tests.iter().filter(|planned| planned.is_selected);
        let tests: Vec<_> = selected.map(|planned| (planned.test.id.clone(), planned.load())).collect();
        let accepted = |test: &TestId| baselines.as_ref()?.row(test)?.accepted_at();
        let since = tests.iter().filter_map(|(test, _)| accepted(test)).min();
        let wanted = Wanted { machine: Some(machine.clone()), tests, since };
        let mut notes = Vec::new();
        let ReadHistory { history, warning } = read(&store, &wanted).unwrap_or_else(|error| {
            notes.push(format!("history not read: {error}"));
            ReadHistory::default()
        });
        notes.extend(warning);
        let is_dirty = environment.git_dirty != Some(false);
        StoredRuns {
            store,
            is_chosen: *place != HistoryPlace::BesideRuns,
            why_not: why_no_history(input),
            known_tests,
            machine,
            commit: environment.git_commit.clone().filter(|_| !is_dirty),
            baselines,
            history,
            notes,
            relative,
            of_one_load: input.tests.iter().filter(|planned| is_of_one_load(planned)).map(id).collect(),
            strict: input.options.compare.strict,
            only_unclear: Mutex::default(),
        }
    }

    /// The report of a test that has ended, judged by its share of the baseline and compared with stored runs.
    pub(super) fn compared(&self, report: TestReport) -> TestReport {
        let reference = self.reference(&report.id);
        let thresholds = self.relative.get(&report.id).map(Vec::as_slice).unwrap_or_default();
        let without_strict = judge_relative(report.clone(), thresholds, &reference, false);
        let mut report = judge_relative(report, thresholds, &reference, self.strict);
        if self.of_one_load.contains(&report.id) && self.why_not.is_none() {
            report.comparisons.extend(compare(&report, &reference));
        }
        let is_slower = report.comparisons.iter().any(|report| report.verdict == ChangeVerdict::Regressed);
        if self.strict && without_strict.outcome == Outcome::Passed && !is_slower {
            self.only_unclear.lock().unwrap_or_else(PoisonError::into_inner).insert(report.id.clone());
        }
        report
    }

    fn reference(&self, test: &TestId) -> StoredReference {
        if let Some(why) = self.why_not {
            return StoredReference::NotComparable(vec![why.to_owned()]);
        }
        let Some(load) = self.known_tests.get(test) else { return StoredReference::Nothing };
        let query = ReferenceQuery { test, load, machine: &self.machine };
        StoredReference::find(self.baselines.as_ref(), &self.history, query)
    }

    /// Every declared test with its load.
    pub(super) fn known_tests(&self) -> &KnownTests {
        &self.known_tests
    }

    /// The earlier runs of the code that is measured now, for each test: none of a work tree with changes.
    pub(super) fn earlier(&self) -> EarlierRuns {
        let Some(commit) = &self.commit else { return EarlierRuns::new() };
        let figures = |test: &TestId, load| {
            let runs = self.history.runs_at(commit, test, load, &self.machine);
            runs.into_iter().map(|run| run.figures.clone()).collect()
        };
        self.known_tests.iter().map(|(test, load)| (test.clone(), figures(test, load))).collect()
    }

    /// Writes what this run has seen.
    pub(super) fn write(&self, run: &RunReport, folders: &Folders, results: &mut Results) {
        results.notes.extend(self.notes.iter().cloned());
        let (HistoryStore::Folder(_) | HistoryStore::Branch(_)) = &self.store else { return };
        // Otherwise a command that is always strict would never have enough runs to tell anything.
        let only_unclear = self.only_unclear.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(file) = HistoryFile::of(run, &self.known_tests, &only_unclear) else { return };
        if let Some(why) = self.why_not {
            return results.notes.push(format!("history not written: {why}"));
        }
        let (path, text) = (file.path(std::process::id()), file.to_json());
        match self.store.write(&path, &text) {
            Ok(place) if self.is_chosen => results.note_place("history", place),
            Ok(_) => {}
            Err(error) if !self.is_chosen => results.notes.push(format!("history not written: {error}")),
            // What was measured is not lost, although it is not where it was asked for.
            Err(error) => match HistoryStore::beside_runs(folders).write(&path, &text) {
                Ok(place) => results.errors.push(format!("history: {error}; this run is in {place}")),
                Err(_) => results.errors.push(format!("history not written: {error}")),
            },
        }
    }
}

fn why_no_history(input: &Input) -> Option<&'static str> {
    let is_against = input.options.compare.against.is_some();
    let why = "with --against, two versions shared the machine";
    let replaced = "a target was replaced, so the figures are of another server";
    let reasons = [
        (is_against, why),
        (!input.options.targets.is_empty(), replaced),
        (input.options.cluster.has_workers(), BY_WORKERS),
    ];
    reasons.into_iter().find_map(|(applies, why)| applies.then_some(why))
}

fn id(planned: &PlannedTest) -> TestId {
    planned.test.id.clone()
}

/// The figures of a sweep, a search or a spike are those of several loads.
fn is_of_one_load(planned: &PlannedTest) -> bool {
    matches!(planned.test.runs, RunPlan::Once(_) | RunPlan::Repeat(_)) && planned.test.arms.is_empty()
}

/// What cannot be read is reported where it is to be written.
fn baselines(folders: &Folders) -> Option<Baselines> {
    let text = read_if_there(&folders.baselines_data()).ok()??;
    Baselines::from_json(&text).ok()
}
