//! The books of one request: opened once, closed once, whatever becomes of it.

use std::future::Future;
use std::rc::Rc;
use std::time::Duration;

use super::error::Error;
use crate::clock::Clock;
use crate::http::Traffic;
use crate::measure::{Endpoint, Entry, Fate, Moments, Phase, Phases, UserLog};

/// No run is this long; a longer timeout would not fit the clock.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

/// A request that is on its way. Dropped before it was closed, it is recorded as given up, with the time so far.
#[derive(Debug)]
pub(super) struct Exchange {
    log: UserLog,
    clock: Clock,
    phase: Phase,
    endpoint: Endpoint,
    intended: Duration,
    sent: Duration,
    deadline: Duration,
    pub(super) traffic: Rc<Traffic>,
    is_open: bool,
}

/// The times of a request that has ended.
#[derive(Debug, Clone, Copy)]
pub(super) struct Times {
    pub(super) service: Duration,
    pub(super) response: Duration,
}

impl Exchange {
    /// Opens the books: the request is offered to the connection from now on, and was intended when the plan says.
    pub(super) fn open(
        log: &UserLog,
        clock: Clock,
        endpoint: Endpoint,
        (timeout, traffic): (Duration, Rc<Traffic>),
    ) -> Exchange {
        let phase = log.open();
        let sent = clock.now();
        let intended = log.intended_start(sent);
        let timeout = timeout.min(LONGEST_TIMEOUT);
        log.allow(timeout);
        let (log, deadline) = (log.clone(), sent + timeout);
        Exchange { log, clock, phase, endpoint, intended, sent, deadline, traffic, is_open: true }
    }

    /// Waits for `future` as long as the timeout allows; `None` if it took longer.
    ///
    /// The time runs from the moment it was sent: a request that had to wait for its turn gets no less than any other.
    /// What is ready only after the deadline is late, too: the timer alone would let it pass on a busy thread.
    pub(super) async fn in_time<F: Future>(&self, future: F) -> Option<F::Output> {
        let output = tokio::time::timeout_at(self.clock.at(self.deadline), future).await.ok()?;
        (self.clock.now() <= self.deadline).then_some(output)
    }

    pub(super) fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// When it was offered to its connection.
    pub(super) fn sent(&self) -> Duration {
        self.sent
    }

    /// It had to wait for a connection, and was offered to it only `now`; its time to answer begins anew.
    pub(super) fn offered(&mut self, now: Duration) {
        self.deadline = now + (self.deadline - self.sent);
        self.sent = now;
    }

    /// When it must have been answered.
    pub(super) fn deadline(&self) -> Duration {
        self.deadline
    }

    /// The request ended well.
    pub(super) fn succeed(&mut self) -> Times {
        let now = self.clock.now();
        self.succeed_at(now)
    }

    /// The request ended well at `done`.
    pub(super) fn succeed_at(&mut self, done: Duration) -> Times {
        self.close(Fate::Ok, done)
    }

    /// The request ended badly: counts it, and makes the error that tells so.
    pub(super) fn fail(&mut self, fate: Fate) -> Error {
        let text = match &fate {
            Fate::TimedOut => format!("{}: timed out after {:?}", self.endpoint.name(), self.deadline - self.sent),
            Fate::Failed(cause) | Fate::Ours(cause) => format!("{}: {cause}", self.endpoint.name()),
            Fate::Ok | Fate::InFlightAtEnd => self.endpoint.name().to_owned(),
        };
        let now = self.clock.now();
        self.close(fate, now);
        Error::counted(text)
    }

    fn close(&mut self, fate: Fate, done: Duration) -> Times {
        self.is_open = false;
        if self.traffic.was_resent.get() {
            self.log.note_resent(self.phase);
        }
        // Whoever runs out of time is told a little later; the request has ended all the same.
        let done = if fate == Fate::TimedOut { self.deadline } else { done };
        let moments = Moments::of(self.intended, self.sent, done);
        let phases = self.log.asks_for_phases(self.phase, moments).then(|| self.phases(done));
        let entry = Entry {
            phase: self.phase,
            endpoint: self.endpoint.clone(),
            moments,
            fate,
            bytes_sent: self.traffic.sent_bytes.get(),
            bytes_received: self.traffic.received_bytes.get(),
            phases,
        };
        self.log.enter(entry);
        let [service, response] = [moments.service_ns(), moments.response_ns()].map(Duration::from_nanos);
        Times { service, response }
    }
}

impl Exchange {
    #[cold]
    fn give_up(&mut self) {
        let fate = match self.log.is_ending() {
            true => Fate::InFlightAtEnd,
            false => Fate::Failed("abandoned by the test".to_owned()),
        };
        let now = self.clock.now();
        self.close(fate, now);
    }

    /// Asked for seldom: only of what may be one of the slowest requests.
    #[cold]
    fn phases(&self, done: Duration) -> Box<Phases> {
        let (connected, first_byte) = (self.traffic.connected_at.get(), self.traffic.first_byte_at.get());
        let is_known = connected.is_some() || first_byte.is_some() || self.traffic.received_bytes.get() > 0;
        if !is_known || self.traffic.phases_unknown.get() {
            return Box::default();
        }
        // An answer that came in one piece has its first byte and its last at the same time.
        let first = first_byte.unwrap_or(done);
        Box::new(Phases {
            connect: connected.map(|connected| connected.saturating_sub(self.sent)),
            first_byte: Some(first.saturating_sub(connected.unwrap_or(self.sent))),
            body: Some(done.saturating_sub(first)),
        })
    }
}

impl Drop for Exchange {
    #[inline]
    fn drop(&mut self) {
        if self.is_open {
            self.give_up();
        }
    }
}
