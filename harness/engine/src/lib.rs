//! What [Proofload](https://docs.rs/proofload) offers load with, and measures it by. Use that crate; this one is a part of it, and
//! anything here may change at any time.
//!
//! It is a crate of its own so that it can be optimised while reports and the command line are not. The list of modules below is the
//! first part of the table of contents, which `proofload` continues: a module imports only modules declared above it.

// Those who read the source follow the links to what is private; a user of Proofload reads the pages of `proofload`.
#![allow(rustdoc::private_intra_doc_links)]
// What one feature makes public, nothing reaches without it.
#![cfg_attr(
    not(all(
        feature = "reqwest",
        feature = "tls",
        feature = "http2",
        feature = "decompress",
        feature = "live",
        feature = "cluster"
    )),
    allow(unreachable_pub)
)]

// 1. Vocabulary: plain values, shared with the attribute's crate.
pub use proofload_vocabulary::seeded;
pub use proofload_vocabulary::{kind, metric, settings, suggest, threshold, units, workload};

// 2. Statistics: numbers only. Text from outside, made safe. What this crate was built with.
pub mod statistics;
pub mod text;
pub mod built;

// 3. Measurement: histograms; not HTTP, no clock. What changes a load while it is measured, and who has it when.
pub mod load_control;
pub mod arm_turns;
pub mod load_part;
pub mod measure;

// 4. HTTP: bytes and timestamps; no user, no workload, no accounting.
pub mod clock;
pub mod stop;
pub mod thread_priority;
pub mod http;

// 5. Virtual user: choices, pauses, checks, requests and their accounting; no workload. Its data from files.
pub mod user;
pub mod rows;

// 6. Declarations: what the author wrote.
pub mod server;
pub mod fixture;
pub mod registry;
pub mod selection;

// 7. Load engine: offers the load of any scenario; no fixture, no registry, no HTTP.
pub mod engine;

// 8. Verdicts, the first of them: is one set of figures slower than another; numbers in, a judgement out.
pub mod comparison;

#[doc(hidden)]
pub mod __private;

// The code that the attributes generate names `proofload`, also in this crate's own tests.
#[cfg(test)]
extern crate self as proofload;
