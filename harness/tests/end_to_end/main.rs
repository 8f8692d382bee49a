//! End to end: a small perf binary is run as a person or a CI job runs it, and its output, exit code, record and
//! baselines are read.
//!
//! The binary is this one: started with `PROBE=1` it is the perf binary of `probe`, otherwise it runs the
//! specification below.

mod faults;
mod files;
mod interruption;
mod outcomes;
mod probe;
mod run;
mod selection;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let is_child = std::env::args().nth(1).is_some_and(|first| first == "__proofload");
    if is_child || std::env::var_os("PROBE").is_some() {
        return proofload::main();
    }
    let specification = [outcomes::TRIALS, faults::TRIALS, selection::TRIALS, files::TRIALS, interruption::TRIALS];
    let trials = specification.into_iter().flatten().map(|(name, body)| {
        let body = *body;
        Trial::test(*name, move || {
            body();
            Ok(())
        })
    });
    // Perf runs wait for one another, so side by side they would only wait.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
