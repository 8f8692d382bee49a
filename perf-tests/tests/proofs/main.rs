//! Proofs that Proofload tells the truth: loads on servers whose effect is known, over real TCP, and the record held
//! against theory (`closed_form`) or against the server's own record.
//!
//! The binary is this one: started with `PROOF_PROBE=1` it is the perf binary of `probe`, otherwise it runs the proofs.
//! A run that says of itself that it is invalid is done again, and so is one whose witnesses (`held_up`) say that the
//! machine kept either side from its work; one that is wrong never is. A failure's message stands at the end, in a line.

mod arrivals;
mod capacity;
mod closed;
mod closed_form;
mod faults;
mod held_up;
mod open;
mod probe;
mod run;
mod series;
mod spike;
mod stopped;
mod verdict;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    let is_child = std::env::args().nth(1).is_some_and(|first| first == "__proofload");
    if is_child || std::env::var_os(run::PROBE).is_some() {
        return proofload::main();
    }
    let specification = [
        closed_form::specification::TRIALS,
        closed::TRIALS,
        open::TRIALS,
        arrivals::TRIALS,
        spike::TRIALS,
        stopped::TRIALS,
        series::TRIALS,
        faults::TRIALS,
        verdict::TRIALS,
        capacity::TRIALS,
    ];
    let trials = specification.into_iter().flatten().map(|(name, body)| {
        let body = *body;
        Trial::test(*name, move || {
            body();
            Ok(())
        })
    });
    // Loads side by side measure one another.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    libtest_mimic::run(&arguments, trials.collect()).exit_code()
}
