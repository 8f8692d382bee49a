//! Workers that cannot take part.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use proofload_testing::perf_binary::Workspace;
use proofload_testing::specification::Specification;

use super::shared_run::{finish, has_broker, reason, run};

pub(crate) const SPECIFICATION: Specification = &[
    ("a worker that is another binary is refused with both hashes, before any test begins", other_binary),
    ("a fixture that cannot be handed to workers is named, and the next test runs", cannot_travel),
    ("a test that panics in a worker is errored with its panic", panics),
];

fn other_binary() {
    if !has_broker() {
        return;
    }
    let workspace = Workspace::new();
    let launcher = workspace.path().join("other-binary");
    // A program that has one more byte at its end does the same, and is another one.
    let script = "#!/bin/sh\nprogram=$1; shift\n\
                  (cat \"$program\"; echo) > copy.$$ && chmod +x copy.$$ && exec ./copy.$$ \"$@\"\n";
    fs::write(&launcher, script).expect("the launcher is written");
    fs::set_permissions(&launcher, fs::Permissions::from_mode(0o755)).expect("it can be started");
    let template = format!("sh {} {{command}}", launcher.display());
    let arguments = ["--workers", "2", "--launch", &template, "--exact", "probe::shared::next"];
    let run = finish(&workspace, |workspace| workspace.command(&arguments));
    eprintln!("{run}");
    run.exits_with(102).says("was refused as a worker: its executable is ").says(", and the coordinator's is ");
    assert_eq!(workspace.trace(), [""; 0], "no server was started");
}

fn cannot_travel() {
    if !has_broker() {
        return;
    }
    let run = run(&["--exact", "probe::shared::cannot_travel", "probe::shared::next"]);
    eprintln!("{run}");
    run.exits_with(102);
    assert_eq!(run.test("probe::shared::cannot_travel")["outcome"], "errored", "{run}");
    assert!(reason(&run, "probe::shared::cannot_travel").contains("handle"), "{run}");
    assert_eq!(run.test("probe::shared::next")["outcome"], "passed", "{run}");
}

fn panics() {
    if !has_broker() {
        return;
    }
    let run = run(&["--exact", "probe::shared::panics"]);
    eprintln!("{run}");
    run.says("this user has no basket");
    assert_ne!(run.code, Some(0), "{run}");
    assert_ne!(run.test("probe::shared::panics")["outcome"], "passed", "{run}");
}
