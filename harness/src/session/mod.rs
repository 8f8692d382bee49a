//! The wiring: select, set up, offer load, judge, report.

mod offer;

pub use offer::{Scene, offer};

/// Runs the perf tests of this binary; call it from `main` of a test target with `harness = false`.
pub fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
