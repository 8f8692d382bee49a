//! The time of every single request, kept in memory: what other methods are computed from.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use proofload::__internals::measure::{RequestRows, RequestSink};

/// A pair of turns, one of each server, lasts so long.
const PAIR_NS: u128 = 2_000_000_000;

/// The response times of one arm, in seconds, by the pair of turns in which the request was sent.
#[derive(Debug, Default)]
pub(crate) struct RawTimes {
    workers: AtomicUsize,
    by_pair: Mutex<Vec<Vec<f64>>>,
}

impl RawTimes {
    /// The times of each pair of turns; leaves none behind.
    pub(crate) fn take(&self) -> Vec<Vec<f64>> {
        std::mem::take(&mut *self.by_pair.lock().expect("no panic while it is locked"))
    }
}

impl RequestSink for RawTimes {
    fn begin(&self, _at: SystemTime) {}

    fn join(&self) -> usize {
        self.workers.fetch_add(1, Ordering::Relaxed)
    }

    fn take(&self, mut full: RequestRows) -> RequestRows {
        let mut by_pair = self.by_pair.lock().expect("no panic while it is locked");
        for row in &full.rows {
            let Some((intended, response_ns)) = row.intended.zip(row.response_ns()) else { continue };
            let since_begin = intended.since_start().saturating_sub(full.origin.since_start());
            let pair = (since_begin.as_nanos() / PAIR_NS) as usize;
            if pair >= by_pair.len() {
                by_pair.resize_with(pair + 1, Vec::new);
            }
            by_pair[pair].push(response_ns as f64 / 1e9);
        }
        full.clear();
        full
    }

    fn finish(&self) -> Duration {
        Duration::ZERO
    }
}
