//! The vocabulary of Proofload, as plain values: no clock, no async, no files.
//!
//! `#[perf]` reads these words while the test compiles, and the harness reads them again from the
//! command line, the environment and `proofload.toml`. Both use this crate, so a literal means the
//! same everywhere, and a mistake has the same message everywhere.
//!
//! A module imports only modules declared above it.

pub mod kind;
pub mod metric;
pub mod seeded;
pub mod suggest;
pub mod threshold;
pub mod units;
pub mod workload;
pub mod settings;
