//! What sees the runs of a test: the line of progress, the file of its requests, and the live page.

use std::sync::Arc;

use super::progress::ProgressOfRuns;
use super::requests_csv::RequestsCsv;
use crate::live::LiveFeed;
use crate::measure::{Live, RequestSink};
use crate::runner::{RunObserver, Test};
use crate::workload::Workload;

/// All of them.
pub(super) struct Observers {
    pub(super) progress: ProgressOfRuns,
    pub(super) requests: RequestsCsv,
    /// `None` if nothing is served.
    pub(super) feed: Option<LiveFeed>,
}

impl RunObserver for Observers {
    fn run_started(&mut self, test: &Test, workload: &Workload, live: &Arc<Live>) {
        if let Some(feed) = &self.feed {
            feed.run_begins(test, workload, live);
        }
        self.progress.run_started(test, workload, live);
    }

    fn measurement_started(&mut self, test: &Test) {
        self.requests.begin_measurement(test);
    }

    fn requests(&mut self, test: &Test, arm: Option<&str>) -> Option<Arc<dyn RequestSink>> {
        self.requests.begin_run(test, arm)
    }

    fn run_ended(&mut self) {
        if let Some(feed) = &self.feed {
            feed.run_ended();
        }
        self.progress.run_ended();
    }

    fn announced(&mut self, test: &Test, announcement: &str) {
        if let Some(feed) = &self.feed {
            feed.say(announcement);
        }
        self.progress.announced(test, announcement);
    }
}
