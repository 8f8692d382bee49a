//! A run for tools that follow figures from commit to commit: pytest-benchmark's JSON, github-action-benchmark, Bencher.
//!
//! Only figures that can be trusted: those of tests that passed, or that failed because the server is too slow.

mod bmf;
mod spread;
mod github;
mod pytest;
#[cfg(test)]
mod tests;
mod tracked;

pub(crate) use bmf::bmf;
pub(crate) use github::{bigger_is_better, smaller_is_better};
pub(crate) use pytest::benchmark_json;
