//! Takes every request of a measurement. Each test of the engine checks that the figures count the same: [`Listed::check`].

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use crate::measure::{Counts, Live, Measured, RequestRow, RequestRows, RequestSink, RowFate};

/// Keeps all rows.
#[derive(Debug, Default)]
pub(super) struct Listed {
    pub(super) rows: Mutex<Vec<RequestRow>>,
    pub(super) endpoints: Mutex<Vec<String>>,
}

impl RequestSink for Listed {
    fn begin(&self, _at: SystemTime) {}

    fn join(&self) -> usize {
        0
    }

    fn take(&self, full: RequestRows) -> RequestRows {
        self.rows.lock().unwrap().extend(&full.rows);
        self.endpoints.lock().unwrap().extend(full.new_endpoints.iter().map(|name| name.to_string()));
        RequestRows::with_room()
    }

    fn finish(&self) -> Duration {
        Duration::ZERO
    }
}

impl Listed {
    /// Hands on each request to this.
    pub(super) fn live(self: &Arc<Listed>) -> Live {
        Live::default().with_requests(Some(Arc::clone(self) as Arc<dyn RequestSink>))
    }

    /// As many rows as the figures count requests, and as many of each fate.
    ///
    /// With stages the figures are those of the steady ones, and the rows those of all.
    #[track_caller]
    pub(super) fn check(&self, measured: &Measured) {
        let rows = self.rows.lock().unwrap();
        let requests = measured.total.requests;
        if !measured.stages.is_empty() {
            return assert!(rows.len() as u64 >= requests.intended, "{} rows of {requests:?}", rows.len());
        }
        assert_eq!(counts(&rows), requests, "the rows differ from the figures");
        let times: Vec<u64> = rows.iter().filter_map(RequestRow::response_ns).collect();
        let longest_s = times.iter().max().map(|longest_ns| *longest_ns as f64 / 1e9);
        assert_eq!((times.len() as u64, longest_s), (timed(&requests), measured.total.response_time.max_s));
        let mean_s = times.iter().sum::<u64>() as f64 / 1e9 / times.len() as f64;
        assert!(measured.total.response_time.mean_s.is_none_or(|mean| (mean - mean_s).abs() < 1e-9), "{mean_s}");
    }
}

/// All but what was never sent.
fn timed(requests: &Counts) -> u64 {
    requests.intended - requests.never_sent
}

fn counts(rows: &[RequestRow]) -> Counts {
    let of = |fate| rows.iter().filter(|row| row.fate == fate).count() as u64;
    Counts {
        intended: rows.len() as u64,
        ok: of(RowFate::Ok),
        failed: of(RowFate::Failed),
        timed_out: of(RowFate::TimedOut),
        in_flight_at_end: of(RowFate::InFlightAtEnd),
        never_sent: of(RowFate::NeverSent),
    }
}
