//! Verdicts: what a test's figures mean.

mod report;

pub use report::{Environment, Outcome, RunReport, ServerReport, TestReport, ThresholdVerdict};
