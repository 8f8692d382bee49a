//! What many runs say of each test: a [`StoredHistory`].

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::SystemTime;

use super::file::HistoryFile;
use crate::baseline::{Machine, RunFigures, WorkloadFingerprint, differences};
use crate::kind::Kind;
use crate::outcome::{Outcome, TestId};

/// So many runs are enough: more would make an interval hardly narrower, and are of an ever older state.
pub const MOST_RUNS: usize = 20;

/// One test in one run.
#[derive(Debug, Clone, PartialEq)]
pub struct HistoryRun {
    /// When the run ended.
    pub time: SystemTime,
    /// Name of the run's folder.
    pub run: String,
    /// The commit of the workspace.
    pub commit: Option<String>,
    /// The work tree differed from the commit.
    pub dirty: Option<bool>,
    /// What it was measured on.
    pub machine: Arc<Machine>,
    /// What the test asks.
    pub kind: Kind,
    /// Passed or failed.
    pub outcome: Outcome,
    /// The load that was planned.
    pub workload: WorkloadFingerprint,
    /// What it came to.
    pub figures: RunFigures,
}

/// The runs of each test, oldest first.
#[derive(Debug, Clone, Default)]
pub struct StoredHistory {
    runs: BTreeMap<TestId, Vec<HistoryRun>>,
}

impl StoredHistory {
    /// Adds what a file says.
    pub fn add(&mut self, file: HistoryFile) {
        let machine = Arc::new(file.machine);
        for test in file.tests {
            let run = HistoryRun {
                time: file.time,
                run: file.run.clone(),
                commit: file.commit.clone(),
                dirty: file.dirty,
                machine: Arc::clone(&machine),
                kind: test.kind,
                outcome: test.outcome,
                workload: test.workload,
                figures: test.figures,
            };
            let runs = self.runs.entry(test.id).or_default();
            let place = runs.partition_point(|known| known.time <= run.time);
            runs.insert(place, run);
        }
    }

    /// All runs of a test, of any load and on any machine, oldest first.
    pub fn all_of(&self, test: &TestId) -> &[HistoryRun] {
        self.runs.get(test).map(Vec::as_slice).unwrap_or_default()
    }

    /// The newest runs of a test with one load on one machine that may be compared with another run, oldest first: those that
    /// passed, at most [`MOST_RUNS`].
    pub fn runs_of(&self, test: &TestId, load: &WorkloadFingerprint, machine: &Machine) -> Vec<&HistoryRun> {
        let mut runs = self.comparable(test, load, machine);
        runs.split_off(runs.len().saturating_sub(MOST_RUNS))
    }

    /// The first runs since figures were accepted, oldest first, at most [`MOST_RUNS`]: what they are compared with does not follow a
    /// change that comes in many small steps.
    pub fn runs_since(
        &self,
        accepted: SystemTime,
        test: &TestId,
        load: &WorkloadFingerprint,
        machine: &Machine,
    ) -> Vec<&HistoryRun> {
        let mut runs = self.comparable(test, load, machine);
        runs.retain(|run| run.time >= accepted);
        runs.truncate(MOST_RUNS);
        runs
    }

    /// The runs of a test at one commit, without changes in the work tree: of the same code.
    pub fn runs_at(
        &self,
        commit: &str,
        test: &TestId,
        load: &WorkloadFingerprint,
        machine: &Machine,
    ) -> Vec<&HistoryRun> {
        let mut runs = self.runs_of(test, load, machine);
        runs.retain(|run| run.commit.as_deref() == Some(commit) && run.dirty == Some(false));
        runs
    }

    /// A failed test is not what is wanted, so that nothing is compared with it.
    fn comparable(&self, test: &TestId, load: &WorkloadFingerprint, machine: &Machine) -> Vec<&HistoryRun> {
        let runs = self.all_of(test).iter().filter(|run| run.outcome == Outcome::Passed && run.workload == *load);
        runs.filter(|run| differences(&run.machine, machine).is_empty()).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::baseline::KnownTests;
    use crate::outcome::{RunReport, TestReport, samples};
    use crate::workload::{RunPlan, Workload};

    fn load(timeout: u64) -> WorkloadFingerprint {
        let workload = Workload { timeout: Duration::from_secs(timeout), ..samples::workload() };
        WorkloadFingerprint::of(Kind::Load, &workload, &RunPlan::default(), None)
    }

    fn at(second: u64) -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(second)
    }

    /// A run of the passed sample that ended in this second, changed.
    fn file(second: u64, change: impl Fn(&mut RunReport)) -> HistoryFile {
        let mut run = RunReport { finished: at(second), tests: vec![samples::passed()], ..samples::run() };
        change(&mut run);
        let known: KnownTests = run.tests.iter().map(|test| (test.id.clone(), load(10))).collect();
        HistoryFile::of(&run, &known, &BTreeSet::new()).expect("a test")
    }

    fn usual(second: u64) -> HistoryFile {
        file(second, |_| ())
    }

    fn seconds(runs: &[&HistoryRun]) -> Vec<u64> {
        runs.iter().map(|run| run.time.duration_since(UNIX_EPOCH).unwrap().as_secs()).collect()
    }

    fn of(files: impl IntoIterator<Item = HistoryFile>) -> StoredHistory {
        let mut history = StoredHistory::default();
        files.into_iter().for_each(|file| history.add(file));
        history
    }

    fn machine() -> Machine {
        Machine::of(&samples::environment())
    }

    #[test]
    fn the_newest_twenty_are_compared_and_the_newest_is_last() {
        let history = of([5, 3, 9].map(usual).into_iter().chain((10..30).map(usual)));
        let id = samples::passed().id;
        assert_eq!(seconds(&history.runs_of(&id, &load(10), &machine())), (10..30).collect::<Vec<_>>());
        assert_eq!(seconds(&history.runs_since(at(5), &id, &load(10), &machine()))[..3], [5, 9, 10]);
        assert_eq!(history.runs_since(at(5), &id, &load(10), &machine()).len(), MOST_RUNS);
        assert_eq!(history.all_of(&id).len(), 23);
    }

    #[test]
    fn a_failed_run_another_load_and_another_machine_are_no_reference() {
        let failed = |run: &mut RunReport| run.tests[0].outcome = Outcome::Failed;
        let elsewhere = |run: &mut RunReport| run.environment.cores = Some(64);
        let history = of([usual(1), file(2, failed), file(3, elsewhere)]);
        let id = samples::passed().id;
        assert_eq!(seconds(&history.runs_of(&id, &load(10), &machine())), [1]);
        assert!(history.runs_of(&id, &load(20), &machine()).is_empty());
        assert_eq!(history.all_of(&id).len(), 3);
    }

    #[test]
    fn only_runs_of_one_commit_without_changes_are_of_the_same_code() {
        let dirty = |run: &mut RunReport| run.environment.git_dirty = Some(true);
        let other = |run: &mut RunReport| run.environment.git_commit = Some("another".to_owned());
        let history = of([usual(1), file(2, dirty), file(3, other)]);
        let (id, commit) = (samples::passed().id, samples::environment().git_commit.unwrap());
        assert_eq!(seconds(&history.runs_at(&commit, &id, &load(10), &machine())), [1]);
    }

    #[test]
    fn two_tests_of_one_name_in_two_binaries_have_histories_of_their_own() {
        let other = |run: &mut RunReport| {
            let id = TestId { target: "other".to_owned(), ..samples::passed().id };
            run.tests = vec![TestReport { id, ..samples::passed() }];
        };
        let history = of([usual(1), file(2, other)]);
        assert_eq!(history.all_of(&samples::passed().id).len(), 1);
    }
}
