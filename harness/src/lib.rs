//! Performance tests that live beside a Rust project's other tests.
//!
//! The list of modules below is the table of contents, the reading order and the rule: a module imports
//! only modules declared above it. `tests/architecture` checks this. ARCHITECTURE.md explains each layer.

// What is public in a private module is for the tests and benches, which switch `internals` on; what the live page asks of a session,
// nothing uses without the page.
#![cfg_attr(not(all(feature = "internals", feature = "live")), allow(dead_code, unreachable_pub, unused_imports))]

// 1. to 8.: the first layers are crates of their own; `proofload_engine` is what runs while load is offered.
#[cfg(test)]
use proofload_engine::seeded;
use proofload_engine::{
    arm_turns, built, clock, comparison, engine, fixture, http, load_control, load_part, measure, registry, rows,
    selection, server, statistics, stop, text, thread_priority, user,
};
use proofload_engine::{kind, metric, settings, suggest, threshold, units, workload};

// 8. Verdicts: summaries in, verdicts out.
mod outcome;
mod baseline;
mod history;

// 9. Test execution: one test from set-up to verdict; no terminal, no command line.
mod runner;

// 10. Reports: outcomes in, text out; no files, no clock.
mod report;

// 11. Live page: finished seconds and outcomes, served while the tests run.
mod live;

// 12. Cluster: several processes offer one load together.
#[cfg(feature = "cluster")]
mod cluster;

// 13. Command line: the only place that knows every layer.
mod cli;
mod session;
pub mod prelude;
#[doc(hidden)]
pub mod __private;
#[doc(hidden)]
pub mod __command;
// The tests and benches of this workspace reach the private modules through this one.
#[cfg(feature = "internals")]
#[doc(hidden)]
pub mod __internals;

// The code that the attributes generate names this crate from outside, also in the tests of the cluster.
#[cfg(all(test, feature = "cluster"))]
extern crate self as proofload;

// The public interface: what an author writes, what that returns, and the record of a run.
// `fixture_rules` and `scope_types` are words of compiler messages.
#[doc(inline)]
pub use fixture::{Give, rules as fixture_rules, scope_types};
#[doc(inline)]
pub use http::{Body, Form, Method, Target};
pub use proofload_macros::{fixture, perf, server};
pub use report::record;
#[doc(inline)]
pub use rows::Rows;
#[doc(inline)]
pub use server::{Command as ServerCommand, ProcessExit, Server, ServerError};
pub use session::main;
#[doc(inline)]
pub use user::{Error, ExpectedStatus, Request, Response, Result, Sending, ThinkTime, User, Whole};
