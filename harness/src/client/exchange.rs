//! The books of one request: opened once, closed once, whatever becomes of it.

use std::future::Future;
use std::time::Duration;

use super::transport::Traffic;
use super::{Clock, Error};
use crate::measure::{Fate, Phase, Sample, UserLog};

/// No run is this long; a longer timeout would not fit the clock.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(365 * 24 * 3600);

/// A request that is on its way. Dropped before it was closed, it is recorded as given up, with the time so far.
#[derive(Debug)]
pub(super) struct Exchange {
    log: UserLog,
    clock: Clock,
    phase: Phase,
    endpoint: String,
    intended: Duration,
    sent: Duration,
    timeout: Duration,
    pub(super) traffic: Traffic,
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
    pub(super) fn open(log: &UserLog, clock: Clock, endpoint: String, timeout: Duration) -> Exchange {
        let phase = log.open();
        let sent = clock.now();
        let intended = log.intended_start(sent);
        let (log, timeout, traffic) = (log.clone(), timeout.min(LONGEST_TIMEOUT), Traffic::default());
        Exchange { log, clock, phase, endpoint, intended, sent, timeout, traffic, is_open: true }
    }

    /// Waits for `future` as long as the timeout allows; `None` if it took longer.
    ///
    /// The time runs from the moment it was sent: a request that had to wait for its turn gets no less than any other.
    /// What is ready only after the deadline is late, too: the timer alone would let it pass on a busy thread.
    pub(super) async fn in_time<F: Future>(&self, future: F) -> Option<F::Output> {
        let deadline = self.sent + self.timeout;
        let output = tokio::time::timeout_at(self.clock.at(deadline), future).await.ok()?;
        (self.clock.now() <= deadline).then_some(output)
    }

    /// The request ended well.
    pub(super) fn succeed(mut self) -> Times {
        self.close(Fate::Ok)
    }

    /// The request ended badly: counts it, and makes the error that tells so.
    pub(super) fn fail(mut self, fate: Fate) -> Error {
        let text = match &fate {
            Fate::TimedOut => format!("{}: timed out after {:?}", self.endpoint, self.timeout),
            Fate::Failed(cause) | Fate::Ours(cause) => format!("{}: {cause}", self.endpoint),
            Fate::Ok | Fate::InFlightAtEnd => self.endpoint.clone(),
        };
        self.close(fate);
        Error::counted(text)
    }

    fn close(&mut self, fate: Fate) -> Times {
        self.is_open = false;
        let mut done = self.clock.now();
        if fate == Fate::TimedOut {
            done = done.max(self.sent + self.timeout);
        }
        let times = Times { service: done - self.sent, response: done - self.intended };
        let sample = Sample {
            endpoint: std::mem::take(&mut self.endpoint),
            intended: self.intended,
            sent: self.sent,
            done,
            fate,
            bytes_sent: self.traffic.sent_bytes.get(),
            bytes_received: self.traffic.received_bytes.get(),
        };
        self.log.close(self.phase, sample);
        times
    }
}

impl Drop for Exchange {
    fn drop(&mut self) {
        if !self.is_open {
            return;
        }
        let fate = match self.log.is_ending() {
            true => Fate::InFlightAtEnd,
            false => Fate::Failed("abandoned by the test".to_owned()),
        };
        self.close(fate);
    }
}
