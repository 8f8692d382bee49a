//! Workers that cannot take part.

use std::fs;

use proofload_testing::broker;
use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;

use super::own_broker::OwnBroker;
use super::shared_run::{finish, record, run, show, with_workers};

pub(crate) const SPECIFICATION: Specification = &[
    ("a worker that is another binary is refused with both hashes, before any test begins", other_binary),
    ("a broker that wants another token is named, and no token is printed", wrong_token),
    ("a test that panics in a worker is errored with its panic", panics),
];

fn other_binary() {
    if !broker::is_installed() {
        return;
    }
    let workspace = Workspace::new();
    let launcher = workspace.path().join("other-binary");
    // A program that has one more byte at its end does the same, and is another one.
    let script = "program=$1; shift\n\
                  (cat \"$program\"; echo) > copy.$$ && chmod +x copy.$$ && exec ./copy.$$ \"$@\"\n";
    fs::write(&launcher, script).expect("the launcher is written");
    let template = format!("sh {} {{command}}", launcher.display());
    let arguments = ["--workers", "2", "--launch", &template, "--ignored", "--exact", "[load] probe::shared::next"];
    let run = finish(&workspace, |workspace| workspace.command(&arguments));
    show(&run);
    run.exits_with(102).says("was refused as a worker: its executable is ").says(", and the coordinator's is ");
    assert_eq!(workspace.trace(), [""; 0], "no server was started");
}

fn panics() {
    if !broker::is_installed() {
        return;
    }
    let run = run(&["[load] probe::shared::panics"]);
    show(&run);
    run.says("this user has no basket");
    assert_ne!(run.code, Some(0), "{run}");
    assert_ne!(record(&run, "[load] probe::shared::panics")["outcome"], "passed", "{run}");
}

fn wrong_token() {
    if !broker::is_installed() {
        return;
    }
    let (broker, workspace) = (OwnBroker::start(), Workspace::new());
    let run = finish(&workspace, |workspace| {
        let mut command = workspace.command(&with_workers(&["[load] probe::shared::next"]));
        command.env("PROOFLOAD_NATS", broker.url()).env("PROOFLOAD_NATS_TOKEN", "guessed");
        command
    });
    show(&run);
    run.exits_with(102).says("refused the connection").says("PROOFLOAD_NATS");
    assert!(!run.printed().contains("guessed"), "{run}");
    assert_eq!(workspace.trace(), [""; 0], "no server was started");
}
