//! What a request costs the generator, beside the best-known generators on the same server.
//!
//! `cargo bench --bench generator`. Prints, and asserts nothing. The environment may say:
//!
//! * `LOADS='50 users, 0.1 KiB, changing head'`: only the load with this title; `PAIRS=9`, `SECONDS=5`: how often, and how long.
//! * `AGAINST=/path/to/generator-…`: another build of this bench, such as that of an earlier commit. Its Proofload and ours
//!   offer each load in turn, and nothing else does: what a change costs per request.
//!
//! Two cores of a virtual machine may be near each other at one time and far apart at another, which changes what a request costs by a
//! third. The distance is measured before and after each run, and only what was measured at the same distance is compared.
//!
//! The same binary is the perf binary whose load is measured (`PROBE`), the server `hello` in a process of its
//! own (`GENERATOR_SERVER`), and the loops that show the least that a generator can cost (`GENERATOR_FLOOR`).

mod comparison;
#[cfg(target_os = "linux")]
mod core_distance;
#[cfg(target_os = "linux")]
mod floor;
mod load;
mod probe;
mod process;
mod proofload_run;
#[cfg(target_os = "linux")]
mod returns;
mod rivals;
mod scenario;
mod server;

use std::process::ExitCode;

use proofload_testing::perf_binary;

fn main() -> ExitCode {
    if perf_binary::is_wanted() {
        return proofload::main();
    }
    if std::env::var_os(server::SERVER).is_some() {
        return server::serve();
    }
    #[cfg(target_os = "linux")]
    if let Some(order) = floor::order() {
        return floor::offer(&order);
    }
    match scenario::run_all() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("generator: {error}");
            ExitCode::FAILURE
        }
    }
}
