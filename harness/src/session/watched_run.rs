//! What is known of a run in progress: a [`WatchedRun`].

use std::collections::VecDeque;
use std::sync::atomic::Ordering::Relaxed;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::measure::{Live, LiveSlices, TimeSlice};
use crate::outcome::offered;
use crate::report::progress::{self, ExpectedEnd, RunProgress};
use crate::workload::{RunLength, Workload};

/// How progress is shown on a terminal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ProgressForm {
    /// One line, on the line that libtest has begun.
    Line,
    /// A small table, of a command.
    Table,
}

/// A run in progress.
#[derive(Debug, Clone)]
pub(super) struct WatchedRun {
    workload: Workload,
    live: Arc<Live>,
    started: Instant,
    rate: SendingRate,
    past: PastRates,
    /// What ended lately; `None` if the live page takes it. Clones share it, because each slice is handed over once.
    slices: Option<Arc<Mutex<LiveSlices>>>,
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
    /// The run begins now. `has_slices`: the times of its requests are looked at, too.
    pub(super) fn begin(workload: &Workload, live: &Arc<Live>, has_slices: bool) -> WatchedRun {
        let started = Instant::now();
        let rate = SendingRate { at: started, sent: 0 };
        if has_slices {
            live.watch();
        }
        let slices = has_slices.then(Arc::default);
        let (workload, live) = (workload.clone(), Arc::clone(live));
        WatchedRun { workload, live, started, rate, past: PastRates::default(), slices }
    }

    /// How far it is, on one line. Its rate is that since the last call.
    pub(super) fn line(&mut self) -> String {
        progress::line(&self.progress()).trim_start().to_owned()
    }

    /// The same as a small table below `name`.
    pub(super) fn table(&mut self, name: &str) -> String {
        let progress = self.progress();
        self.past.note(progress.elapsed, progress.sent);
        progress::table(name, &progress, &self.past.per_second())
    }

    fn progress(&mut self) -> RunProgress {
        let elapsed = self.started.elapsed();
        let recent = self.recent(elapsed);
        let ended = self.live.ok() + self.live.failed();
        // Read last, so that no request has ended that was not sent.
        let sent = self.live.sent();
        RunProgress {
            elapsed,
            expected: expected(&self.workload),
            sent,
            rate_per_s: self.rate.since_last(sent),
            planned_per_s: offered::planned_rate_at(&self.workload, elapsed),
            p50_s: recent.as_ref().and_then(|recent| recent.p50_s),
            p95_s: recent.as_ref().and_then(|recent| recent.p95_s),
            failed: self.live.failed(),
            in_flight: sent.saturating_sub(ended),
            users: self.live.users.load(Relaxed),
        }
    }

    /// What ended in the last second.
    fn recent(&self, elapsed: Duration) -> Option<TimeSlice> {
        let mut slices = self.slices.as_ref()?.lock().unwrap_or_else(PoisonError::into_inner);
        // What is new is kept there.
        drop(slices.look(&self.live, elapsed, false));
        slices.recent(Duration::from_secs(1))
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

/// What had been sent at the end of each of the last seconds.
#[derive(Debug, Clone, Default)]
struct PastRates {
    /// Seconds since the run began, and what had been sent.
    sent_at: VecDeque<(f64, u64)>,
}

/// How far back they go.
const PAST: usize = 30;

impl PastRates {
    fn note(&mut self, elapsed: Duration, sent: u64) {
        let now_s = elapsed.as_secs_f64();
        let is_due = self.sent_at.back().is_none_or(|(last_s, _)| now_s - last_s >= 1.0);
        if is_due {
            self.sent_at.push_back((now_s, sent));
        }
        if self.sent_at.len() > PAST + 1 {
            self.sent_at.pop_front();
        }
    }

    /// The rate of each of the last seconds, the latest last.
    fn per_second(&self) -> Vec<f64> {
        let later = self.sent_at.iter().skip(1);
        let rate = |(before, after): (&(f64, u64), &(f64, u64))| (after.1 - before.1) as f64 / (after.0 - before.0);
        self.sent_at.iter().zip(later).map(rate).collect()
    }
}

fn expected(workload: &Workload) -> ExpectedEnd {
    match workload.length {
        RunLength::Duration(duration) => ExpectedEnd::Duration(workload.ramp_up() + duration),
        RunLength::Requests(requests) => ExpectedEnd::Requests(requests),
        RunLength::UntilPrecise => ExpectedEnd::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_thirty_seconds_have_a_rate_each() {
        let mut past = PastRates::default();
        for quarter in 0..160_u64 {
            // 100 requests each second for 20 s, and 300 from then on.
            let sent = quarter * 25 + quarter.saturating_sub(80) * 50;
            past.note(Duration::from_millis(quarter * 250), sent);
        }
        let rates = past.per_second();
        assert_eq!((rates.len(), rates[0], rates[29]), (30, 100.0, 300.0));
        assert!(PastRates::default().per_second().is_empty());
    }
}
