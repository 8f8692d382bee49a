//! What a test is compared with, as a specification.

use std::collections::BTreeSet;
use std::time::Duration;

use super::*;
use crate::baseline::{Acceptance, EarlierRuns, KnownTests};
use crate::history::HistoryFile;
use crate::kind::Kind;
use crate::outcome::{Outcome, RunReport, samples};
use crate::workload::{RunPlan, Workload};

const DAY: Duration = Duration::from_secs(86_400);

fn load(timeout: u64) -> WorkloadFingerprint {
    let workload = Workload { timeout: Duration::from_secs(timeout), ..samples::workload() };
    WorkloadFingerprint::of(Kind::Load, &workload, &RunPlan::default(), None)
}

/// A run of the passed sample this long after the day on which its baseline was accepted, on a machine with so many cores.
fn run(after: Duration, cores: usize) -> RunReport {
    let mut run = RunReport { tests: vec![samples::passed()], ..samples::run() };
    run.finished += after;
    run.environment.cores = Some(cores);
    run
}

fn known() -> KnownTests {
    KnownTests::from([(samples::passed().id, load(10))])
}

fn history(runs: impl IntoIterator<Item = RunReport>) -> StoredHistory {
    let mut history = StoredHistory::default();
    runs.into_iter().for_each(|run| history.add(HistoryFile::of(&run, &known(), &BTreeSet::new()).expect("a test")));
    history
}

fn days(from: u32, to: u32) -> StoredHistory {
    history((from..to).map(|day| run(DAY * day, 2)))
}

/// The baseline of the sample, accepted in this run with these earlier ones.
fn baselines(of: &RunReport, earlier: usize) -> Baselines {
    let figures = RunFigures::of(&samples::passed()).expect("figures");
    let varied = (0..earlier).map(|at| RunFigures { mean_s: Some(0.25 + 0.01 * at as f64), ..figures.clone() });
    let earlier = EarlierRuns::from([(samples::passed().id, varied.collect())]);
    Baselines::default().merge(of, &known(), Acceptance::All(&earlier)).baselines
}

fn find(baselines: Option<&Baselines>, history: &StoredHistory, timeout: u64) -> StoredReference {
    let (test, load, machine) = (samples::passed().id, load(timeout), Machine::of(&samples::environment()));
    StoredReference::find(baselines, history, ReferenceQuery { test: &test, load: &load, machine: &machine })
}

fn count(reference: &StoredReference) -> usize {
    let StoredReference::Runs { figures, .. } = reference else { panic!("{reference:?}") };
    figures.len()
}

#[test]
fn a_new_test_is_compared_with_nothing() {
    assert_eq!(find(None, &StoredHistory::default(), 10), StoredReference::Nothing);
    assert_eq!(find(Some(&Baselines::default()), &StoredHistory::default(), 10), StoredReference::Nothing);
}

#[test]
fn a_baseline_has_the_runs_since_it_was_accepted_behind_it() {
    let accepted = run(DAY * 10, 2);
    let found = find(Some(&baselines(&accepted, 0)), &days(0, 18), 10);
    assert_eq!(count(&found), 8, "days 10 to 17");
    assert_eq!(count(&find(Some(&baselines(&accepted, 0)), &days(0, 12), 10)), 2);
    assert_eq!(count(&find(Some(&baselines(&accepted, 0)), &StoredHistory::default(), 10)), 1, "its own figures");
}

#[test]
fn what_was_accepted_with_five_runs_stands_for_them_where_there_is_no_history() {
    for earlier in [4, 5] {
        let row = baselines(&run(DAY, 2), earlier);
        let StoredReference::Runs { figures, .. } = find(Some(&row), &StoredHistory::default(), 10) else {
            panic!("runs")
        };
        let logs: Vec<f64> = figures.iter().map(|run| run.mean_s.expect("a mean").ln()).collect();
        let count = logs.len() as f64;
        let mean = logs.iter().sum::<f64>() / count;
        let error = (logs.iter().map(|log| (log - mean).powi(2)).sum::<f64>() / (count - 1.0) / count).sqrt();
        let row = &row.rows()[0];
        assert_eq!(figures.len(), earlier + 1);
        assert!((mean.exp() - row.times.mean_s.unwrap()).abs() < 1e-9);
        assert!((error - row.evidence.relative_errors.mean.unwrap()).abs() < 1e-9);
    }
}

#[test]
fn a_baseline_of_another_machine_is_not_comparable_and_the_field_is_named() {
    let elsewhere = baselines(&run(DAY, 64), 0);
    let StoredReference::NotComparable(why) = find(Some(&elsewhere), &days(0, 4), 10) else { panic!("comparable") };
    assert_eq!(why, ["the baseline is of another machine: cores 64 → 2"]);
    let StoredReference::Runs { figures, notes } = find(Some(&elsewhere), &days(0, 5), 10) else { panic!("five runs") };
    assert_eq!(figures.len(), 5);
    assert!(notes[0].ends_with("cores 64 → 2; compared with the last 5 runs on this machine"), "{notes:?}");
}

#[test]
fn a_baseline_of_another_load_is_not_comparable() {
    let StoredReference::NotComparable(why) = find(Some(&baselines(&run(DAY, 2), 0)), &days(0, 9), 20) else {
        panic!("comparable")
    };
    assert_eq!(why, ["the load has changed since the baseline was accepted"]);
}

#[test]
fn a_history_without_a_baseline_is_enough() {
    assert_eq!(count(&find(None, &days(0, 30), 10)), 20);
}

#[test]
fn runs_of_a_work_tree_with_changes_are_noted() {
    let mut dirty = run(DAY, 2);
    dirty.environment.git_dirty = Some(true);
    let StoredReference::Runs { notes, .. } = find(None, &history([run(DAY * 2, 2), dirty]), 10) else {
        panic!("runs")
    };
    assert_eq!(notes, ["1 of 2 stored runs are of a work tree with changes"]);
}

#[test]
fn a_failed_run_is_no_reference() {
    let mut failed = run(DAY, 2);
    failed.tests[0].outcome = Outcome::Failed;
    assert_eq!(find(None, &history([failed]), 10), StoredReference::Nothing);
}
