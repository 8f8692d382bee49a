//! Whatever ends the process of the tests before the verdicts, and what outlives its parent.

use std::time::Instant;

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::process::{is_alive, signal, wait_until};
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("exit(0) in a test is an error that names the test, and what had finished is recorded", exits),
    ("an abort names the test and the signal, and what had finished is recorded", aborts),
    ("a stack overflow does the same", overflows),
    ("a signal that kills the process of the tests does the same, and no server is left", killed),
    ("one signal that reaches every process of the run is one interruption", signalled_together),
    ("a process that a test left in a session of its own ends with the run", strays),
];

/// Runs the test that ends the process, between two that do not.
fn ended_by(test: &str) -> FinishedRun {
    let run = Workspace::new().run(&["ends::before", &format!("ends::{test}"), "ends::last"]);
    assert_told(&run, test);
    run
}

fn assert_told(run: &FinishedRun, test: &str) {
    run.exits_with(102).says(&format!("while `probe::ends::{test}` ran"));
    assert_eq!(run.test("probe::ends::before")["outcome"], "passed");
    let ended = run.test(&format!("probe::ends::{test}"));
    assert_eq!(ended["outcome"], "errored", "{ended:#}");
    let tests = run.record()["tests"].as_array().map(Vec::len);
    assert_eq!(tests, Some(2), "the last one did not run: {:#}", run.record());
    run.says("1 selected test was not run").says("1 passed").says("run record");
}

fn exits() {
    let run = ended_by("exits");
    run.says("ended with exit status 0");
    let reason = run.test("probe::ends::exits")["reason"].to_string();
    assert!(reason.contains("exit status 0"), "{reason}");
}

fn aborts() {
    ended_by("aborts").says("signal 6 (SIGABRT)");
}

fn overflows() {
    ended_by("overflows").says("signal 6 (SIGABRT)").says("overflowed its stack");
}

fn killed() {
    let workspace = Workspace::new();
    let running = workspace.start(&["ends::before", "ends::waits", "ends::last"]);
    let server: u32 = workspace.wait_for_trace("steady ").parse().expect("a process number");
    let tests: u32 = workspace.wait_for_trace("tests run in ").parse().expect("a process number");
    let asked = Instant::now();
    signal("KILL", tests);
    let run = workspace.finished(&running.wait_with_output().expect("ends"), asked.elapsed());
    assert_told(&run, "waits");
    run.says("signal 9 (SIGKILL)");
    assert!(!is_alive(server), "the server is gone");
}

fn signalled_together() {
    let workspace = Workspace::new();
    let running = workspace.start(&["ends::waits"]);
    let tests: u32 = workspace.wait_for_trace("tests run in ").parse().expect("a process number");
    let asked = Instant::now();
    // As a terminal sends Ctrl-C: to the whole group.
    signal("INT", running.id());
    if tests != running.id() {
        signal("INT", tests);
    }
    let run = workspace.finished(&running.wait_with_output().expect("ends"), asked.elapsed());
    run.exits_with(130);
    assert_eq!(run.test("probe::ends::waits")["outcome"], "interrupted", "{run}");
}

fn strays() {
    let workspace = Workspace::new();
    let run = workspace.run(&["ends::strays"]);
    let stray: u32 = workspace.wait_for_trace("stray ").parse().expect("a process number");
    wait_until("the stray process is gone", || !is_alive(stray));
    run.exits_with(0);
}
