//! End to end: a small perf binary is run as a person or a CI job runs it; the tests read its output, exit code, record
//! and baselines.
//!
//! The binary is this one: started with `PROBE=1` it is the perf binary of `probe`, otherwise it runs the
//! specification below.

mod against;
mod arms;
mod bind;
mod classes;
mod compare;
mod endings;
mod faults;
mod files;
mod interruption;
mod live;
mod live_page;
mod needs;
mod outcomes;
mod places;
mod probe;
mod requests_csv;
mod rows;
mod selection;
mod stored;
mod stuck;
#[cfg(feature = "cluster")]
mod travelling;
mod values;
mod versions;
mod waiting;
#[cfg(feature = "cluster")]
mod workers;

use std::process::ExitCode;

use proofload_testing::{perf_binary, specification};

fn main() -> ExitCode {
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    // Perf runs wait for one another, so side by side they would only wait.
    specification::run_one_at_a_time(&[
        outcomes::SPECIFICATION,
        arms::SPECIFICATION,
        classes::SPECIFICATION,
        faults::SPECIFICATION,
        selection::SPECIFICATION,
        needs::SPECIFICATION,
        files::SPECIFICATION,
        bind::SPECIFICATION,
        requests_csv::SPECIFICATION,
        interruption::SPECIFICATION,
        live::SPECIFICATION,
        endings::SPECIFICATION,
        stored::SPECIFICATION,
        stuck::SPECIFICATION,
        rows::SPECIFICATION,
        values::SPECIFICATION,
        #[cfg(feature = "cluster")]
        travelling::SPECIFICATION,
        #[cfg(feature = "cluster")]
        workers::lost::SPECIFICATION,
        #[cfg(feature = "cluster")]
        workers::cut_off::SPECIFICATION,
        #[cfg(feature = "cluster")]
        workers::ended::SPECIFICATION,
        #[cfg(feature = "cluster")]
        workers::refused::SPECIFICATION,
        #[cfg(feature = "cluster")]
        workers::secured::SPECIFICATION,
        #[cfg(feature = "cluster")]
        workers::series::SPECIFICATION,
        waiting::SPECIFICATION,
        places::SPECIFICATION,
        against::SPECIFICATION,
        versions::SPECIFICATION,
        compare::SPECIFICATION,
    ])
}
