//! What changed between two measurements, and whether that can be said: a [`ChangeReport`].
//!
//! Ratios and their intervals come from slices of a second, or from stored figures, and never from single requests: the times
//! of neighbouring requests depend on each other. Pure: figures in, verdicts out.

mod change;
mod report;

pub use change::{ChangeEstimate, ChangeVerdict, MetricChange};
pub use report::{ChangeReport, ComparisonMethod};
