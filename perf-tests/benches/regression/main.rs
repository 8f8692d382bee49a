//! How often a comparison of two servers that take turns is right: false alarms where they are equal, and slowdowns that it
//! finds, on real servers of this machine.
//!
//! `cargo bench --bench regression` takes about a quarter of an hour. Prints, and asserts nothing. The environment may say:
//!
//! * `WINDOWS=40`: how many comparisons of the longer length each row has (3); of the shorter one it has twice as many.
//! * `SECONDS=60`: the longer length; the shorter one is half of it. For a look: `WINDOWS=2 SECONDS=24`, three minutes.
//! * `SERVERS=delay,spin`: only these. `delay` waits 10 ms (median, log-normal) and needs no processor; `spin` computes for some 2 ms.
//! * `CHANGES=0,5,10,20`: only these slowdowns, in percent. Those of `delay` are measured at the same time, those of `spin` one after
//!   the other.
//!
//! Each server is a process of its own, which this binary is, too (`REGRESSION_SERVER`). To save time, one long run of turns is cut
//! into windows, and each window is one comparison.

mod arm_server;
mod goals;
mod load;
mod measurement;
mod options;
mod raw_times;
mod tally;
mod window;

use std::process::ExitCode;

fn main() -> ExitCode {
    if let Some(kind) = arm_server::wanted() {
        return arm_server::serve(&kind);
    }
    match options::BenchOptions::read().and_then(|options| measurement::run_all(&options)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("regression: {error}");
            ExitCode::FAILURE
        }
    }
}
