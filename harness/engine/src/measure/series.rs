//! The requests of one endpoint, of a whole run, or the iterations.

use std::time::Duration;

use super::counts::Counts;
use super::crossing::Extent;
use super::histogram::Histogram;
use super::sample::{Fate, Moments};
use super::statuses::{Answer, StatusTallies};
use super::summary::Summary;
use super::time_summary::TimeSummary;
use crate::text::{GroupedTexts, Groups};

/// Requests counted by fate and cause, and timed.
///
/// A test with many endpoints has one for each: what a request touches lies together, in this order, and what few need is last.
#[derive(Debug, Clone)]
#[repr(C)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Series {
    response_time: Histogram,
    service_time: SeparateTimes,
    ok_response_time: SeparateTimes,
    bytes_sent: u64,
    bytes_received: u64,
    statuses: StatusTallies,
    counts: Counts,
    bytes_decoded: Option<u64>,
    failures: GroupedTexts,
}

impl Series {
    pub(super) fn new(timeout: Duration) -> Series {
        Series {
            response_time: Histogram::for_timeout(timeout),
            service_time: SeparateTimes::default(),
            ok_response_time: SeparateTimes::default(),
            bytes_sent: 0,
            bytes_received: 0,
            statuses: StatusTallies::default(),
            counts: Counts::default(),
            bytes_decoded: None,
            failures: GroupedTexts::default(),
        }
    }

    /// Counts what ended where it ended. It was intended, too: both are counted here, in one step.
    #[inline(always)]
    pub(super) fn record(&mut self, moments: Moments, fate: &Fate) {
        let (response_ns, service_ns) = (moments.response_ns(), moments.service_ns());
        self.counts.intended += 1;
        match fate {
            Fate::Ok => self.counts.ok += 1,
            _ => self.count_failing(fate),
        }
        let is_one_view = self.service_time.0.is_none() && self.ok_response_time.0.is_none();
        if !(is_one_view && fate.is_ok() && service_ns == response_ns) {
            self.record_views(service_ns, response_ns, fate.is_ok());
        }
        self.response_time.record_ns(response_ns);
    }

    /// `response_time` does not hold the time yet.
    #[inline(never)]
    fn record_views(&mut self, service_ns: u64, response_ns: u64, is_ok: bool) {
        self.service_time.record(Some(service_ns), response_ns, &self.response_time);
        self.ok_response_time.record(is_ok.then_some(response_ns), response_ns, &self.response_time);
    }

    /// Adds what a request sent and received.
    pub(super) fn add_bytes(&mut self, sent: u64, received: u64) {
        self.bytes_sent += sent;
        self.bytes_received += received;
    }

    /// Adds the length of a body without its encoding, if it was decoded.
    #[inline]
    pub(super) fn add_decoded(&mut self, decoded: Option<u64>) {
        if let Some(decoded) = decoded {
            self.bytes_decoded = Some(self.bytes_decoded.unwrap_or(0) + decoded);
        }
    }

    /// Counts a response, if there was one, by its status; it was complete `done_ns` after the measurement began.
    #[inline]
    pub(super) fn add_answer(&mut self, answer: Option<Answer>, done_ns: u64) {
        if let Some(answer) = answer {
            self.statuses.record(answer, done_ns);
        }
    }

    #[cold]
    fn count_failing(&mut self, fate: &Fate) {
        count(&mut self.counts, fate);
        if let Some(cause) = cause(fate) {
            self.failures.add(cause, 1);
        }
    }

    /// Requests that have no time, because they were never sent or never ended.
    pub(super) fn count_untimed(&mut self, never_sent: u64, never_ended: u64) {
        self.counts.intended += never_sent + never_ended;
        self.counts.never_sent += never_sent;
        self.counts.in_flight_at_end += never_ended;
    }

    pub(super) fn merge(&mut self, other: &Series) {
        // The views apart come first: they may have to start from the response times as they were.
        self.service_time.merge(&other.service_time, &self.response_time, &other.response_time);
        self.ok_response_time.merge(&other.ok_response_time, &self.response_time, &other.response_time);
        self.response_time.merge(&other.response_time);
        self.counts.add(&other.counts);
        self.failures.merge(&other.failures);
        self.bytes_sent += other.bytes_sent;
        self.bytes_received += other.bytes_received;
        self.add_decoded(other.bytes_decoded);
        self.statuses.merge(&other.statuses);
    }

