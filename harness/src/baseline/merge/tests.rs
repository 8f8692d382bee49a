//! Which rows a run may touch, as a specification.

use std::time::Duration;

use super::*;
use crate::baseline::BaselineError;
use crate::kind::Kind;
use crate::outcome::{ArmReport, samples};
use crate::workload::{LoadModel, RunPlan, Users, Workload};

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
    merged(&Baselines::default(), &samples::run(), &KnownTests::new())
}

/// What becomes of the baselines in a run without `--update-baselines`.
fn merged(baselines: &Baselines, run: &RunReport, known: &KnownTests) -> Baselines {
    baselines.merge(run, known, Acceptance::Necessary).baselines
}

/// What becomes of them in a run with it, and these earlier runs.
fn accepted(baselines: &Baselines, run: &RunReport, earlier: &EarlierRuns) -> Baselines {
    baselines.merge(run, &KnownTests::new(), Acceptance::All(earlier)).baselines
}

fn load(users: usize) -> WorkloadFingerprint {
    let model = LoadModel::Closed(Users::at_once(users));
    let workload = Workload { model, ..samples::workload() };
    WorkloadFingerprint::of(Kind::Load, &workload, &RunPlan::default(), None)
}

fn known(target: &str, name: &str) -> KnownTests {
    KnownTests::from([(id(target, name), load(50))])
}

fn health(baselines: &Baselines) -> &Row {
    baselines.row(&id("perf", "agent::health")).expect("the row of the sample")
}

/// The passed sample, slower by this factor in every figure.
fn slower_by(factor: f64) -> TestReport {
    let mut test = samples::passed();
    let total = &mut test.measured.as_mut().expect("the sample has figures").total;
    let (times, throughput) = (&mut total.response_time, &mut total.throughput_per_s);
    times.mean_s = times.mean_s.map(|mean_s| mean_s * factor);
    *throughput = throughput.map(|per_s| per_s / factor);
    test
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
    let after = merged(&before(), &run(vec![slower()]), &KnownTests::new());
    assert_eq!((mean_s(&before()), mean_s(&after)), (Some(0.25), Some(0.512)));
    assert_eq!(after.rows().len(), before().rows().len());
}

#[test]
fn every_other_outcome_leaves_the_row_alone() {
    for outcome in [Outcome::Failed, Outcome::Invalid, Outcome::Errored, Outcome::Ignored, Outcome::Interrupted] {
        let test = TestReport { outcome, ..slower() };
        assert_eq!(merged(&before(), &run(vec![test]), &KnownTests::new()), before(), "{outcome:?}");
    }
}

#[test]
fn an_unoptimised_build_never_touches_a_row() {
    let mut debug = run(vec![slower()]);
    debug.environment.optimised = false;
    assert_eq!(merged(&before(), &debug, &KnownTests::new()), before());
}

#[test]
fn an_interrupted_run_touches_no_row_and_drops_none() {
    let mut interrupted = run(vec![slower()]);
    interrupted.interrupted = Some("SIGINT".to_owned());
    let nothing_known = known("perf", "agent::another");
    assert_eq!(merged(&before(), &interrupted, &nothing_known), before());
}

#[test]
fn a_row_whose_test_is_gone_is_dropped_within_its_package_only() {
    let mut elsewhere = samples::passed();
    elsewhere.id.package = "other".to_owned();
    let both = merged(&before(), &run(vec![elsewhere]), &KnownTests::new());
    let after = merged(&both, &run(Vec::new()), &known("perf", "agent::health"));
    let keys: Vec<_> = after.rows().iter().map(|row| (row.id.package.as_str(), row.id.name.as_str())).collect();
    assert_eq!(keys, [("other", "agent::health"), (PACKAGE, "agent::health")]);
}

