//! Which rows a run may touch, as a specification.

use std::time::Duration;

use super::*;
use crate::baseline::BaselineError;
use crate::outcome::TestReport;
use crate::outcome::samples;

const PACKAGE: &str = "perf-tests";

fn id(target: &str, name: &str) -> TestId {
    TestId::new(PACKAGE, target, name)
}

/// A run of these tests, a day after the samples.
fn run(tests: Vec<TestReport>) -> RunReport {
    let mut run = samples::run();
    run.finished += Duration::from_secs(86_400);
    run.tests = tests;
    run
}

fn before() -> Baselines {
    Baselines::default().merge(&samples::run(), &KnownTests::new())
}

/// The passed sample, twice as slow.
fn slower() -> TestReport {
    let mut test = samples::passed();
    let measured = test.measured.as_mut().expect("the sample has figures");
    measured.total.response_time.mean_s = Some(0.512_34);
    test
}

fn mean_s(baselines: &Baselines) -> Option<f64> {
    baselines.row(&id("perf", "agent::health")).expect("the sample's row").times.mean_s
}

#[test]
fn only_tests_that_passed_have_a_row() {
    let baselines = before();
    let names: Vec<&str> = baselines.rows().iter().map(|row| row.id.name.as_str()).collect();
    assert_eq!(names, ["agent::capacity::users_200", "agent::collect", "agent::config", "agent::health"]);
}

#[test]
fn a_test_that_passed_replaces_its_row_with_three_digits() {
    let after = before().merge(&run(vec![slower()]), &KnownTests::new());
    assert_eq!((mean_s(&before()), mean_s(&after)), (Some(0.25), Some(0.512)));
    assert_eq!(after.rows().len(), before().rows().len());
}

#[test]
fn every_other_outcome_leaves_the_row_alone() {
    for outcome in [Outcome::Failed, Outcome::Invalid, Outcome::Errored, Outcome::Ignored, Outcome::Interrupted] {
        let test = TestReport { outcome, ..slower() };
        assert_eq!(before().merge(&run(vec![test]), &KnownTests::new()), before(), "{outcome:?}");
    }
}

#[test]
fn an_unoptimised_build_never_touches_a_row() {
    let mut debug = run(vec![slower()]);
    debug.environment.optimised = false;
    assert_eq!(before().merge(&debug, &KnownTests::new()), before());
}

#[test]
fn an_interrupted_run_touches_no_row_and_drops_none() {
    let mut interrupted = run(vec![slower()]);
    interrupted.interrupted = Some("SIGINT".to_owned());
    let nothing_known = KnownTests::from([id("perf", "agent::another")]);
    assert_eq!(before().merge(&interrupted, &nothing_known), before());
}

#[test]
fn a_row_whose_test_is_gone_is_dropped_within_its_package_only() {
    let known = KnownTests::from([id("perf", "agent::health")]);
    let mut elsewhere = samples::passed();
    elsewhere.id.package = "other".to_owned();
    let both = before().merge(&run(vec![elsewhere]), &KnownTests::new());
    let after = both.merge(&run(Vec::new()), &known);
    let keys: Vec<_> = after.rows().iter().map(|row| (row.id.package.as_str(), row.id.name.as_str())).collect();
    assert_eq!(keys, [("other", "agent::health"), (PACKAGE, "agent::health")]);
}

#[test]
fn two_binaries_of_one_package_keep_their_rows_even_of_tests_of_one_name() {
    let other = TestReport { id: id("other", "agent::health"), ..slower() };
    let known = KnownTests::from([id("other", "agent::health")]);
    let after = before().merge(&run(vec![other]), &known);
    assert_eq!(after.rows().len(), before().rows().len() + 1);
    let targets: Vec<_> =
        after.rows().iter().filter(|row| row.id.name == "agent::health").map(|row| row.id.target.as_str()).collect();
    assert_eq!(targets, ["other", "perf"]);
}

#[test]
fn a_row_of_before_there_were_binaries_in_the_file_is_replaced_and_not_doubled() {
    let old = before().to_json().replace("\"target\": \"perf\",", "");
    let after = Baselines::from_json(&old).expect("a field less").merge(&run(vec![slower()]), &KnownTests::new());
    assert_eq!((after.rows().len(), mean_s(&after)), (before().rows().len(), Some(0.512)));
}

#[test]
fn numbers_in_names_are_sorted_as_numbers() {
    let after = Baselines::default().merge(&run([100, 50, 500, 10].map(samples::case).to_vec()), &KnownTests::new());
    let users: Vec<_> = after.rows().iter().map(|row| row.load.users).collect();
    assert_eq!(users, [10, 50, 100, 500]);
}

#[test]
fn unchanged_figures_leave_the_file_unchanged() {
    let mut same = run(vec![samples::passed(), samples::case(200)]);
    same.environment.git_commit = Some("another".to_owned());
    assert_eq!(before().merge(&same, &KnownTests::new()).to_json(), before().to_json());
}

#[test]
fn the_same_figures_on_another_machine_are_another_row() {
    let mut elsewhere = run(vec![samples::passed()]);
    elsewhere.environment.cores = Some(64);
    let after = before().merge(&elsewhere, &KnownTests::new());
    let row = after.row(&id("perf", "agent::health")).expect("the row");
    assert_eq!((row.machine.cores, row.date.as_str()), (Some(64), "2026-11-21"));
}

#[test]
fn a_case_of_users_shows_the_capacity_that_held() {
    let baselines = before();
    let capacity = |test| baselines.row(&id("perf", test)).expect("a row").load.capacity_users;
    assert_eq!(capacity("agent::capacity::users_200"), Some(200));
    assert_eq!(capacity("agent::health"), None);
}

#[test]
fn what_almost_always_succeeded_is_not_kept_as_always() {
    let mut test = samples::passed();
    let counts = &mut test.measured.as_mut().expect("figures").total.requests;
    (counts.intended, counts.ok, counts.failed) = (1_000_000, 999_999, 1);
    let after = before().merge(&run(vec![test]), &KnownTests::new());
    let row = after.row(&id("perf", "agent::health")).expect("the row");
    assert_eq!(row.load.success_rate, Some(0.9999));
}

#[test]
fn what_is_written_reads_back_as_the_same_and_unknown_fields_are_passed_over() {
    let text = before().to_json();
    assert_eq!(Baselines::from_json(&text).expect("our own text"), before());
    let newer = text.replacen("\"package\"", "\"colour\": \"blue\", \"package\"", 1);
    assert_eq!(Baselines::from_json(&newer).expect("a field more"), before());
}

#[test]
fn another_schema_and_broken_text_are_refused_with_what_to_do() {
    let other = Baselines::from_json(r#"{"schema": "proofload/baselines/2", "tests": {}}"#).unwrap_err();
    assert!(matches!(&other, BaselineError::Schema(schema) if schema == "proofload/baselines/2"));
    assert!(other.to_string().contains("update proofload"));
    let broken = Baselines::from_json("<<<<<<< HEAD").unwrap_err();
    assert!(broken.to_string().contains("restore the file from version control"));
}
