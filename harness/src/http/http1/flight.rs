//! One request on its way: it gets a connection, is written, and its answer is read.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use http::Method;

use super::connection::Connection;
use super::decode::Decoder;
use super::pool::{Permit, Ticket};
use super::received::Wire;
use super::{Link, Malformed};
use crate::clock::Clock;
use crate::http::draft::Draft;
use crate::http::traffic::{Traffic, TransportError, cause_of};
use crate::workload::Connections;

/// A kept connection that nobody used for so long may have been closed by a server that has had enough of waiting, at the
/// very moment in which the next request leaves. Sooner, a connection that breaks is the server's failing.
pub(crate) const IDLE: Duration = Duration::from_secs(1);

type Opening = Pin<Box<dyn Future<Output = Result<Connection, TransportError>>>>;

/// One request on its way, and the next one after it, in the same place. Given up before it has ended, it closes its
/// connection.
#[derive(Debug, Default)]
pub(crate) struct Flight {
    step: Step,
    decoder: Decoder,
    written: usize,
    permit: Option<Permit>,
    ticket: Ticket,
    /// The connection will not be used again, whatever the server says.
    closes: bool,
    is_safe: bool,
    /// A connection that was closed while idle gives one more chance.
    may_resend: bool,
    /// When the request was offered to its connection, if that is later than it was asked for.
    pub(crate) offered: Option<Duration>,
}

#[derive(Default)]
enum Step {
    /// Waits for one of the shared connections.
    Queueing,
    Opening(Opening),
    Writing(Connection),
    Reading(Connection),
    #[default]
    Over,
}

impl Flight {
    /// Begins to send `draft` at `now`, on the link's kept connection if it is still good.
    pub(crate) fn begin(
        &mut self,
        (wire, link): (&mut Wire, &mut Link),
        draft: &Draft,
        (policy, body_limit, now): (Connections, u64, Duration),
    ) {
        self.closes = policy == Connections::PerRequest || draft.says_close;
        wire.write(draft, &link.address, self.closes);
        wire.renew();
        self.decoder.begin(draft.method == Method::HEAD, body_limit);
        self.written = 0;
        self.is_safe = draft.method.is_safe();
        (self.may_resend, self.offered) = (false, None);
        match policy {
            Connections::Shared(_) => self.step = Step::Queueing,
            Connections::PerUser | Connections::PerRequest => {
                let kept = link.kept.take();
                self.board(kept, link, now);
            }
        }
    }

    /// Takes a kept connection, or opens one.
    fn board(&mut self, kept: Option<Connection>, link: &Link, now: Duration) {
        self.step = match kept.filter(|connection| !connection.is_stale()) {
            Some(connection) => {
                let idle = connection.last_used.is_some_and(|last| now.saturating_sub(last) >= IDLE);
                self.may_resend = idle && self.is_safe;
                Step::Writing(connection)
            }
            None => Step::Opening(Box::pin(Connection::open(Rc::clone(&link.address)))),
        };
    }

