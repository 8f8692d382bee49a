//! Performance tests that live beside a Rust project's other tests.
//!
//! The list of modules below is the table of contents, the reading order and the rule: a module imports
//! only modules declared above it. `tests/architecture` checks it.

// 1. Vocabulary: plain values, shared with the attribute's crate.
use proofload_vocabulary::seeded;
pub use proofload_vocabulary::{kind, metric, settings, suggest, threshold, units, workload};

// 2. Statistics: numbers only.
mod statistics;

// 3. Measuring: histograms; not HTTP, no clock.
pub mod measure;

// 4. HTTP: bytes and timestamps; no user, no workload, no accounting.
pub mod clock;
pub mod stop;
pub mod http;

// Virtual user: choices, pauses, checks, requests and their accounting; no workload.
pub mod user;

// 5. Declaring: what the author wrote.
pub mod server;
pub mod fixture;
pub mod registry;
pub mod selection;

// 6. Driving: offers the load of any scenario; no fixture, no registry.
pub mod engine;

// 7. Judging: summaries in, verdicts out.
pub mod outcome;
pub mod baseline;

// 8. Running: one test from set-up to verdict; no terminal, no command line.
pub mod runner;

// 9. Reporting: outcomes in, text out; no files, no clock.
pub mod report;

// 10. The command line: the only place that knows every layer.
mod cli;
mod session;
pub mod prelude;
#[doc(hidden)]
pub mod __private;

// The attributes' code names this crate from outside; its own tests use them too.
#[cfg(test)]
extern crate self as proofload;

pub use proofload_macros::{fixture, perf, server};
pub use session::main;
pub use user::{Error, Result};
