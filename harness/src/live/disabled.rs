//! In place of the server, in a build without the feature `live`.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use super::plan::SessionPlan;
use super::served::ServedSession;
use crate::load_control::LoadControl;
use crate::measure::Live;
use crate::outcome::{RunReport, TestReport};
use crate::runner::Test;
use crate::workload::Workload;

/// Ignores what it is given.
#[derive(Debug, Clone)]
pub(crate) struct LiveFeed;

impl LiveFeed {
    pub(crate) fn new(_plan: &SessionPlan) -> LiveFeed {
        LiveFeed
    }

    pub(crate) fn test_begins(&self, _test: &Test) {}

    pub(crate) fn run_begins(&self, _test: &Test, _workload: &Workload, _live: &Arc<Live>) {}

    pub(crate) fn run_ended(&self) {}

    pub(crate) fn test_ended(&self, _report: &TestReport) {}

    pub(crate) fn ready(&self, _is_ready: bool) {}

    pub(crate) fn control(&self) -> Option<LoadControl> {
        None
    }

    pub(crate) fn say(&self, _text: &str) {}

    pub(crate) fn viewers_peak(&self) -> u64 {
        0
    }
}

/// Cannot be started.
#[derive(Debug)]
pub(crate) enum LiveServer {}

impl LiveServer {
    pub(crate) fn start(_served: ServedSession, _feed: &LiveFeed) -> Result<LiveServer, String> {
        Err("`--live`, `--ui` and `--metrics` need the feature `live` of proofload, which this build is without: add it \
             in Cargo.toml, `proofload = { …, features = [\"live\"] }`"
            .to_owned())
    }

    pub(crate) fn link(&self) -> Option<&str> {
        match *self {}
    }

    pub(crate) fn metrics_address(&self) -> Option<SocketAddr> {
        match *self {}
    }

    pub(crate) fn announce_end(&self, _run: &RunReport, _report: Option<&Path>) {
        match *self {}
    }

    pub(crate) fn end(self) {
        match self {}
    }
}
