//! Every request of a measurement, one by one: [`RequestRow`], handed on in batches to a [`RequestSink`].

use std::fmt::Debug;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::moment::Moment;
use super::statuses::Answer;

/// How many rows a batch has room for: 64 KiB, so that it stays in the processor's caches and is handed on seldom.
pub(super) const BATCH: usize = 1024;

/// A number of bytes that is not known. An `Option` would take the row into a second cache line.
pub(super) const UNKNOWN: u64 = u64::MAX;

/// One request of the measured phase, in numbers only: one cache line. Moments are since the run began.
#[derive(Debug, Clone, Copy)]
pub struct RequestRow {
    /// When it should start; `None` if no plan says so and it never started.
    pub intended: Option<Moment>,
    /// When it was sent; `None` if it never was.
    pub sent: Option<Moment>,
    /// When it ended, or was given up; `None` if that is not known.
    pub done: Option<Moment>,
    /// Bytes of the response's body that arrived; [`UNKNOWN`] if that is not known.
    pub bytes: u64,
    /// What it is counted under.
    pub endpoint: RowEndpoint,
    /// The number of its user; `None` if no user had it.
    pub user: Option<u32>,
    /// Where the text of its cause is among those of the batch.
    pub cause: Option<u32>,
    /// How it ended.
    pub fate: RowFate,
    /// Of its response, if there was one.
    pub answer: Option<Answer>,
}

/// What a request is counted under.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowEndpoint {
    /// It got no endpoint, because it was never sent.
    None,
    /// An iteration that failed before it sent a request, and counts as one.
    Iteration,
    /// The endpoint with this number in its worker's table.
    Number(u32),
}

/// How a request ended: the terms of the counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RowFate {
    /// An expected status, in time, and every check held.
    Ok,
    /// Failed by any cause but time.
    Failed,
    /// Not answered within the timeout.
    TimedOut,
    /// Still open when the run ended.
    InFlightAtEnd,
    /// Planned, but never sent.
    NeverSent,
}

/// A batch of rows of one worker thread, in the order in which they were recorded.
#[derive(Debug, Default)]
pub struct RequestRows {
    /// The worker, by the number that the sink gave it.
    pub worker: usize,
    /// When the measurement began.
    pub origin: Moment,
    /// The rows.
    pub rows: Vec<RequestRow>,
    /// Names that the worker's table of endpoints has got since its last batch.
    pub new_endpoints: Vec<Arc<str>>,
    /// The texts of causes.
    pub causes: Vec<String>,
    /// The class of the users whose requests these are, if the worker has one for each class.
    pub class: Option<Arc<str>>,
    /// The load is over: a worker that waits now delays no request.
    pub is_after_load: bool,
}

/// Takes the requests of one run. Called by all worker threads, by each once for many requests.
pub trait RequestSink: Send + Sync + Debug {
    /// The run begins at this time of day.
    fn begin(&self, at: SystemTime);

    /// One more worker: its number.
    fn join(&self) -> usize;

    /// Takes a full batch and returns an empty one. May wait, which delays the worker.
    fn take(&self, full: RequestRows) -> RequestRows;

    /// No row follows. Returns when all are written, and for how long workers had to wait during the load.
    fn finish(&self) -> Duration;
}

impl RequestRow {
    /// A row of which only the times are known.
    pub fn timed(intended: Option<Moment>, sent: Option<Moment>, done: Option<Moment>) -> RequestRow {
        RequestRow {
            intended,
            sent,
            done,
            bytes: UNKNOWN,
            endpoint: RowEndpoint::None,
            user: None,
            cause: None,
            fate: RowFate::Ok,
            answer: None,
        }
    }

    /// A request that was never sent.
    pub(super) fn unsent(fate: RowFate, intended: Option<Moment>) -> RequestRow {
        RequestRow { fate, ..RequestRow::timed(intended, None, None) }
    }

    /// The same with a response of this status, of whose body so many bytes arrived.
    #[must_use]
    pub fn answered(self, status: u16, bytes: u64) -> RequestRow {
        RequestRow { answer: Some(Answer { status, is_named: false }), bytes, ..self }
    }

    /// From the intended start to the end, in nanoseconds: what thresholds on times judge.
    pub fn response_ns(&self) -> Option<u64> {
        // What was never sent has no time.
        let (_sent, intended, done) = (self.sent?, self.intended?, self.done?);
        Some(done.ns().saturating_sub(intended.ns()))
    }

    /// Bytes of the response's body that arrived.
    pub fn bytes(&self) -> Option<u64> {
        (self.bytes != UNKNOWN).then_some(self.bytes)
    }

    /// The status of its response, if there was one.
    pub fn status(&self) -> Option<u16> {
        self.answer.map(|answer| answer.status)
    }
}

impl RowFate {
    /// The name that it has in the run record.
    pub fn name(self) -> &'static str {
        match self {
            RowFate::Ok => "ok",
            RowFate::Failed => "failed",
            RowFate::TimedOut => "timed_out",
            RowFate::InFlightAtEnd => "in_flight_at_end",
            RowFate::NeverSent => "never_sent",
        }
    }
}

impl RequestRows {
    /// An empty batch.
    pub fn with_room() -> RequestRows {
        RequestRows { rows: Vec::with_capacity(BATCH), ..RequestRows::default() }
    }

    /// Empties it; its memory stays.
    pub fn clear(&mut self) {
        self.rows.clear();
        self.new_endpoints.clear();
        self.causes.clear();
    }

    /// True if it has nothing to hand on.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_one_cache_line() {
        assert_eq!(size_of::<RequestRow>(), 64);
    }
}
