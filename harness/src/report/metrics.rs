//! A run as metrics for Prometheus: its text format 0.0.4, for a scrape while tests run and for a file at the end.
//!
//! Labels are the identity of a test, the names of its endpoints, and words of ours; at most [`MOST_ENDPOINTS`] names of
//! endpoints, because each value of a label is a time series more in the memory of whatever collects them.

mod endpoints;
mod exposition;
mod families;
mod histogram;
mod of_test;
#[cfg(test)]
mod tests;

pub(crate) use endpoints::MOST_ENDPOINTS;

use crate::outcome::{RunReport, TestId};

/// The metrics of a run that has ended.
pub(crate) fn text(run: &RunReport) -> String {
    families::text(run, None)
}

/// The metrics of a run in which the test `running`, one of its tests, has not ended: it has no outcome and no verdicts yet.
///
/// Its thresholds should be there from the start, without figures: their limits are bounds of its histograms, and a
/// histogram must not get other bounds while it is scraped.
pub(crate) fn text_while_running(run: &RunReport, running: &TestId) -> String {
    families::text(run, Some(running))
}
