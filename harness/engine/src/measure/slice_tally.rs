//! What is counted of one slice: [`SliceTally`].

use super::slice_times::TimeTally;
use super::time_slice::{ChartSlice, TimeSlice};
use crate::metric::Percentile;

/// The counts and times of one slice.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct SliceTally {
    pub(super) sent: u64,
    /// Arrivals due that were given up before a slot was free.
    pub(super) left_waiting: u64,
    pub(super) ok: u64,
    pub(super) failed: u64,
    sum_ns: u128,
    /// The greatest lag of an arrival; `None` without arrivals.
    lag_max_ns: Option<u64>,
    response: TimeTally,
    /// `None` while each service time is the response time.
    service: Option<TimeTally>,
}

impl SliceTally {
    /// The counts with the times that belong to them.
    pub(super) fn with_times(self, response: TimeTally, service: Option<TimeTally>) -> SliceTally {
        SliceTally { response, service, ..self }
    }

    /// So many were sent, and the latest of them was so late.
    pub(super) fn start(&mut self, sent: u64, lag_max_ns: Option<u64>) {
        self.sent += sent;
        self.lag_max_ns = self.lag_max_ns.max(lag_max_ns);
    }

    pub(super) fn count(&mut self, response_ns: u64, is_ok: bool) {
        if is_ok {
            self.ok += 1;
        } else {
            self.failed += 1;
        }
        self.sum_ns += u128::from(response_ns);
    }

    /// A request ended in this slice, which is not the current one.
    pub(super) fn end(&mut self, response_ns: u64, service_ns: u64, is_ok: bool) {
        if service_ns != response_ns || self.service.is_some() {
            self.service.get_or_insert_with(|| self.response.clone()).add(service_ns);
        }
        self.count(response_ns, is_ok);
        self.response.add(response_ns);
    }

    pub(super) fn add(&mut self, other: &SliceTally) {
        if self.service.is_some() || other.service.is_some() {
            let service = self.service.get_or_insert_with(|| self.response.clone());
            service.merge(other.service.as_ref().unwrap_or(&other.response));
        }
        self.sent += other.sent;
        self.left_waiting += other.left_waiting;
        self.ok += other.ok;
        self.failed += other.failed;
        self.sum_ns += other.sum_ns;
        self.lag_max_ns = self.lag_max_ns.max(other.lag_max_ns);
        self.response.merge(&other.response);
    }

    pub(super) fn response(&self) -> &TimeTally {
        &self.response
    }

    pub(super) fn ended(&self) -> u64 {
        self.ok + self.failed
    }

    pub(super) fn is_empty(&self) -> bool {
        self.sent + self.ended() + self.left_waiting == 0 && self.lag_max_ns.is_none()
    }

    pub(super) fn as_second(&self, second: u64, in_flight: u64) -> TimeSlice {
        let ended = self.ended();
        TimeSlice {
            second,
            sent: self.sent,
            ok: self.ok,
            failed: self.failed,
            in_flight,
            mean_s: (ended > 0).then(|| self.sum_ns as f64 / ended as f64 / 1e9),
            p50_s: self.response.percentile_s(50),
            p95_s: self.response.percentile_s(95).filter(|_| self.has_enough_for(95.0)),
            p99_s: self.response.percentile_s(99).filter(|_| self.has_enough_for(99.0)),
            max_s: (ended > 0).then(|| self.response.max_ns as f64 / 1e9),
        }
    }

    pub(super) fn for_chart(&self, at_s: f64, in_flight: u64) -> ChartSlice {
        ChartSlice {
            at_s,
            sent: self.sent,
            ok: self.ok,
            failed: self.failed,
            in_flight,
            response_time: self.response.for_chart(),
            service_time: self.service.as_ref().map(TimeTally::for_chart),
            lag_max_s: self.lag_max_ns.map(|lag_ns| lag_ns as f64 / 1e9),
        }
    }

    /// A percentile of fewer samples says little about the second. The median is always shown.
    fn has_enough_for(&self, percent: f64) -> bool {
        Percentile::new(percent).is_some_and(|percentile| self.ended() >= percentile.least_samples())
    }
}
