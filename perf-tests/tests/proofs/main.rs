//! Proofs that the figures are right: loads on servers of known effect, over real TCP, and the record compared with theory
//! (`closed_form`) or with the server's own record.
//!
//! The same binary is the perf binary of `probe`. A run that is invalid by its own report is repeated, and so is one whose
//! witnesses say that the machine kept either side from its work (`disturbance`), for as long as `repeats` allows; one with
//! a wrong figure fails at once. The message of a failure is at the end of its output, in one line.

mod arrivals;
mod by_workers;
mod capacity;
mod closed;
mod closed_form;
mod disturbance;
mod exchange;
mod faults;
mod open;
mod probe;
mod probe_run;
mod proof;
mod repeats;
mod series;
mod spike;
mod stopped;
mod values;
mod verdict;
mod workers;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};
use proofload_testing::perf_binary;
use proofload_testing::specification::Specification;

const PROOFS: [Specification; 13] = [
    closed_form::specification::SPECIFICATION,
    repeats::specification::SPECIFICATION,
    closed::SPECIFICATION,
    open::SPECIFICATION,
    arrivals::SPECIFICATION,
    spike::SPECIFICATION,
    stopped::SPECIFICATION,
    series::SPECIFICATION,
    faults::SPECIFICATION,
    values::SPECIFICATION,
    verdict::SPECIFICATION,
    capacity::SPECIFICATION,
    by_workers::SPECIFICATION,
];

fn main() -> ExitCode {
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    let trials = PROOFS.into_iter().flatten().map(|(name, proof)| {
        let proof = *proof;
        Trial::test(*name, move || {
            repeats::attempt(proof);
            Ok(())
        })
    });
    // Loads side by side measure one another.
    let arguments = Arguments { test_threads: Some(1), ..Arguments::from_args() };
    let conclusion = libtest_mimic::run(&arguments, trials.collect());
    let unproven = repeats::conclude();
    print!("{}", unproven.text);
    if unproven.fails { ExitCode::from(101) } else { conclusion.exit_code() }
}
