//! `PROOFLOAD_BIND`: servers that listen at another address of this machine. On Linux 127.0.0.2 is one.

use proofload_testing::perf_binary::{FinishedRun, Workspace};
use proofload_testing::specification::Specification;

pub(crate) const SPECIFICATION: Specification = &[
    ("a server listens at the address that is set, and its users send their requests there", elsewhere),
    ("an address at which no server can listen is refused before anything starts", refused),
];

fn run(workspace: &Workspace, bind: &str) -> FinishedRun {
    let mut command = workspace.command(&["good::health"]);
    command.env("PROOFLOAD_BIND", bind);
    workspace.finish(command)
}

#[cfg(target_os = "linux")]
fn elsewhere() {
    let workspace = Workspace::new();
    let run = run(&workspace, "127.0.0.2");
    let test = run.exits_with(0).test("probe::good::health");
    let url = test["servers"][0]["url"].as_str().expect("a server").to_owned();
    assert!(url.starts_with("http://127.0.0.2:"), "{url}");
    assert_eq!(test["totals"]["requests"]["ok"], 200);
}

#[cfg(not(target_os = "linux"))]
fn elsewhere() {}

fn refused() {
    let workspace = Workspace::new();
    // Without an interface it is no whole address, on any machine.
    let refused = run(&workspace, "fe80::1");
    refused.exits_with(2).says("PROOFLOAD_BIND: no server can listen on fe80::1, so no test was run: ");
    refused.says("; give an address of this machine");
    run(&workspace, "0.0.0.0").exits_with(2).says("0.0.0.0 is not the address of one machine");
    assert!(workspace.trace().is_empty(), "no server was started");
}