#[test]
fn two_binaries_of_one_package_keep_their_rows_even_of_tests_of_one_name() {
    let other = TestReport { id: id("other", "agent::health"), ..slower() };
    let after = merged(&before(), &run(vec![other]), &known("other", "agent::health"));
    assert_eq!(after.rows().len(), before().rows().len() + 1);
    let targets: Vec<_> =
        after.rows().iter().filter(|row| row.id.name == "agent::health").map(|row| row.id.target.as_str()).collect();
    assert_eq!(targets, ["other", "perf"]);
}

#[test]
fn a_row_of_before_there_were_binaries_in_the_file_is_replaced_and_not_doubled() {
    let old = before().to_json().replace("\"target\":\"perf\",", "");
    let after = merged(&Baselines::from_json(&old).expect("a field less"), &run(vec![slower()]), &KnownTests::new());
    assert_eq!((after.rows().len(), mean_s(&after)), (before().rows().len(), Some(0.512)));
}

#[test]
fn numbers_in_names_are_sorted_as_numbers() {
    let after = merged(&Baselines::default(), &run([100, 50, 500, 10].map(samples::case).to_vec()), &KnownTests::new());
    let users: Vec<_> = after.rows().iter().map(|row| row.load.users).collect();
    assert_eq!(users, [10, 50, 100, 500]);
}

#[test]
fn noise_leaves_the_file_unchanged() {
    for factor in [1.0, 1.29, 0.8] {
        let mut noisy = run(vec![slower_by(factor), samples::case(200)]);
        noisy.environment.git_commit = Some("another".to_owned());
        assert_eq!(merged(&before(), &noisy, &KnownTests::new()).to_json(), before().to_json(), "{factor}");
    }
}

#[test]
fn a_figure_that_left_the_interval_of_its_row_replaces_it() {
    for factor in [1.32, 0.7] {
        let after = merged(&before(), &run(vec![slower_by(factor)]), &KnownTests::new());
        assert_eq!(health(&after).date, "2026-11-21", "{factor}");
    }
}

#[test]
fn the_maximum_and_p99_never_replace_a_row() {
    let mut test = samples::passed();
    let times = &mut test.measured.as_mut().expect("figures").total.response_time;
    (times.max_s, times.p99_s) = (Some(9.0), Some(9.0));
    assert_eq!(merged(&before(), &run(vec![test]), &KnownTests::new()), before());
}

#[test]
fn more_failures_replace_a_row() {
    let mut test = samples::passed();
    let counts = &mut test.measured.as_mut().expect("figures").total.requests;
    (counts.ok, counts.failed) = (counts.ok - 100, 100);
    let after = merged(&before(), &run(vec![test]), &KnownTests::new());
    assert_eq!(health(&after).load.success_rate, Some(0.98));
}

#[test]
fn another_load_replaces_a_row() {
    let planned = |users| KnownTests::from([(id("perf", "agent::health"), load(users))]);
    let same = run(vec![samples::passed()]);
    let before = merged(&Baselines::default(), &same, &planned(50));
    assert_eq!(merged(&before, &same, &planned(50)), before);
    assert_eq!(health(&merged(&before, &same, &planned(60))).load.workload, Some(load(60)));
}

#[test]
fn a_run_on_another_machine_leaves_a_row_as_it_is_and_says_so_unless_it_is_accepted() {
    let mut elsewhere = run(vec![slower(), samples::case(200)]);
    elsewhere.environment.cores = Some(64);
    let after = before().merge(&elsewhere, &KnownTests::new(), Acceptance::Necessary);
    assert_eq!(after.baselines, before());
    let note = after.note.expect("a note");
    assert!(note.contains("2 tests: their rows are of another machine (cores 2 → 64)"), "{note}");
    let after = before().merge(&elsewhere, &KnownTests::new(), Acceptance::All(&EarlierRuns::new()));
    assert_eq!((health(&after.baselines).machine.cores, after.note), (Some(64), None));
}

