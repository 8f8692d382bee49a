//! Performance tests that live beside a Rust project's other tests.
//!
//! The list of modules below is the table of contents, the reading order and the rule: a module imports
//! only modules declared above it. `tests/architecture` checks this. ARCHITECTURE.md explains each layer.

// 1. Vocabulary: plain values, shared with the attribute's crate.
use proofload_vocabulary::seeded;
pub use proofload_vocabulary::{kind, metric, settings, suggest, threshold, units, workload};

// 2. Statistics: numbers only.
mod statistics;

// 3. Measurement: histograms; not HTTP, no clock.
pub mod measure;

// 4. HTTP: bytes and timestamps; no user, no workload, no accounting.
pub mod clock;
pub mod stop;
pub mod http;

// 5. Virtual user: choices, pauses, checks, requests and their accounting; no workload.
pub mod user;

// 6. Declarations: what the author wrote.
pub mod server;
pub mod fixture;
pub mod registry;
pub mod selection;

// 7. Load engine: offers the load of any scenario; no fixture, no registry, no HTTP.
pub mod engine;

// 8. Verdicts: summaries in, verdicts out.
pub mod outcome;
pub mod baseline;

// 9. Test execution: one test from set-up to verdict; no terminal, no command line.
pub mod runner;

// 10. Reports: outcomes in, text out; no files, no clock.
pub mod report;

// 11. Command line: the only place that knows every layer.
mod cli;
mod session;
pub mod prelude;
#[doc(hidden)]
pub mod __private;

// The code that the attributes generate names this crate from outside, also in its own tests.
#[cfg(test)]
extern crate self as proofload;

pub use proofload_macros::{fixture, perf, server};
pub use report::record;
pub use session::main;
pub use user::{Error, Result};
