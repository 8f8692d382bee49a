//! Collects the requests of one worker thread for a [`RequestSink`]: [`RequestLog`].

use std::sync::Arc;

use super::endpoint::{Endpoints, NO_ENDPOINT};
use super::moment::Moment;
use super::request_rows::{BATCH, RequestRow, RequestRows, RequestSink, RowEndpoint, RowFate};
use super::sample::{Fate, LogEntry, Moments};
use crate::text::one_line;

/// How many causes back a text is looked for: a run has few, and a text that differs each time must not be searched for long.
const CAUSES_LOOKED_AT: usize = 8;

/// Fills one batch after another. Belongs to one thread.
#[derive(Debug)]
pub(super) struct RequestLog {
    sink: Arc<dyn RequestSink>,
    worker: usize,
    class: Option<Arc<str>>,
    batch: RequestRows,
    /// How many of the worker's endpoints the sink knows, with those of this batch.
    known_endpoints: usize,
    is_after_load: bool,
}

impl RequestLog {
    /// `class`: that of the users whose requests come, if they are of one class alone.
    pub(super) fn new(sink: &Arc<dyn RequestSink>, class: Option<&Arc<str>>) -> RequestLog {
        let (worker, sink) = (sink.join(), Arc::clone(sink));
        RequestLog {
            sink,
            worker,
            class: class.cloned(),
            batch: RequestRows::with_room(),
            known_endpoints: 0,
            is_after_load: false,
        }
    }

    /// The load is over; the measurement began then.
    pub(super) fn load_is_over(&mut self, origin: Moment) {
        self.hand_on();
        self.batch.origin = origin;
        self.is_after_load = true;
    }

    /// The measurement began then.
    pub(super) fn measure_from(&mut self, origin: Moment) {
        self.batch.origin = origin;
    }

    /// A measured request of this user has ended; `names` are those of the worker.
    #[inline]
    pub(super) fn add(&mut self, entry: &LogEntry, user: Option<u32>, names: &Endpoints) {
        let Moments { intended_ns, sent_ns, done_ns } = entry.moments;
        let (fate, cause) = match &entry.fate {
            Fate::Ok => (RowFate::Ok, None),
            other => self.other_end(other),
        };
        let endpoint = match entry.endpoint {
            NO_ENDPOINT => RowEndpoint::Iteration,
            number => RowEndpoint::Number(number),
        };
        if entry.endpoint as usize >= self.known_endpoints && endpoint != RowEndpoint::Iteration {
            self.learn(names);
        }
        self.push(RequestRow {
            intended: Some(Moment::at_ns(intended_ns)),
            sent: Some(Moment::at_ns(sent_ns)),
            done: Some(Moment::at_ns(done_ns)),
            bytes: entry.bytes_received,
            endpoint,
            user,
            cause,
            fate,
            answer: entry.answer,
        });
    }

    /// Requests that were never sent.
    #[cold]
    pub(super) fn add_unsent(&mut self, requests: u64, intended: Option<Moment>) {
        (0..requests).for_each(|_| self.push(RequestRow::unsent(RowFate::NeverSent, intended)));
    }

    /// Requests that were opened and never closed.
    #[cold]
    pub(super) fn add_lost(&mut self, requests: u64, cause: &str) {
        for _ in 0..requests {
            let cause = self.cause(cause);
            self.push(RequestRow { cause: Some(cause), ..RequestRow::unsent(RowFate::InFlightAtEnd, None) });
        }
    }

    #[inline]
    fn push(&mut self, row: RequestRow) {
        self.batch.rows.push(row);
        if self.batch.rows.len() >= BATCH {
            self.hand_on();
        }
    }

    #[inline(never)]
    fn other_end(&mut self, fate: &Fate) -> (RowFate, Option<u32>) {
        match fate {
            Fate::Ok => (RowFate::Ok, None),
            Fate::Failed(cause) | Fate::Ours(cause) => (RowFate::Failed, Some(self.cause(cause))),
            Fate::TimedOut => (RowFate::TimedOut, None),
            Fate::InFlightAtEnd => (RowFate::InFlightAtEnd, None),
        }
    }

    /// The number of a cause in this batch.
    fn cause(&mut self, text: &str) -> u32 {
        let (text, causes) = (one_line(text), &mut self.batch.causes);
        let found = causes.iter().rev().take(CAUSES_LOOKED_AT).position(|known| *known == text);
        if found.is_none() {
            causes.push(text.into_owned());
        }
        (causes.len() - 1 - found.unwrap_or_default()) as u32
    }

    #[cold]
    fn learn(&mut self, names: &Endpoints) {
        let new = names.since(self.known_endpoints);
        self.batch.new_endpoints.extend(new.iter().cloned());
        self.known_endpoints += new.len();
    }

    #[cold]
    fn hand_on(&mut self) {
        if self.batch.is_empty() {
            return;
        }
        let (worker, origin, is_after_load) = (self.worker, self.batch.origin, self.is_after_load);
        let class = self.class.clone();
        let full = RequestRows { worker, class, is_after_load, ..std::mem::take(&mut self.batch) };
        self.batch = RequestRows { origin, ..self.sink.take(full) };
    }
}

impl Drop for RequestLog {
    /// Also where the worker has panicked.
    fn drop(&mut self) {
        self.hand_on();
    }
}
