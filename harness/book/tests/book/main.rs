//! What the README and the pages of the book show is true: listings compile, commands are accepted and those marked `run` run,
//! links lead somewhere, and pages that are generated are what the code says.
//!
//! The same binary is the perf binary whose tests are the listings, and the command `proofload`.

mod commands;
mod links;
mod reference;
mod settings_files;
// Public for the listings, which take all of it.
#[allow(unreachable_pub, dead_code)]
mod setting;

/// Each listing in a module of its own, by page and line.
#[allow(warnings, clippy::all)]
mod listings {
    include!(concat!(env!("OUT_DIR"), "/listings.rs"));
}

use std::process::ExitCode;

use proofload_testing::{perf_binary, specification};

fn main() -> ExitCode {
    if commands::is_proofload() {
        return cargo_proofload::main();
    }
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    specification::run_one_at_a_time(&[
        commands::SPECIFICATION,
        links::SPECIFICATION,
        reference::SPECIFICATION,
        settings_files::SPECIFICATION,
    ])
}
