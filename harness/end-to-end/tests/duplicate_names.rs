//! Two tests of one name are refused before anything runs, with both places.
//!
//! Two modules cannot hold two functions of one name, so `name = "…"` makes the pair. Started with `PROBE=1` this is the
//! perf binary that has it; otherwise it runs that and reads its answer.

use std::process::ExitCode;

use proofload::prelude::*;
use proofload_testing::perf_binary::{self, Workspace};

#[perf(kind = "load", name = "twin", users = 1, requests = 1)]
async fn first(user: &mut User) -> proofload::Result {
    user.check("never runs", false)
}

#[perf(kind = "load", name = "twin", users = 1, requests = 1)]
async fn second(user: &mut User) -> proofload::Result {
    user.check("never runs", false)
}

fn main() -> ExitCode {
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    let run = Workspace::new().run(&[]);
    run.exits_with(2).says("twin");
    assert_eq!(run.stderr.matches("duplicate_names.rs:").count(), 2, "both places are named: {run}");
    assert!(!run.stdout.contains("running"), "nothing ran: {run}");
    println!("test result: ok. 1 passed; 0 failed; two tests of one name are refused with both places");
    ExitCode::SUCCESS
}
