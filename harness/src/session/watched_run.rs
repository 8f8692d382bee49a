//! What is known of a run in progress: a [`WatchedRun`].

use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use crate::measure::Live;
use crate::outcome::offered;
use crate::report::progress::{self, ExpectedEnd, RunProgress};
use crate::workload::{RunLength, Workload};

/// A run in progress.
#[derive(Debug, Clone)]
pub(super) struct WatchedRun {
    workload: Workload,
    live: Arc<Live>,
    started: Instant,
    rate: SendingRate,
}

/// The run in progress, if there is one. Clones share it, so that another thread can tell what a test does.
#[derive(Debug, Clone, Default)]
pub(super) struct CurrentRun {
    run: Arc<Mutex<Option<WatchedRun>>>,
}

impl CurrentRun {
    pub(super) fn put(&self, run: Option<WatchedRun>) {
        *self.run.lock().unwrap_or_else(PoisonError::into_inner) = run;
    }

    /// The line about the run in progress.
    pub(super) fn line(&self) -> Option<String> {
        self.run.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(WatchedRun::line)
    }
}

impl WatchedRun {
    /// The run begins now.
    pub(super) fn begin(workload: &Workload, live: &Arc<Live>) -> WatchedRun {
        let started = Instant::now();
        let rate = SendingRate { at: started, sent: 0 };
        WatchedRun { workload: workload.clone(), live: Arc::clone(live), started, rate }
    }

    /// How far it is. Its rate is that since the last call.
    pub(super) fn line(&mut self) -> String {
        let (elapsed, sent) = (self.started.elapsed(), self.live.sent());
        let progress = RunProgress {
            elapsed,
            expected: expected(&self.workload),
            sent,
            rate_per_s: self.rate.since_last(sent),
            planned_per_s: offered::planned_rate_at(&self.workload, elapsed),
            failed: self.live.failed(),
            users: self.live.users.load(Relaxed),
        };
        progress::line(&progress).trim_start().to_owned()
    }
}

/// What was sent when the line was drawn last.
#[derive(Debug, Clone)]
struct SendingRate {
    at: Instant,
    sent: u64,
}

impl SendingRate {
    /// Requests each second since the last call.
    fn since_last(&mut self, sent: u64) -> Option<f64> {
        let now = Instant::now();
        let passed_s = now.duration_since(self.at).as_secs_f64();
        let rate_per_s = (passed_s > 0.0).then(|| (sent - self.sent) as f64 / passed_s);
        *self = SendingRate { at: now, sent };
        rate_per_s
    }
}

fn expected(workload: &Workload) -> ExpectedEnd {
    match workload.length {
        RunLength::Duration(duration) => ExpectedEnd::Duration(workload.ramp_up() + duration),
        RunLength::Requests(requests) => ExpectedEnd::Requests(requests),
        RunLength::UntilPrecise => ExpectedEnd::Unknown,
    }
}
