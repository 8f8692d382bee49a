//! What the session says of its tests, as events for the viewers: the [`LiveFeed`].

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::Serialize;
use serde_json::json;
use tokio::sync::watch;

use super::events;
use super::journal::{EventKind, Journal};
use super::plan::SessionPlan;
use super::shown_run::ShownRun;
use crate::load_control::LoadControl;
use crate::measure::Live;
use crate::outcome::{RunReport, TestReport};
use crate::report::words;
use crate::runner::Test;
use crate::text::block;
use crate::workload::Workload;

/// The most viewers at once.
const MOST_VIEWERS: usize = 8;

/// The events of a session. Clones add to the same ones, from any thread; no thread of the load does.
#[derive(Debug, Clone)]
pub(crate) struct LiveFeed {
    shared: Arc<FeedState>,
}

#[derive(Debug)]
struct FeedState {
    content: Mutex<FeedContent>,
    /// The id of the newest event, for viewers that wait.
    newest: watch::Sender<u64>,
    viewers: AtomicUsize,
    viewers_peak: AtomicUsize,
}

#[derive(Debug, Default)]
struct FeedContent {
    journal: Journal,
    run: Option<ShownRun>,
    /// Runs of the test in progress.
    runs: u64,
}

impl LiveFeed {
    /// The feed of a session that is about to begin.
    pub(crate) fn new(plan: &SessionPlan) -> LiveFeed {
        let shared = FeedState {
            content: Mutex::default(),
            newest: watch::Sender::new(0),
            viewers: AtomicUsize::new(0),
            viewers_peak: AtomicUsize::new(0),
        };
        let feed = LiveFeed { shared: Arc::new(shared) };
        feed.push(EventKind::Session, &events::session(plan));
        feed
    }

    /// A test begins, with its fixtures.
    pub(crate) fn test_begins(&self, test: &Test) {
        self.content().runs = 0;
        self.push(EventKind::TestBegins, &events::test_begins(test));
    }

    /// Load is about to be offered. `live` is asked to hand its finished slices over.
    pub(crate) fn run_begins(&self, test: &Test, workload: &Workload, live: &Arc<Live>) {
        let number = {
            let mut content = self.content();
            content.runs += 1;
            content.run = Some(ShownRun::begin(test, workload, live));
            content.runs
        };
        self.push(EventKind::RunBegins, &events::run_begins(test, workload, number));
    }

    /// The load has ended.
    pub(crate) fn run_ended(&self) {
        self.look_once(true);
        self.content().run = None;
        self.push(EventKind::RunEnded, &json!({}));
    }

    /// The test was judged.
    pub(crate) fn test_ended(&self, report: &TestReport) {
        self.push(EventKind::TestEnded, &events::test_ended(report));
    }

    /// The page may start a test, or not.
    pub(crate) fn ready(&self, is_ready: bool) {
        self.push(EventKind::Controls, &json!({ "ready": is_ready }));
    }

    /// What changes the run in progress, if a person may.
    pub(crate) fn control(&self) -> Option<LoadControl> {
        self.content().run.as_ref().and_then(|run| run.counters().1.control.clone())
    }

    /// Something that a viewer should know.
    pub(crate) fn say(&self, text: &str) {
        self.push(EventKind::Log, &json!({ "text": block(text) }));
    }

    /// Nothing follows. `report` is where the report or the record of the run is.
    pub(super) fn end(&self, run: &RunReport, report: Option<&Path>) {
        let outcomes = words::count_outcomes(run, |_, text| text.to_owned());
        let report = report.map(|path| path.display().to_string());
        let end = json!({ "text": outcomes, "interrupted": run.interrupted, "report": report });
        self.push(EventKind::End, &end);
    }

    /// Reads how far the run in progress is: called once a second.
    pub(super) fn look(&self) {
        self.look_once(false);
    }

    fn look_once(&self, is_over: bool) {
        let mut content = self.content();
        let Some(run) = &mut content.run else { return };
        let (slices, progress) = (run.new_slices(is_over), run.progress());
        slices.iter().for_each(|slices| content.journal.push(EventKind::Slices, slices));
        content.journal.push(EventKind::Progress, &progress);
        self.announce(&content);
    }

    pub(super) fn push(&self, kind: EventKind, data: &impl Serialize) {
        let mut content = self.content();
        content.journal.push(kind, data);
        self.announce(&content);
    }

    fn announce(&self, content: &FeedContent) {
        self.shared.newest.send_replace(content.journal.last_id());
    }

    fn content(&self) -> MutexGuard<'_, FeedContent> {
        self.shared.content.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads the events. No lock is held while one is sent.
    pub(super) fn read<T>(&self, read: impl FnOnce(&Journal) -> T) -> T {
        read(&self.content().journal)
    }

    /// Follows the ids of new events.
    pub(super) fn follow(&self) -> watch::Receiver<u64> {
        self.shared.newest.subscribe()
    }

    /// The test whose run is in progress, and its counters.
    pub(super) fn running(&self) -> Option<(String, Arc<Live>)> {
        self.content().run.as_ref().map(ShownRun::counters)
    }

    /// A place among the viewers until it is dropped; `None` if all are taken.
    pub(super) fn enter(&self) -> Option<ViewerPlace> {
        let shared = &self.shared;
        let entered = shared.viewers.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |viewers| {
            (viewers < MOST_VIEWERS).then_some(viewers + 1)
        });
        let before = entered.ok()?;
        shared.viewers_peak.fetch_max(before + 1, Ordering::Relaxed);
        Some(ViewerPlace { feed: self.clone() })
    }

    /// Viewers now.
    pub(super) fn viewers(&self) -> usize {
        self.shared.viewers.load(Ordering::Relaxed)
    }

    /// The most viewers that there were at once.
    pub(crate) fn viewers_peak(&self) -> u64 {
        self.shared.viewers_peak.load(Ordering::Relaxed) as u64
    }
}

/// One of the viewers.
#[derive(Debug)]
pub(super) struct ViewerPlace {
    feed: LiveFeed,
}

impl Drop for ViewerPlace {
    fn drop(&mut self) {
        self.feed.shared.viewers.fetch_sub(1, Ordering::Relaxed);
    }
}
