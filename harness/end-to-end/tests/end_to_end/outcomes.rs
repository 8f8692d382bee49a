//! What passes, what fails, and what a person reads.

use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;
use serde_json::Value;

pub(crate) const SPECIFICATION: Specification = &[
    ("a test that holds passes, and every request is accounted for", passes),
    ("the build is that of the crates of tests and servers", the_build_is_that_of_the_crates_of_tests_and_servers),
    ("fixtures are set up in order, torn down in reverse, and a user's set-up is judged by no threshold", fixtures),
    ("a benchmark prints its columns", benchmark),
    ("a breached threshold fails with actual, limit and samples", too_slow),
    ("an unexpected status fails by its cause", busy),
    ("a threshold on an endpoint that no request hit fails and names those that were", no_data),
    ("a test that sends nothing never passes", sends_nothing),
    ("a failed check fails its request", check),
    ("an error of the test's own counts against the request before it", own_error),
    ("too few samples for a percentile are invalid and not a pass", few_samples),
    ("a panic in a test fails it, the others run and fixtures are torn down", panics),
    ("a panic is printed once with its place, and its backtrace is in a file", backtraces),
];

fn passes() {
    let workspace = Workspace::new();
    let run = workspace.run(&["good::health"]);
    run.exits_with(0).says("test [load] probe::good::health ... ok").says("1 passed");
    let test = run.test("probe::good::health");
    assert_eq!(test["outcome"], "passed");
    let requests = &test["totals"]["requests"];
    assert_eq!((requests["intended"].as_u64(), requests["ok"].as_u64()), (Some(200), Some(200)), "{requests}");
    assert_eq!(test["totals"]["response_time"]["samples"], 200);
    assert!(test["totals"]["response_time"]["p95_s"].as_f64().expect("a figure") > 0.0);
    assert!(workspace.page().expect("the page is written").contains("good::health"));
}

/// The level that the attribute saw is the one that cargo gave this binary, and the harness in it.
fn the_build_is_that_of_the_crates_of_tests_and_servers() {
    let run = Workspace::new().run(&["good::health"]);
    let environment = &run.record()["environment"];
    let crates = environment["crates"].as_array().expect("crates");
    let levels: Vec<&str> = crates.iter().filter_map(|of| of["opt_level"].as_str()).collect();
    assert!(!levels.is_empty() && levels.len() == crates.len(), "a level is not known: {crates:?}");
    let is_own = |of: &Value| of["name"] == env!("CARGO_PKG_NAME") && of["set_in"] == "profile.test";
    assert!(crates.iter().any(is_own), "{crates:?}");
    let is_optimised = !levels.contains(&"0");
    assert_eq!(environment["optimised"], is_optimised, "{crates:?}");
    if !is_optimised {
        run.says("UNOPTIMISED BUILD: `proofload-engine` was built with `opt-level = 0`")
            .says("  [profile.test]\n  opt-level = 3");
    }
}

fn fixtures() {
    let workspace = Workspace::new();
    let run = workspace.run(&["good::with_fixtures"]);
    run.exits_with(0);
    let steps: Vec<String> = workspace.trace().into_iter().filter(|line| !line.starts_with("steady")).collect();
    assert_eq!(steps, ["catalogue set up", "basket set up", "basket torn down", "catalogue torn down true"]);
    let test = run.test("probe::good::with_fixtures");
    let names: Vec<&str> = test["endpoints"]
        .as_array()
        .expect("endpoints")
        .iter()
        .filter_map(|endpoint| endpoint["name"].as_str())
        .collect();
    assert_eq!(names, ["A", "GET /missing"], "the log-in is no part of the figures");
    let servers = test["servers"].as_array().expect("servers");
    assert_eq!(servers.len(), 1, "{servers:?}");
}

fn benchmark() {
    let workspace = Workspace::new();
    let run = workspace.run(&["good::quick", "--columns", "min,max,ops,rounds"]);
    run.exits_with(0).says("min").says("ops").says("rounds");
    assert!(!run.stdout.contains("stddev"), "{run}");
}

fn too_slow() {
    let run = Workspace::new().run(&["bad::too_slow"]);
    run.exits_with(101).says("FAILED").says("max < 1us").says("100");
    let threshold = &run.test("probe::bad::too_slow")["thresholds"][0];
    assert_eq!((&threshold["holds"], &threshold["samples"]), (&false.into(), &100.into()), "{threshold}");
    assert!(threshold["actual"].as_f64().expect("measured") > 1e-6);
}

fn busy() {
    let run = Workspace::new().run(&["bad::busy"]);
    run.exits_with(101).says("status 503").says("success_rate");
    assert_eq!(run.test("probe::bad::busy")["totals"]["failures"]["status 503"], 100);
}

fn no_data() {
    let run = Workspace::new().run(&["bad::no_data"]);
    run.exits_with(101).says("GET /helth").says("GET /health");
    assert_eq!(run.test("probe::bad::no_data")["thresholds"][0]["actual"], Value::Null);
}

fn sends_nothing() {
    Workspace::new().run(&["bad::sends_nothing"]).exits_with(101).says("sent no request");
}

fn check() {
    let run = Workspace::new().run(&["bad::check"]);
    run.exits_with(101).says("check: a full page");
    assert_eq!(run.test("probe::bad::check")["totals"]["requests"]["failed"], 100);
}

fn own_error() {
    let run = Workspace::new().run(&["bad::own_error"]);
    run.exits_with(101).says("invalid digit found in string");
    let requests = &run.test("probe::bad::own_error")["totals"]["requests"];
    assert_eq!((&requests["intended"], &requests["failed"]), (&100.into(), &100.into()), "{requests}");
}

fn few_samples() {
    let workspace = Workspace::new();
    let run = workspace.run(&["bad::few_samples"]);
    run.exits_with(102).says("INVALID").says("299");
    assert_eq!(run.test("probe::bad::few_samples")["outcome"], "invalid");
    assert_eq!(workspace.page(), None, "an invalid run writes no baseline");
}

fn panics() {
    let workspace = Workspace::new();
    let run = workspace.run(&["bad::panics", "bad::busy"]);
    run.says("a panic in the test").says("status 503");
    assert!(matches!(run.code, Some(101)), "{run}");
    assert!(workspace.trace().contains(&"basket torn down".to_owned()), "{:?}", workspace.trace());
    assert!(workspace.trace().contains(&"catalogue torn down true".to_owned()), "{:?}", workspace.trace());
}

fn backtraces() {
    let workspace = Workspace::new();
    let mut command = workspace.command(&["bad::panics"]);
    command.env("RUST_BACKTRACE", "1");
    let run = workspace.finish(command);
    run.exits_with(102).says("panicked at harness/end-to-end/tests/end_to_end/probe/bad.rs:").says("panics.log");
    assert!(!run.printed().contains("stack backtrace:\n"), "{run}");
    assert!(!run.printed().contains("FnOnce::call_once"), "{run}");
    assert_eq!(run.stderr.matches("panicked at").count(), 1, "{run}");
    let kept = std::fs::read_to_string(workspace.path().join("target/proofload/latest/panics.log"));
    let kept = kept.expect("the backtrace is kept");
    assert!(kept.contains("bad.rs") && kept.lines().count() > 10, "{kept}");
}
