//! Accounting for one operation: a request, or anything else that a user measures. Opened once, closed once, however it ends.

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use super::error::Error;
use crate::clock::Clock;
use crate::http::{Traffic, TransportError};
use crate::measure::{Answer, Endpoint, Fate, LogEntry, Moments, Phase, Phases, UserLog};

/// No run is this long; a longer timeout would not fit the clock.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

/// An open operation. If it is dropped before it is closed, it is recorded as given up, with the time so far.
#[derive(Debug)]
pub(super) struct OperationAccounting {
    log: UserLog,
    clock: Clock,
    phase: Phase,
    endpoint: Endpoint,
    intended: Duration,
    begun: Duration,
    timeout: Duration,
    traffic: Rc<Traffic>,
    answer: Option<Answer>,
    is_open: bool,
}

/// The times of an operation that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct OperationTimes {
    pub(super) service: Duration,
    pub(super) response: Duration,
}

impl OperationAccounting {
    /// Counts an operation that begins now; its intended start is the planned one. Its bytes and times will be in
    /// `traffic`.
    pub(super) fn open(
        log: &UserLog,
        clock: Clock,
        endpoint: Endpoint,
        timeout: Duration,
        traffic: Rc<Traffic>,
    ) -> OperationAccounting {
        let phase = log.open();
        let begun = clock.now();
        let intended = log.intended_start(begun);
        let timeout = timeout.min(LONGEST_TIMEOUT);
        log.allow(timeout);
        let log = log.clone();
        OperationAccounting {
            log,
            clock,
            phase,
            endpoint,
            intended,
            begun,
            timeout,
            traffic,
            answer: None,
            is_open: true,
        }
    }

    /// Waits for `future` as long as the timeout allows; `None` if it took longer.
    ///
    /// A result that is ready only after the deadline is too late: on a busy thread the timer alone would accept it.
    pub(super) async fn in_time<F: Future>(&self, future: F) -> Option<F::Output> {
        let deadline = self.deadline();
        let output = tokio::time::timeout_at(self.clock.at(deadline), future).await.ok()?;
        (self.clock.now() <= deadline).then_some(output)
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// When it began.
    pub(super) fn begun(&self) -> Duration {
        self.begun
    }

    /// How long it may take.
    pub(super) fn timeout(&self) -> Duration {
        self.timeout
    }

    /// When it was sent: later than it began if it had to wait for a shared connection, or for its host
    /// to be looked up. Its timeout runs from then on, so
    /// that it has as much time as any other.
    fn sent(&self) -> Duration {
        self.traffic.ready_at.get().unwrap_or(self.begun)
    }

    fn deadline(&self) -> Duration {
        self.sent() + self.timeout
    }

    /// There is a response with this status to a request that names the statuses it expects, or does not.
    pub(super) fn answered(&mut self, status: u16, is_named: bool) {
        self.answer = Some(Answer { status, is_named });
    }

    /// It succeeded.
    pub(super) fn succeed(&mut self) -> OperationTimes {
        let now = self.clock.now();
        self.succeed_at(now)
    }

    /// It succeeded at `done`.
    pub(super) fn succeed_at(&mut self, done: Duration) -> OperationTimes {
        self.close(Fate::Ok, done)
    }

    /// Counts it as failed, and returns the error for the author's function.
    pub(super) fn fail(&mut self, fate: Fate) -> Error {
        self.fail_at(fate, None)
    }

    /// It failed, by what its response was that was complete at `done`.
    pub(super) fn fail_at(&mut self, fate: Fate, done: Option<Duration>) -> Error {
        let text = match &fate {
            Fate::TimedOut => format!("{}: timed out after {:?}", self.endpoint.name(), self.timeout),
            Fate::Failed(cause) | Fate::Ours(cause) => format!("{}: {cause}", self.endpoint.name()),
            Fate::Ok | Fate::InFlightAtEnd => self.endpoint.name().to_owned(),
        };
        let done = done.unwrap_or_else(|| self.clock.now());
        self.close(fate, done);
        Error::counted(text)
    }

    fn close(&mut self, fate: Fate, done: Duration) -> OperationTimes {
        self.is_open = false;
        if self.traffic.was_resent.get() {
            self.log.note_resent(self.phase);
        }
        // A timeout is noticed a little late; the operation ended when its time was up.
        let done = if fate == Fate::TimedOut { self.deadline() } else { done };
        let moments = Moments::of(self.intended, self.sent(), done);
        let phases = self.log.asks_for_phases(self.phase, moments).then(|| self.phases(done));
        let entry = LogEntry {
            phase: self.phase,
            endpoint: self.endpoint.clone(),
            moments,
            fate,
            bytes_sent: self.traffic.sent_bytes.get(),
            bytes_received: self.traffic.received_bytes.get(),
            bytes_decoded: self.traffic.decoded_bytes.get(),
            answer: self.answer,
            phases,
        };
        self.log.enter(entry);
        let [service, response] = [moments.service_ns(), moments.response_ns()].map(Duration::from_nanos);
        OperationTimes { service, response }
    }

    #[cold]
    fn give_up(&mut self) {
        let fate = match self.log.is_ending() {
            true => Fate::InFlightAtEnd,
            false => Fate::Failed("abandoned by the test".to_owned()),
        };
        let now = self.clock.now();
        self.close(fate, now);
    }

    /// The phases of the request. Needed only for the few slowest.
    #[cold]
    fn phases(&self, done: Duration) -> Box<Phases> {
        let (connected, first_byte) = (self.traffic.connected_at.get(), self.traffic.first_byte_at.get());
        let is_known = connected.is_some() || first_byte.is_some() || self.traffic.received_bytes.get() > 0;
        if !is_known || self.traffic.phases_unknown.get() {
            return Box::default();
        }
        let sent = self.sent();
        // The first byte of a response that was read at once arrived together with the last.
        let first = first_byte.unwrap_or(done);
        Box::new(Phases {
            connect: connected.map(|connected| connected.saturating_sub(sent)),
            first_byte: Some(first.saturating_sub(connected.unwrap_or(sent))),
            body: Some(done.saturating_sub(first)),
        })
    }
}

impl Drop for OperationAccounting {
    #[inline]
    fn drop(&mut self) {
        if self.is_open {
            self.give_up();
        }
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
