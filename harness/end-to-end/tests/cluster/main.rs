//! Brokers and launchers as real processes: started, watched, and gone in the end.
//!
//! The binary starts itself again as their supervisor, as a perf test binary does, so it has a `main` of its own.

#![expect(clippy::unwrap_used, reason = "a test fails where it panics")]

mod broker;
mod launch;
mod programs;
mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    if let Some(code) = proofload::__internals::server::run_if_reexecuted() {
        return code;
    }
    if let Some(code) = support::hold_if_asked() {
        return code;
    }
    let mut trials: Vec<Trial> = Vec::new();
    trials.extend(programs::trials());
    trials.extend(broker::trials());
    trials.extend(launch::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
