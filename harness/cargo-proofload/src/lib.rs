//! The command `proofload`: load tests of any URL, offered, measured and judged by the library `proofload`.
//!
//! The list of modules below is the reading order and the rule: a module imports only modules declared above it. A command line
//! becomes `request::RequestPlan` (what is sent) and `load::LoadSpec` (how much of it, judged by what); `suite` makes both a
//! test as `#[perf]` would, and hands it to the library, which runs it as a perf binary runs its tests.

mod failure;
mod request;
mod load;
mod suite;
mod commands;
mod config;
mod help;
mod cli;

pub use cli::main;
