//! Servers and fixtures that break: their test is errored at once, with the last lines of output, and the run goes on.

use std::time::Duration;

use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("a server that dies in mid-test is errored at once with its last words, and the next test gets a fresh one", dies),
    ("a server that exits before it is ready is errored at once with its status and output", stillborn),
    ("a server that panics before it is ready is reported with its panic", panicky),
    ("a server's panic is reported with its place, and not buried under its backtrace", panicky_with_backtrace),
    ("a server that never gets ready is errored with what was waited for", unready),
    ("a fixture that fails is tried once and fails each test that needs it", broken_fixture),
    ("a server that never answers is timed out by cause", silence),
    ("a load without any answer is given up, and what was not sent is counted", endless_silence),
    ("a request that the author built wrongly ends the test at once, with what to write", mistakes),
    ("a tear-down that fails is printed beside the test and in the last line", failed_tear_down),
    ("cut bodies and rubbish are failures by cause, and the run goes on", damaged_answers),
];

fn dies() {
    let workspace = Workspace::new();
    let run = workspace.run(&["faults::dies", "faults::revives"]);
    run.exits_with(102).says("ERRORED").says("exit status 3").says("last words of a server");
    assert_eq!(run.test("probe::faults::dies")["outcome"], "errored");
    assert_eq!(run.test("probe::faults::revives")["outcome"], "passed");
    let starts = workspace.trace().iter().filter(|line| line.starts_with("mortal")).count();
    assert_eq!(starts, 2, "the second test got a fresh server");
    assert!(run.tests_took() < Duration::from_secs(9), "not after a timeout of 10 s: {run}");
}

fn stillborn() {
    let run = Workspace::new().run(&["stillborn_server"]);
    run.exits_with(102).says("ERRORED").says("no database at /nowhere").says("reading the configuration");
    assert!(run.tests_took() < Duration::from_secs(9), "not after a timeout of 10 s: {run}");
}

fn panicky() {
    Workspace::new().run(&["panicky_server"]).exits_with(102).says("the server's own panic");
}

fn panicky_with_backtrace() {
    let workspace = Workspace::new();
    let mut command = workspace.command(&["panicky_server"]);
    command.env("RUST_BACKTRACE", "1");
    let run = workspace.finish(command);
    run.exits_with(102).says("the server's own panic").says("probe/servers.rs:").says("(a stack backtrace of ");
    assert!(!run.stdout.contains("FnOnce::call_once"), "{run}");
}

fn unready() {
    Workspace::new().run(&["unready_server"]).exits_with(102).says("/missing").says("404").says("0.3 s");
}

fn broken_fixture() {
    let workspace = Workspace::new();
    let run = workspace.run(&["broken_fixture"]);
    run.exits_with(102).says("broken").says("invalid digit found in string");
    assert_eq!(run.test("probe::faults::broken_fixture")["outcome"], "errored");
    assert_eq!(run.test("probe::faults::broken_fixture_again")["outcome"], "errored");
    assert_eq!(workspace.trace().iter().filter(|line| *line == "broken tried").count(), 1);
}

fn silence() {
    let run = Workspace::new().run(&["faults::silence"]);
    run.exits_with(101).says("timed out");
    let test = run.test("probe::faults::silence");
    assert_eq!(test["totals"]["requests"]["timed_out"], 4);
    assert!(test["totals"]["response_time"]["min_s"].as_f64().expect("timed") >= 0.1);
}

fn endless_silence() {
    let run = Workspace::new().run(&["endless_silence"]);
    run.exits_with(101);
    let requests = run.test("probe::faults::endless_silence")["totals"]["requests"].clone();
    let count = |name: &str| requests[name].as_u64().expect("a count");
    assert_eq!(count("intended"), 1_000_000);
    assert!(count("never_sent") > 999_000);
    let ends = ["ok", "failed", "timed_out", "in_flight_at_end", "never_sent"];
    assert_eq!(ends.iter().map(|name| count(name)).sum::<u64>(), 1_000_000);
    assert!(run.tests_took() < Duration::from_secs(10), "{run}");
}

fn mistakes() {
    let run = Workspace::new().run(&["faults::mistake", "faults::ignored_mistake"]);
    run.exits_with(102).says("ERRORED").says("write \"/health\"");
    for name in ["probe::faults::mistake", "probe::faults::ignored_mistake"] {
        let test = run.test(name);
        assert_eq!(test["outcome"], "errored", "{test:#}");
        assert_eq!(test["totals"]["requests"]["failed"], 0, "what was never sent did not fail: {test:#}");
        assert_eq!(test["totals"]["response_time"]["samples"], 0, "nor did it take time: {test:#}");
    }
    assert!(run.tests_took() < Duration::from_secs(3), "not to the end of 3 s: {run}");
}

fn failed_tear_down() {
    let run = Workspace::new().run(&["faults::sticky_tear_down"]);
    run.exits_with(102);
    let reason = "the table is still locked";
    let beside = run.stdout.lines().find(|line| line.starts_with("test [load] probe::faults::sticky_tear_down"));
    assert!(beside.is_some_and(|line| line.contains(reason) && line.ends_with("ok")), "{run}");
    let last = run.stdout.lines().rfind(|line| !line.is_empty());
    assert!(last.is_some_and(|line| line.contains(reason) && line.contains("sticky_tear_down")), "{run}");
}

fn damaged_answers() {
    let run = Workspace::new().run(&["cut_bodies", "rubbish"]);
    run.exits_with(101);
    for name in ["probe::faults::cut_bodies", "probe::faults::rubbish"] {
        let totals = run.test(name)["totals"].clone();
        assert_eq!(totals["requests"]["failed"], 20, "{totals}");
        let causes = totals["failures"].as_object().expect("causes");
        assert!(causes.keys().all(|cause| !cause.contains("timed out")), "{causes:?}");
    }
}
