//! Servers as real processes: started, awaited, watched, and gone in the end.
//!
//! The binary starts itself again, as a perf test binary does, so it has a `main` of its own.

#![expect(clippy::unwrap_used, reason = "a test fails where it panics")]

#[cfg(target_os = "linux")]
mod bind;
mod declared;
mod life;
mod orphans;
mod start;
mod support;

use std::process::ExitCode;

use libtest_mimic::{Arguments, Trial};

fn main() -> ExitCode {
    if let Some(code) = proofload::__internals::server::run_if_reexecuted() {
        return code;
    }
    if let Some(code) = orphans::hold_if_asked() {
        return code;
    }
    let mut trials: Vec<Trial> = Vec::new();
    #[cfg(target_os = "linux")]
    trials.extend(bind::trials());
    trials.extend(start::trials());
    trials.extend(life::trials());
    trials.extend(orphans::trials());
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}