    /// Goes on as far as it can. Once ready, `wire` holds the answer, which was complete at the time returned.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        (wire, link, body): (&mut Wire, &mut Link, &[u8]),
        traffic: &Traffic,
        clock: Clock,
    ) -> Poll<Result<Duration, TransportError>> {
        loop {
            match &mut self.step {
                Step::Queueing => {
                    let (permit, kept) = ready!(link.pool.poll_take(context, &mut self.ticket));
                    self.permit = Some(permit);
                    let now = clock.now();
                    self.offered = Some(now);
                    self.board(kept, link, now);
                }
                Step::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(connection) => {
                        traffic.connected_at.set(Some(clock.now()));
                        self.step = Step::Writing(connection);
                    }
                    Err(error) => {
                        self.step = Step::Over;
                        return Poll::Ready(Err(error));
                    }
                },
                Step::Writing(connection) => {
                    let result = ready!(connection.poll_write(context, (&wire.out, body), &mut self.written));
                    traffic.sent_bytes.set(body.len() as u64);
                    let Step::Writing(connection) = std::mem::replace(&mut self.step, Step::Over) else { continue };
                    match result {
                        Ok(()) => self.step = Step::Reading(connection),
                        Err(_) if self.may_resend => self.resend(link, traffic),
                        Err(error) => return self.last_words(context, (wire, connection), (traffic, clock), &error),
                    }
                }
                Step::Reading(connection) => {
                    let wanted = self.decoder.wanted(wire.buffer());
                    let result = ready!(connection.poll_read(context, wire.buffer(), wanted));
                    if let Some(done) = self.take_in(result, (wire, link), traffic, clock) {
                        return Poll::Ready(done);
                    }
                }
                Step::Over => return Poll::Pending,
            }
        }
    }

    /// What a read has brought; `None` while there is more to come.
    fn take_in(
        &mut self,
        result: io::Result<usize>,
        (wire, link): (&mut Wire, &mut Link),
        traffic: &Traffic,
        clock: Clock,
    ) -> Option<Result<Duration, TransportError>> {
        let decoded = match result {
            Ok(0) | Err(_) if self.may_resend && !self.decoder.has_begun() => {
                self.resend(link, traffic);
                return None;
            }
            Ok(0) => self.decoder.end(wire.buffer()).map(Some).map_err(Malformed::into_cause),
            Ok(_) => self.decoder.decode(wire.buffer()).map_err(Malformed::into_cause),
            Err(error) => Err(cause_of(&error)),
        };
        traffic.received_bytes.set(self.decoder.body_bytes(wire.buffer()) as u64);
        match decoded {
            Ok(None) => {
                if traffic.first_byte_at.get().is_none() && self.decoder.has_begun() {
                    traffic.first_byte_at.set(Some(clock.now()));
                }
                None
            }
            Ok(Some(answer)) => {
                let keeps_open = answer.keeps_open && !self.closes;
                wire.complete(answer);
                let now = clock.now();
                self.land(link, keeps_open, now);
                Some(Ok(now))
            }
            Err(error) => {
                self.step = Step::Over;
                Some(Err(error))
            }
        }
    }

    /// The answer is complete: the connection is kept for the next request, if both sides will.
    fn land(&mut self, link: &mut Link, keeps_open: bool, now: Duration) {
        let Step::Reading(mut connection) = std::mem::replace(&mut self.step, Step::Over) else { return };
        let permit = self.permit.take();
        if !keeps_open {
            return;
        }
        connection.last_used = Some(now);
        match permit {
            Some(permit) => permit.keep(connection),
            None => link.kept = Some(connection),
        }
    }

    /// Sends the request once more, on a new connection.
    fn resend(&mut self, link: &Link, traffic: &Traffic) {
        (self.may_resend, self.written) = (false, 0);
        traffic.was_resent.set(true);
        self.step = Step::Opening(Box::pin(Connection::open(Rc::clone(&link.address))));
    }

    /// The request could not be written: an answer that is there all the same counts, else the cause.
    fn last_words(
        &mut self,
        context: &mut Context<'_>,
        (wire, mut connection): (&mut Wire, Connection),
        (traffic, clock): (&Traffic, Clock),
        error: &io::Error,
    ) -> Poll<Result<Duration, TransportError>> {
        loop {
            let wanted = self.decoder.wanted(wire.buffer());
            let Poll::Ready(Ok(1..)) = connection.poll_read(context, wire.buffer(), wanted) else {
                return Poll::Ready(Err(cause_of(error)));
            };
            match self.decoder.decode(wire.buffer()) {
                Ok(None) => {}
                Ok(Some(answer)) => {
                    traffic.received_bytes.set(answer.body.len() as u64);
                    wire.complete(answer);
                    self.permit = None;
                    return Poll::Ready(Ok(clock.now()));
                }
                Err(malformed) => return Poll::Ready(Err(malformed.into_cause())),
            }
        }
    }

    /// Whoever gives up waiting for a shared connection leaves the line.
    pub(crate) fn give_up(&mut self, link: &Link) {
        if matches!(self.step, Step::Queueing) {
            link.pool.leave(&self.ticket);
            self.ticket = Ticket::default();
        }
        self.step = Step::Over;
        self.permit = None;
    }
}

impl fmt::Debug for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Step::Queueing => "Queueing",
            Step::Opening(_) => "Opening",
            Step::Writing(_) => "Writing",
            Step::Reading(_) => "Reading",
            Step::Over => "Over",
        })
    }
}

impl Malformed {
    fn into_cause(self) -> TransportError {
        TransportError::Failed(self.to_string())
    }
}
