//! `--compare`, and what a history of runs is written for.

use std::fs;

use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("a run is compared with an earlier one, and two recorded runs without running anything", compare),
    ("a run that does not exist is wrong usage, and answered with those that do", unknown),
    ("the report has each test from run to run, and Apache Otava gets a table of each", history),
];

const TEST: &str = "good::health";

fn compare() {
    let workspace = Workspace::new();
    workspace.run(&[TEST]).exits_with(0);
    let asked_for = workspace.path().join("ci/comparison.json");
    let asked = asked_for.display().to_string();
    let run = workspace.run(&[TEST, "--compare", "latest", "--comparison", &asked]);
    run.exits_with(0).says("Comparisons").says("two runs at different times");
    let test = run.test("probe::good::health");
    let comparisons = test["comparisons"].as_array().expect("a list");
    assert!(comparisons.iter().any(|comparison| comparison["method"] == "two_runs"), "{run}");
    let beside_record = workspace.path().join("target/proofload/latest/comparison.json");
    let texts = [beside_record, asked_for].map(|path| fs::read_to_string(path).expect("it is written"));
    assert!(texts[0] == texts[1] && texts[0].contains("\"sla_met\": true"), "{}", texts[0]);
    let runs = || fs::read_dir(workspace.path().join("target/proofload/runs")).expect("there are runs").count();
    let before = runs();
    workspace.run(&["--compare", "latest~1..latest"]).exits_with(0).says("→").says("two runs at different times");
    assert_eq!(runs(), before, "nothing was run");
}

fn unknown() {
    let workspace = Workspace::new();
    workspace
        .run(&[TEST, "--compare", "latest"])
        .exits_with(2)
        .says("no run of this test target has been recorded yet");
    workspace.run(&[TEST]).exits_with(0);
    let run = workspace.run(&[TEST, "--compare", "latest~7"]);
    run.exits_with(2).says("--compare: there is no run `latest~7`").says("the newest first:\n  ");
}

fn history() {
    let workspace = Workspace::new();
    let table = workspace.path().join("ci/history.csv").display().to_string();
    for _ in 0..2 {
        workspace.run(&[TEST, "--html", "--otava-csv", &table]).exits_with(0);
    }
    let read = |path: &str| fs::read_to_string(workspace.path().join(path)).expect("it is written");
    assert!(read("target/proofload/latest/report.html").contains("<h2>From run to run</h2>"));
    assert!(read("ci/history.yaml").contains("\"probe::good::health\":"), "{}", read("ci/history.yaml"));
    assert_eq!(read("ci/history-probe-good-health.csv").lines().count(), 3);
}