#[test]
fn a_new_test_gets_its_row_on_any_machine() {
    let mut elsewhere = run(vec![samples::benchmark("agent::new", 50)]);
    elsewhere.environment.cores = Some(64);
    let after = merged(&before(), &elsewhere, &KnownTests::new());
    assert_eq!(after.row(&id("perf", "agent::new")).expect("its row").machine.cores, Some(64));
}

#[test]
fn what_is_accepted_has_the_earlier_runs_of_the_same_code_behind_it() {
    let of = |factor| RunFigures::of(&slower_by(factor)).expect("figures");
    let earlier = EarlierRuns::from([(id("perf", "agent::health"), vec![of(1.1), of(1.0 / 1.1)])]);
    let after = accepted(&before(), &run(vec![samples::passed()]), &earlier);
    // The geometric mean of 1, 1.1 and 1 ÷ 1.1 is 1; their logs are 0 and ±0.0953: 0.0953 ÷ √3.
    assert_eq!(health(&after).times.mean_s, Some(0.25));
    let evidence = &health(&after).evidence;
    assert_eq!((evidence.runs, evidence.relative_errors.mean), (Some(3), Some(0.055)));
}

#[test]
fn a_test_of_several_servers_has_no_row() {
    let measured = samples::passed().measured.expect("figures");
    let arm = ArmReport { name: "before".to_owned(), measured, turns: Vec::new(), servers: Vec::new() };
    let test = TestReport { arms: vec![arm], ..samples::passed() };
    let after = accepted(&Baselines::default(), &run(vec![test]), &EarlierRuns::new());
    assert!(after.rows().is_empty());
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
    let after = merged(&Baselines::default(), &run(vec![test]), &KnownTests::new());
    assert_eq!(health(&after).load.success_rate, Some(0.9999));
}

#[test]
fn what_is_written_reads_back_as_the_same_and_unknown_fields_are_passed_over() {
    let text = before().to_json();
    assert_eq!(Baselines::from_json(&text).expect("our own text"), before());
    let newer = text.replacen("\"package\"", "\"colour\": \"blue\", \"package\"", 1);
    assert_eq!(Baselines::from_json(&newer).expect("a field more"), before());
}

#[test]
fn a_file_of_the_first_version_is_moved_over_and_what_it_does_not_know_is_missing() {
    let old = include_str!("first_version.json");
    let moved = Baselines::from_json(old).expect("the first version");
    let row = moved.row(&id("perf", "agent::health")).expect("its row");
    assert_eq!((row.times.p95_s, row.load.throughput_per_s, row.load.requests), (Some(0.475), Some(500.0), 5_000));
    assert_eq!((row.evidence.runs, &row.evidence.histogram, &row.machine.kernel), (None, &None, &None));
    let written = moved.to_json();
    assert!(
        written.contains("\"schema\": \"proofload/baselines/2\"") && written.contains("\"runs\":null"),
        "{written}"
    );
    assert_eq!(Baselines::from_json(&written).expect("our own text"), moved);
    // A row of the same machine, as far as it is known, stays as long as the figures do.
    assert_eq!(merged(&moved, &run(vec![samples::passed()]), &KnownTests::new()), moved);
}

#[test]
fn each_row_is_a_line_of_a_few_hundred_bytes() {
    let text = before().to_json();
    let rows: Vec<&str> = text.lines().filter(|line| line.contains("\"test\"")).collect();
    assert_eq!(rows.len(), before().rows().len());
    assert!(rows.iter().all(|row| row.len() < 1_200), "{text}");
}

#[test]
fn another_schema_and_broken_text_are_refused_with_what_to_do() {
    let other = Baselines::from_json(r#"{"schema": "proofload/baselines/3", "tests": {}}"#).unwrap_err();
    assert!(matches!(&other, BaselineError::Schema(schema) if schema == "proofload/baselines/3"));
    assert!(other.to_string().contains("update proofload"));
    let broken = Baselines::from_json("<<<<<<< HEAD").unwrap_err();
    assert!(broken.to_string().contains("restore the file from version control"));
}
