//! Ctrl-C, SIGTERM and kill -9.

use std::process::Child;
use std::time::{Duration, Instant};

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::process::{ignores_hup, is_alive, signal, wait_until};
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("Ctrl-C reports partial results, tears down, leaves no child and touches no baseline", || interrupted("INT", 130)),
    ("SIGTERM does the same", || interrupted("TERM", 143)),
    ("SIGHUP, of a terminal that is closed, does the same", || interrupted("HUP", 129)),
    ("a run under nohup outlives its terminal", nohup),
    ("kill -9 on the test binary leaves no server", killed),
];

/// Starts the long test and returns it with the server's process number, once the load has begun.
fn start(workspace: &Workspace) -> (Child, u32) {
    let running = workspace.start(&["long::minute", "good::health"]);
    let pid = workspace.wait_for_trace("steady ").parse().expect("a process number");
    let _nothing_more = workspace.wait_for_trace("basket set up");
    std::thread::sleep(Duration::from_millis(300));
    (running, pid)
}

fn interrupted(name: &str, code: i32) {
    if name == "HUP" && ignores_hup() {
        return eprintln!("not tested: SIGHUP is ignored by this process, and so by the run");
    }
    let workspace = Workspace::new();
    let (running, server) = start(&workspace);
    // The load has begun, so no other perf run holds the machine.
    let asked = Instant::now();
    signal(name, running.id());
    let output = running.wait_with_output().expect("ends");
    let run: FinishedRun = workspace.finished(&output, asked.elapsed());
    run.exits_with(code).says("interrupted");
    assert!(run.took < Duration::from_secs(9), "at once and not after a timeout of 10 s: {run}");
    let test = run.test("probe::long::minute");
    assert_eq!(test["outcome"], "interrupted");
    assert!(test["totals"]["requests"]["ok"].as_u64().expect("partial figures") > 0, "{test:#}");
    assert_eq!(run.record()["interrupted"], format!("SIG{name}"));
    assert_eq!(workspace.page(), None, "no baseline is touched");
    assert!(workspace.trace().contains(&"catalogue torn down true".to_owned()), "{:?}", workspace.trace());
    assert!(!is_alive(server), "the server is gone");
}

/// `nohup` starts its program with SIGHUP ignored.
fn nohup() {
    let workspace = Workspace::new();
    let probe = workspace.command(&["good::health"]);
    let mut command = std::process::Command::new("nohup");
    command.arg(probe.get_program()).args(probe.get_args());
    workspace.prepare(&mut command);
    let running = command.spawn().expect("starts");
    let _begun = workspace.wait_for_trace("steady ");
    signal("HUP", running.id());
    let output = running.wait_with_output().expect("ends");
    workspace.finished(&output, Duration::ZERO).exits_with(0).says("1 passed");
}

fn killed() {
    let workspace = Workspace::new();
    let (mut running, server) = start(&workspace);
    assert!(is_alive(server));
    signal("KILL", running.id());
    running.wait().expect("ends");
    wait_until("the server ends with its parent", || !is_alive(server));
}
