//! Tests that need other tests.

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;
use serde_json::Value;

pub(crate) const SPECIFICATION: Specification = &[
    ("a needed test runs first, and is selected with the test that needs it", selected_and_first),
    ("a test whose needed test failed is errored, and so is what needs that one", failing),
    ("all cases of a needed function run, whatever the kind of the test that needs them", cases),
    ("what the command line says of the load is not meant for a test that is only needed", overridden),
    ("a list has the needed tests, and each is ignored as it declares", listed),
    ("--last-failed runs what the tests need that did not pass", last_failed),
    ("under cargo-nextest a needed test is reported once, and as it was when it was asked for", nextest),
];

const GOOD: &str = "[load] probe::needs::after_good";
const BAD: &str = "[load] probe::needs::after_bad";
const WHY: &str = "not run: it needs `probe::needs::checks::answers_wrongly`, which failed";

/// The tests of the record, in the order in which they ran.
fn ran(run: &FinishedRun) -> Vec<String> {
    let record = run.record();
    let tests = record["tests"].as_array().expect("a list of tests").iter();
    let name = |test: &Value| test["name"].as_str().expect("a name").replace("probe::needs::", "");
    tests.filter(|test| test["outcome"] != "ignored").map(name).collect()
}

fn selected_and_first() {
    let workspace = Workspace::new();
    let run = workspace.run(&[GOOD, "--exact"]);
    run.exits_with(0).says("2 passed");
    assert_eq!(ran(&run), ["right_answers", "after_good"]);
    assert_eq!(run.test("probe::needs::after_good")["needs"], serde_json::json!(["probe::needs::right_answers"]));
    assert_eq!(ran(&workspace.run(&["-k", "after_good"])), ["right_answers", "after_good"]);
}

fn failing() {
    let workspace = Workspace::new();
    let junit = workspace.path().join("junit.xml");
    let run = workspace.run(&["after_b", "--html", "--junit", junit.to_str().expect("UTF-8")]);
    run.exits_with(101).says(&format!("ERRORED: {WHY}"));
    run.says("not run: it needs `probe::needs::after_bad`, which errored");
    assert_eq!(ran(&run), ["right_answers", "checks::answers_wrongly", "after_bad", "after_both"]);
    let errored = run.test("probe::needs::after_bad");
    assert_eq!((errored["outcome"].as_str(), errored["reason"].as_str()), (Some("errored"), Some(WHY)));
    assert!(errored["totals"].is_null(), "no load was offered");
    assert!(!workspace.trace().iter().any(|line| line.contains("basket")), "its fixtures were not set up");
    let xml = std::fs::read_to_string(junit).expect("written");
    assert!(xml.contains("<error") && xml.contains("which failed"), "{xml}");
    assert!(
        std::fs::read_to_string(workspace.path().join("target/proofload/latest/report.html"))
            .expect("written")
            .contains("which failed")
    );
}

fn cases() {
    let workspace = Workspace::new();
    let expected = ["checks::each_page::first", "checks::each_page::second", "pushed"];
    for ignored in ["--include-ignored", "--ignored"] {
        let run = workspace.run(&["needs::pushed", ignored]);
        run.exits_with(0);
        assert_eq!(ran(&run), expected, "{ignored}");
    }
    let run = workspace.run(&["needs::pushed"]);
    run.exits_with(0).says("--include-ignored");
    assert!(workspace.trace().iter().filter(|line| line.starts_with("steady")).count() == 2, "nothing ran for nothing");
}

fn overridden() {
    let workspace = Workspace::new();
    let run = workspace.run(&[GOOD, "--exact", "--users", "30", "--requests", "60"]);
    run.exits_with(0);
    let users = |name: &str| run.test(&format!("probe::needs::{name}"))["workload"]["users"].clone();
    assert_eq!((users("right_answers"), users("after_good")), (1.into(), 30.into()));
}

fn listed() {
    let workspace = Workspace::new();
    let run = workspace.run(&["--list", GOOD, "--exact"]);
    run.exits_with(0).says("needs::right_answers: test").says("needs::after_good: test");
    let run = workspace.run(&["--list", "--ignored", "needs::"]);
    run.exits_with(0).says("needs::pushed: test");
    assert!(!run.stdout.contains("each_page"), "{run}");
    assert!(workspace.trace().is_empty(), "nothing was started");
}

fn last_failed() {
    let workspace = Workspace::new();
    workspace.run(&[BAD, "--exact"]).exits_with(101);
    let run = workspace.run(&["--last-failed"]);
    run.exits_with(101);
    assert_eq!(ran(&run), ["right_answers", "checks::answers_wrongly", "after_bad"]);
}

fn nextest() {
    let workspace = Workspace::new();
    let nextest = |name: &str| {
        let mut command = workspace.command(&[name, "--exact", "--nocapture"]);
        command.env("NEXTEST", "1").env("NEXTEST_RUN_ID", "7e57");
        workspace.finish(command)
    };
    nextest("[load] probe::needs::right_answers").exits_with(0).says("1 passed");
    let first = workspace.run(&["--list"]).record()["tests"][0].clone();
    nextest(GOOD).exits_with(0).says("2 passed");
    nextest(BAD).exits_with(101).says(WHY);
    let run = workspace.run(&["--list"]);
    let mut names = ran(&run);
    names.sort_unstable();
    assert_eq!(names, ["after_bad", "after_good", "checks::answers_wrongly", "right_answers"]);
    assert_eq!(run.test("probe::needs::right_answers"), first, "the measurement that was asked for");
    assert_eq!(workspace.trace().iter().filter(|line| *line == "answers").count(), 30, "it ran in each process");
}