    pub(super) fn clipped(&self) -> u64 {
        self.response_time.clipped()
    }

    pub(super) fn counts(&self) -> Counts {
        self.counts
    }

    /// The number of samples, and the longest.
    pub(super) fn extent(&self) -> Extent {
        Extent { samples: self.response_time.samples(), longest_ns: self.response_time.greatest_ns() }
    }

    /// The least response time of the ok ones.
    pub(super) fn shortest_ok_ns(&self) -> Option<u64> {
        let ok = self.ok_response_time.0.as_deref().unwrap_or(&self.response_time);
        (ok.samples() > 0).then(|| ok.least_ns())
    }

    /// `moved`: ok ones that ended within `span` without being counted here, less those that ended elsewhere.
    pub(super) fn into_summary(self, name: String, span: Duration, moved: f64) -> Summary {
        let ended_ok = (self.counts.ok as f64 + moved).max(0.0);
        let response_time = TimeSummary::from(self.response_time);
        let view = |apart: SeparateTimes| match apart.0 {
            Some(times) => TimeSummary::from(*times),
            None => response_time.clone().unrecorded(),
        };
        let Groups { counts: failures, examples: failure_examples, others: other_causes } = self.failures.finish();
        Summary {
            name,
            requests: self.counts,
            failures,
            failure_examples,
            other_causes,
            success_rate: self.counts.success_rate(),
            throughput_per_s: (!span.is_zero()).then(|| ended_ok / span.as_secs_f64()),
            service_time: view(self.service_time),
            ok_response_time: view(self.ok_response_time).unrecorded(),
            response_time,
            bytes_sent: self.bytes_sent,
            bytes_received: self.bytes_received,
            bytes_decoded: self.bytes_decoded,
            statuses: self.statuses.counts(),
        }
    }
}

/// Counts an end, not an intention.
pub(super) fn count(counts: &mut Counts, fate: &Fate) {
    *place_of(counts, fate) += 1;
}

/// A request that was counted here is counted elsewhere instead.
pub(super) fn take_out(counts: &mut Counts, fate: &Fate) {
    counts.intended -= 1;
    *place_of(counts, fate) -= 1;
}

fn place_of<'a>(counts: &'a mut Counts, fate: &Fate) -> &'a mut u64 {
    match fate {
        Fate::Ok => &mut counts.ok,
        Fate::Failed(_) | Fate::Ours(_) => &mut counts.failed,
        Fate::TimedOut => &mut counts.timed_out,
        Fate::InFlightAtEnd => &mut counts.in_flight_at_end,
    }
}

/// The name a fate has among the failures.
fn cause(fate: &Fate) -> Option<&str> {
    match fate {
        Fate::Ok => None,
        Fate::Failed(cause) | Fate::Ours(cause) => Some(cause),
        Fate::TimedOut => Some("timed out"),
        Fate::InFlightAtEnd => Some("in flight at the end"),
    }
}

/// Another view of the response times: a histogram of its own from the first sample on that differs.
///
/// While every request is ok and sent when intended, there is nothing to record twice.
#[derive(Debug, Clone, Default)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
struct SeparateTimes(Option<Box<Histogram>>);

impl SeparateTimes {
    /// The time as this view sees it, `None` if it leaves it out; `all` does not hold the response time yet.
    fn record(&mut self, time_ns: Option<u64>, response_ns: u64, all: &Histogram) {
        if self.0.is_none() {
            if time_ns == Some(response_ns) {
                return;
            }
            self.separate_from(all);
        }
        if let (Some(own), Some(time_ns)) = (&mut self.0, time_ns) {
            own.record_ns(time_ns);
        }
    }

    #[cold]
    fn separate_from(&mut self, all: &Histogram) {
        self.0 = Some(Box::new(all.clone()));
    }

    fn merge(&mut self, other: &SeparateTimes, all: &Histogram, other_all: &Histogram) {
        if self.0.is_none() && other.0.is_none() {
            return;
        }
        self.0.get_or_insert_with(|| Box::new(all.clone())).merge(other.0.as_deref().unwrap_or(other_all));
    }
}
