//! A run as metrics for Prometheus: its text format 0.0.4, for a scrape while tests run and for a file at the end.
//!
//! Labels are the identity of a test, the names of its endpoints, and words of ours; at most 200 names of
//! endpoints, because each value of a label is a time series more in the memory of whatever collects them.

mod endpoints;
mod exposition;
mod families;
mod histogram;
mod of_test;
mod values;
#[cfg(test)]
mod tests;

use crate::outcome::RunReport;

/// The metrics of the tests that have ended.
pub(crate) fn text(run: &RunReport) -> String {
    // Thresholds of two arms would have the same labels.
    families::text(&run.with_arms_apart())
}
