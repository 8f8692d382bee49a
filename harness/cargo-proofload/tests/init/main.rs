//! `proofload init` in temporary projects: what it writes, what it leaves alone, and that `cargo test --test perf` then passes.

mod project;
mod first_test;
mod left_alone;
mod profile;
mod questions;
mod repeated;
