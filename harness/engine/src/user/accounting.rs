//! Accounting for one operation: a request, or anything else that a user measures. Opened once, closed once, however it ends.

use std::time::Duration;

use super::error::Error;
use crate::clock::Clock;
use crate::http::{Traffic, TransportError};
use crate::measure::{Answer, Endpoint, Fate, LogEntry, Moment, Moments, Phase, Phases, UserLog};

/// No run is this long; a longer timeout would not fit the clock.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

/// An open operation. Its owner must close it, by one of the methods that take it.
///
/// Small, because each user keeps one while its request is on its way: what it is recorded with is passed in.
#[derive(Debug)]
#[must_use = "an operation that was opened must be closed"]
pub(super) struct OperationAccounting {
    endpoint: Endpoint,
    intended: Moment,
    begun: Moment,
    timeout: Duration,
    answer: Option<Answer>,
    phase: Phase,
}

/// Where an operation is recorded, and its bytes and times so far.
#[derive(Debug, Clone, Copy)]
pub(super) struct Recording<'a> {
    pub(super) log: &'a UserLog,
    pub(super) clock: Clock,
    pub(super) traffic: &'a Traffic,
}

/// The times of an operation that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct OperationTimes {
    service_ns: u64,
    response_ns: u64,
}

impl OperationTimes {
    pub(super) fn service(self) -> Duration {
        Duration::from_nanos(self.service_ns)
    }

    pub(super) fn response(self) -> Duration {
        Duration::from_nanos(self.response_ns)
    }
}

impl OperationAccounting {
    /// Counts an operation that begins now; its intended start is the planned one.
    pub(super) fn open(at: Recording<'_>, endpoint: Endpoint, timeout: Duration) -> OperationAccounting {
        let phase = at.log.open();
        let begun = at.clock.moment();
        let intended = at.log.intended_start(begun);
        let timeout = timeout.min(LONGEST_TIMEOUT);
        at.log.allow(timeout);
        OperationAccounting { endpoint, intended, begun, timeout, answer: None, phase }
    }

    /// When it began.
    pub(super) fn begun(&self) -> Moment {
        self.begun
    }

    /// How long it may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// When it was sent: later than it began if it had to wait for a shared connection, or for its host
    /// to be looked up. Its timeout runs from then on, so
    /// that it has as much time as any other.
    fn sent(&self, traffic: &Traffic) -> Moment {
        traffic.ready_at.get().unwrap_or(self.begun)
    }

    pub(super) fn deadline(&self, traffic: &Traffic) -> Moment {
        self.sent(traffic).later_by(self.timeout)
    }

    /// There is a response with this status to a request that names the statuses it expects, or does not.
    pub(super) fn answered(&mut self, status: u16, is_named: bool) {
        self.answer = Some(Answer { status, is_named });
    }

    /// It succeeded at `done`; its body has so many bytes without its encoding, if it was decoded.
    pub(super) fn succeed(
        self,
        at: Recording<'_>,
        done: Moment,
        decoded_bytes: Option<u64>,
    ) -> (Endpoint, OperationTimes) {
        let times = self.close(at, Fate::Ok, done, decoded_bytes);
        (self.endpoint, times)
    }

    /// Counts it as failed, and returns the error for the author's function. `done`: when its response was complete, if that is
    /// why it failed.
    pub(super) fn fail(self, at: Recording<'_>, fate: Fate, done: Option<Moment>) -> Error {
        let text = match &fate {
            Fate::TimedOut => format!("{}: timed out after {:?}", self.endpoint.name(), self.timeout),
            Fate::Failed(cause) | Fate::Ours(cause) => format!("{}: {cause}", self.endpoint.name()),
            Fate::Ok | Fate::InFlightAtEnd => self.endpoint.name().to_owned(),
        };
        let done = done.unwrap_or_else(|| at.clock.moment());
        self.close(at, fate, done, None);
        Error::counted(text)
    }

    /// It was dropped before it ended: it is recorded with the time so far.
    #[cold]
    pub(super) fn give_up(self, at: Recording<'_>) {
        let fate = match at.log.is_ending() {
            true => Fate::InFlightAtEnd,
            false => Fate::Failed("abandoned by the test".to_owned()),
        };
        self.close(at, fate, at.clock.moment(), None);
    }

    #[inline]
    fn close(&self, at: Recording<'_>, fate: Fate, done: Moment, decoded_bytes: Option<u64>) -> OperationTimes {
        let Recording { log, traffic, .. } = at;
        if traffic.was_resent.get() {
            log.note_resent(self.phase);
        }
        // A timeout is noticed a little late; the operation ended when its time was up.
        let done = if fate == Fate::TimedOut { self.deadline(traffic) } else { done };
        let moments = Moments::of(self.intended, self.sent(traffic), done);
        let phases = log.asks_for_phases(self.phase, moments).then(|| self.phases(traffic, done));
        log.enter(LogEntry {
            bytes_sent: traffic.sent_bytes.get(),
            bytes_received: traffic.received_bytes.get(),
            bytes_decoded: decoded_bytes,
            answer: self.answer,
            phases,
            ..LogEntry::new(self.phase, log.number_of(&self.endpoint), moments, fate)
        });
        OperationTimes { service_ns: moments.service_ns(), response_ns: moments.response_ns() }
    }

    /// The phases of the request. Needed only for the few slowest.
    #[cold]
    fn phases(&self, traffic: &Traffic, done: Moment) -> Box<Phases> {
        let (connected, first_byte) = (traffic.connected_at.get(), traffic.first_byte_at.get());
        let is_known = connected.is_some() || first_byte.is_some() || traffic.received_bytes.get() > 0;
        if !is_known || traffic.phases_unknown.get() {
            return Box::default();
        }
        let sent = self.sent(traffic);
        // The first byte of a response that was read at once arrived together with the last.
        let first = first_byte.unwrap_or(done);
        Box::new(Phases {
            connect: connected.map(|connected| connected.since(sent)),
            first_byte: Some(first.since(connected.unwrap_or(sent))),
            body: Some(done.since(first)),
        })
    }
}

impl From<TransportError> for Fate {
    fn from(error: TransportError) -> Fate {
        match error {
            TransportError::TimedOut => Fate::TimedOut,
            TransportError::Failed(cause) => Fate::Failed(cause),
            TransportError::Ours(cause) => Fate::Ours(cause),
        }
    }
}
