//! What the tests of a run came to in earlier runs, for charts and other tools.

use super::folder::Folders;
use super::history::{HistoryStore, Wanted, read};
use super::results::Results;
use crate::baseline::differences;
use crate::cli::HistoryPlace;
use crate::history::HistoryRun;
use crate::outcome::RunReport;
use crate::report::trend::{TestTrend, TrendRun};

/// The history of each test of `run`, on any machine and under any load, the oldest run first. What cannot be read is a note.
pub(super) fn read_trends(
    run: &RunReport,
    place: &HistoryPlace,
    folders: &Folders,
    results: &mut Results,
) -> Vec<TestTrend> {
    let store = HistoryStore::of(place, folders);
    match read(&store, &Wanted::default()) {
        Ok(found) => {
            let trends = run.tests.iter().map(|test| trend(&test.id.name, found.history.all_of(&test.id)));
            trends.filter(|trend| !trend.runs.is_empty()).collect()
        }
        Err(error) => {
            results.notes.push(format!("without a chart from run to run: {error}"));
            Vec::new()
        }
    }
}

fn trend(test: &str, runs: &[HistoryRun]) -> TestTrend {
    let before = [None].into_iter().chain(runs.iter().map(Some));
    let runs = before.zip(runs).map(|(before, run)| TrendRun {
        time: run.time,
        run: run.run.clone(),
        commit: run.commit.as_ref().map(|commit| format!("{commit}{}", if run.dirty == Some(true) { "+" } else { "" })),
        new_machine: before.and_then(|before| machine_change(before, run)),
        new_load: before.is_some_and(|before| before.workload != run.workload),
        mean_s: run.figures.mean_s,
        p50_s: run.figures.p50_s,
        p95_s: run.figures.p95_s,
        throughput_per_s: run.figures.throughput_per_s,
    });
    TestTrend { test: test.to_owned(), runs: runs.collect() }
}

fn machine_change(before: &HistoryRun, run: &HistoryRun) -> Option<String> {
    let differing = differences(&before.machine, &run.machine);
    (!differing.is_empty()).then(|| differing.join(", "))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::time::{Duration, UNIX_EPOCH};

    use super::*;
    use crate::baseline::{KnownTests, WorkloadFingerprint};
    use crate::history::{HistoryFile, StoredHistory};
    use crate::kind::Kind;
    use crate::outcome::samples;
    use crate::workload::{RunPlan, Workload};

    fn file(second: u64, cores: usize, timeout_s: u64, is_dirty: bool) -> HistoryFile {
        let mut run = RunReport {
            finished: UNIX_EPOCH + Duration::from_secs(second),
            tests: vec![samples::passed()],
            ..samples::run()
        };
        (run.environment.cores, run.environment.git_dirty) = (Some(cores), Some(is_dirty));
        let workload = Workload { timeout: Duration::from_secs(timeout_s), ..samples::workload() };
        let load = WorkloadFingerprint::of(Kind::Load, &workload, &RunPlan::default(), None);
        let known: KnownTests = [(samples::passed().id, load)].into();
        HistoryFile::of(&run, &known, &BTreeSet::new()).expect("a test")
    }

    #[test]
    fn each_run_says_if_machine_or_load_changed_and_of_which_code_it_is() {
        let mut history = StoredHistory::default();
        for file in [file(1, 2, 10, false), file(2, 2, 10, true), file(3, 4, 10, false), file(4, 4, 20, false)] {
            history.add(file);
        }
        let id = samples::passed().id;
        let trend = trend(&id.name, history.all_of(&id));
        let changes: Vec<_> = trend.runs.iter().map(|run| (run.new_machine.as_deref(), run.new_load)).collect();
        assert_eq!(changes, [(None, false), (None, false), (Some("cores 2 → 4"), false), (None, true)]);
        let commits: Vec<bool> = trend.runs.iter().map(|run| run.commit.as_ref().unwrap().ends_with('+')).collect();
        assert_eq!(commits, [false, true, false, false]);
        assert_eq!(trend.runs[0].mean_s, samples::passed().measured.unwrap().total.response_time.mean_s);
    }
}
