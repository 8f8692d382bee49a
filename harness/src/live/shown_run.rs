//! The run in progress as viewers see it: a [`ShownRun`].

use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;

use serde_json::{Value, json};

use crate::measure::{ChartSlice, Live, LiveSlices, NewSlices};
use crate::outcome::offered;
use crate::runner::Test;
use crate::workload::Workload;

/// A run in progress. Reads counters and finished slices; nothing of the load waits for it.
#[derive(Debug)]
pub(super) struct ShownRun {
    test: String,
    workload: Workload,
    live: Arc<Live>,
    slices: LiveSlices,
    started: Instant,
}

impl ShownRun {
    /// The workers of the run have not started yet: they are asked to hand over what happens.
    pub(super) fn begin(test: &Test, workload: &Workload, live: &Arc<Live>) -> ShownRun {
        live.watch();
        ShownRun {
            test: test.id.name.clone(),
            workload: workload.clone(),
            live: Arc::clone(live),
            slices: LiveSlices::default(),
            started: Instant::now(),
        }
    }

    /// The name of its test, and its counters.
    pub(super) fn counters(&self) -> (String, Arc<Live>) {
        (self.test.clone(), Arc::clone(&self.live))
    }

    /// How far it is.
    pub(super) fn progress(&self) -> Value {
        let elapsed = self.started.elapsed();
        let (ok, failed) = (self.live.ok(), self.live.failed());
        // Read last, so that no request has ended that was not sent.
        let sent = self.live.sent();
        json!({
            "at_s": round(elapsed.as_secs_f64()),
            "measuring": self.live.measuring.load(Relaxed),
            "sent": sent,
            "ok": ok,
            "failed": failed,
            "in_flight": sent.saturating_sub(ok + failed),
            "users": self.live.users.load(Relaxed),
            "planned_per_s": offered::planned_rate_at(&self.workload, elapsed),
        })
    }

    /// The slices that are new since the last call. `is_over`: nothing will follow.
    pub(super) fn new_slices(&mut self, is_over: bool) -> Vec<Value> {
        let new = self.slices.look(&self.live, self.started.elapsed(), is_over);
        new.iter().map(slices).collect()
    }
}

fn slices(new: &NewSlices) -> Value {
    json!({
        "length_s": new.slices.length_s,
        "measured_from_s": new.measured_from_s.map(round),
        "is_measured": new.is_measured,
        "replaces_all": new.replaces_all,
        "rows": new.slices.slices.iter().map(row).collect::<Vec<_>>(),
    })
}

/// When it began, requests that ended ok, others that ended, and p50, p95, p99 and max of response times.
fn row(slice: &ChartSlice) -> Value {
    let times = &slice.response_time;
    let micros = |seconds: Option<f64>| seconds.map(|seconds| (seconds * 1e7).round() / 1e7);
    json!([
        round(slice.at_s),
        slice.ok,
        slice.failed,
        micros(times.p50_s),
        micros(times.p95_s),
        micros(times.p99_s),
        micros(times.max_s)
    ])
}

/// Milliseconds are enough for the eye.
fn round(seconds: f64) -> f64 {
    (seconds * 1e3).round() / 1e3
}
