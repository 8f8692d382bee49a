//! The command line as pytest's and cargo's users know it, and which message a mistake gets.

use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("--list names every test with its kind and starts nothing", list),
    ("markers, keywords and kinds select", selects),
    ("stress tests are ignored until they are asked for", ignored),
    ("our own selection that matches nothing exits 4, a filter that matches nothing exits 0", nothing),
    ("a bad expression, a misspelt marker and an unknown column are usage errors", bad_words),
    ("a marker that no test has is noted, and `not` of it holds for every test", marker_of_others),
    ("a list without a test says which filter matched none", filter_of_none),
    ("a bad number in the environment or in proofload.toml is named with its place", bad_numbers),
    ("the command line wins over the environment, and overrides every selected test", precedence),
    ("a load that does not suit an unselected test is no mistake", unselected),
    ("--last-failed runs what did not pass", last_failed),
    ("--fail-fast stops after the first failure", fail_fast),
    ("--fixtures and --setup-plan print and start nothing", shows),
    ("--help reads as one tool", help),
];

fn list() {
    let workspace = Workspace::new();
    let run = workspace.run(&["--list"]);
    run.exits_with(0)
        .says("[load] probe::good::health: test")
        .says("[stress] probe::good::pushed::users_2_requests_20: test");
    assert!(!workspace.path().join("target").exists(), "nothing was written");
    assert!(workspace.trace().is_empty(), "nothing was started");
}

fn selects() {
    let workspace = Workspace::new();
    workspace.run(&["--list", "-m", "smoke"]).exits_with(0).says("with_fixtures: test");
    let run = workspace.run(&["--list", "-m", "load and not smoke", "-k", "good"]);
    run.exits_with(0).says("good::health: test");
    assert!(!run.stdout.contains("with_fixtures") && !run.stdout.contains("quick"), "{run}");
    let run = workspace.run(&["--list", "--kind", "benchmark"]);
    assert_eq!(run.stdout.matches("[benchmark] ").count(), 2, "{run}");
    assert_eq!(run.stdout.matches(": test").count(), 2, "{run}");
    let run = workspace.run(&["good::health", "--exact"]);
    run.exits_with(0).says("running 0 tests");
    workspace.run(&["[load] probe::good::health", "--exact"]).exits_with(0).says("1 passed");
    // As editors start the test at a function.
    let run = workspace.run(&["--list", "probe::good::pushed", "--exact", "--nocapture", "--ignored"]);
    run.exits_with(0).says("pushed::users_2_requests_20: test").says("pushed::users_4_requests_40: test");
    assert_eq!((run.stdout.matches(": test").count(), run.stderr.as_str()), (2, ""), "{run}");
}

fn ignored() {
    let workspace = Workspace::new();
    workspace.run(&["good::pushed"]).exits_with(0).says("2 ignored").says("--include-ignored");
    workspace.run(&["good::pushed", "--include-ignored"]).exits_with(0).says("2 passed");
}

fn unselected() {
    let workspace = Workspace::new();
    // Another test of the probe has 400 users.
    workspace.run(&["--list", "--requests", "100", "good::health"]).exits_with(0);
    workspace.run(&["--list", "--requests", "100"]).exits_with(2).says("fewer than `users");
}

fn nothing() {
    let workspace = Workspace::new();
    workspace.run(&["-k", "nosuchthing"]).exits_with(4).says("nosuchthing");
    workspace.run(&["--kind", "soak"]).exits_with(4);
    workspace.run(&["nosuchthing"]).exits_with(0).says("0 passed");
}

fn bad_words() {
    let workspace = Workspace::new();
    workspace.run(&["-m", "load and"]).exits_with(2).says("-m");
    workspace.run(&["-m", "smok"]).exits_with(2).says("did you mean `smoke`");
    workspace.run(&["--columns", "min,maxx"]).exits_with(2).says("did you mean `max`");
    workspace.run(&["--kind", "lode"]).exits_with(2).says("did you mean `load`");
    workspace.run(&["--no-such-flag"]).exits_with(2);
}

fn marker_of_others() {
    let workspace = Workspace::new();
    let run = workspace.run(&["--list", "-m", "load and not slow"]);
    run.exits_with(0).says("good::health: test").says("no test has the marker `slow` (markers: ");
    workspace.run(&["-m", "slow"]).exits_with(4).says("no test has the marker `slow` (markers: ");
    workspace.run(&["-m", "not smok"]).exits_with(2).says("did you mean `smoke`");
}

fn filter_of_none() {
    let workspace = Workspace::new();
    let run = workspace.run(&["--list", "nosuch", "good::health"]);
    run.exits_with(0).says("contains `nosuch` (`--list` without a filter shows all ");
    assert!(run.stdout.contains("good::health: test") && !run.stderr.contains("`good::health`"), "{run}");
    workspace.run(&["--list", "healht"]).exits_with(0).says("did you mean `health`?");
    workspace.run(&["--list", "health", "--exact"]).exits_with(0).says("is `health`");
    assert_eq!(workspace.run(&["--list"]).stderr, "");
}

fn bad_numbers() {
    let workspace = Workspace::new();
    workspace.run(&["--users", "many"]).exits_with(2).says("--users");
    let mut command = workspace.command(&["good::health"]);
    command.env("PROOFLOAD_USERS", "many");
    workspace.finish(command).exits_with(2).says("PROOFLOAD_USERS");
    std::fs::write(workspace.path().join("proofload.toml"), "users = \"many\"\n").expect("written");
    workspace.run(&["good::health"]).exits_with(2).says("proofload.toml").says("users");
}

fn precedence() {
    let workspace = Workspace::new();
    let mut command = workspace.command(&["good::health", "--requests", "60"]);
    command.env("PROOFLOAD_REQUESTS", "70").env("PROOFLOAD_USERS", "2");
    let run = workspace.finish(command);
    run.exits_with(0).says("overridden");
    let test = run.test("probe::good::health");
    assert_eq!(test["totals"]["requests"]["intended"], 60);
    assert_eq!(test["workload"]["users"], 2);
    assert_eq!(workspace.page(), None, "figures of another load are no baseline");
}

fn last_failed() {
    let workspace = Workspace::new();
    workspace.run(&["bad::busy", "good::health"]).exits_with(101);
    let run = workspace.run(&["--last-failed"]);
    run.exits_with(101).says("1 failed").says("0 passed");
}

fn fail_fast() {
    let run = Workspace::new().run(&["bad::", "--fail-fast"]);
    run.exits_with(101).says("1 failed").says("--fail-fast");
}

fn shows() {
    let workspace = Workspace::new();
    workspace
        .run(&["--fixtures"])
        .exits_with(0)
        .says("catalogue")
        .says("session")
        .says("A session fixture with tear-down");
    workspace.run(&["--setup-plan", "with_fixtures"]).exits_with(0).says("steady").says("basket");
    assert!(workspace.trace().is_empty(), "nothing was started");
}

fn help() {
    let run = Workspace::new().run(&["--help"]);
    run.exits_with(0).says("--users").says("PROOFLOAD_USERS").says("--include-ignored").says("--fail-fast");
}
