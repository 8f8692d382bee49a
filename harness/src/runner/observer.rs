//! What a caller sees of a run in progress.

use std::sync::Arc;

use super::test::Test;
use crate::measure::{Live, RequestSink};
use crate::workload::Workload;

/// Sees each run of a test, for example to draw a line of progress. Called on the runner's thread.
pub trait RunObserver {
    /// A run begins; its counters can be read from `live` until it ends.
    fn run_started(&mut self, test: &Test, workload: &Workload, live: &Arc<Live>);

    /// A measurement of `test` begins. What an earlier one of the same test has measured does not count.
    fn measurement_started(&mut self, test: &Test);

    /// Takes each request of the next run of `test`, or of one of the servers that it compares, if that is wanted.
    fn requests(&mut self, test: &Test, arm: Option<&str>) -> Option<Arc<dyn RequestSink>>;

    /// The run has ended.
    fn run_ended(&mut self);

    /// What a person should know before the next run of `test`.
    fn announced(&mut self, test: &Test, announcement: &str);
}

/// Shows nothing.
#[derive(Debug, Clone, Copy, Default)]
pub struct NoObserver;

impl RunObserver for NoObserver {
    fn run_started(&mut self, _test: &Test, _workload: &Workload, _live: &Arc<Live>) {}

    fn measurement_started(&mut self, _test: &Test) {}

    fn requests(&mut self, _test: &Test, _arm: Option<&str>) -> Option<Arc<dyn RequestSink>> {
        None
    }

    fn run_ended(&mut self) {}

    fn announced(&mut self, _test: &Test, _announcement: &str) {}
}
