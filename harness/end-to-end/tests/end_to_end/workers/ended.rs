//! The coordinator ends.

use proofload_testing::broker;
use proofload_testing::perf_binary::tests_process;
use proofload_testing::process::signal;
use proofload_testing::specification::Specification;

use super::shared_run::{SharedRun, record, show};

pub(crate) const SPECIFICATION: Specification = &[
    ("Ctrl-C reports what all workers have measured so far, and leaves no process", interrupted),
    ("a kill of the process that was started leaves no worker, no broker and no server", killed),
    ("nor does a kill of the process that runs the tests", tests_killed),
];

const MINUTE: &str = "[load] probe::shared::minute";

fn interrupted() {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE]);
    signal("INT", shared.pid());
    let run = shared.end();
    show(&run);
    run.exits_with(130).says("interrupted");
    let test = record(&run, MINUTE);
    assert_eq!(test["outcome"], "interrupted", "{run}");
    let parts = test["workers"].as_array().expect("a list of workers");
    assert!(
        parts.iter().all(|part| part["requests"]["ok"].as_u64().is_some_and(|requests| requests > 0)),
        "{parts:#?}"
    );
}

fn killed() {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE]);
    signal("KILL", shared.pid());
    shared.vanish();
}

fn tests_killed() {
    if !broker::is_installed() {
        return;
    }
    let mut shared = SharedRun::begin(&[MINUTE]);
    signal("KILL", tests_process(shared.pid()).expect("the process that runs the tests"));
    let run = shared.end();
    show(&run);
    assert_ne!(run.code, Some(0), "{run}");
}
