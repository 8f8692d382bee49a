//! Two tests of one name are refused before anything runs, with both places.
//!
//! Two modules cannot hold two functions of one name, so `name = "…"` makes the pair. Started with `PROBE=1` this is the
//! perf binary that has it; otherwise it runs that and reads its answer.

use std::process::{Command, ExitCode};

use proofload::prelude::*;

#[perf(kind = "load", name = "twin", users = 1, requests = 1)]
async fn first(user: &mut User) -> proofload::Result {
    user.check("never runs", false)
}

#[perf(kind = "load", name = "twin", users = 1, requests = 1)]
async fn second(user: &mut User) -> proofload::Result {
    user.check("never runs", false)
}

fn main() -> ExitCode {
    if std::env::var_os("PROBE").is_some() {
        return proofload::main();
    }
    let this = std::env::current_exe().expect("this binary has a path");
    let output = Command::new(this).env("PROBE", "1").output().expect("this binary starts");
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(2), "{told}");
    assert_eq!(told.matches("duplicate_names.rs:").count(), 2, "both places are named: {told}");
    assert!(told.contains("twin"), "{told}");
    assert!(!String::from_utf8_lossy(&output.stdout).contains("running"), "nothing ran");
    println!("test result: ok. 1 passed; 0 failed; two tests of one name are refused with both places");
    ExitCode::SUCCESS
}
