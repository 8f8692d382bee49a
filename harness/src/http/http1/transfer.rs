//! One request and its response: it gets a connection, is written, and its response is read.

use std::fmt;
use std::io;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::http::Method;

use super::connection::Connection;
use super::connection_pool::{ConnectionPermit, QueuePosition};
use super::decode::Decoder;
use super::message_buffers::MessageBuffers;
use super::user_connection::UserConnection;
use crate::clock::Clock;
use crate::http::draft::RequestDraft;
use crate::http::options::ConnectionPolicy;
use crate::http::resend::is_long_idle;
use crate::http::traffic::Traffic;
use crate::http::transport_error::{TransportError, cause_of};

type OpeningConnection = Pin<Box<dyn Future<Output = Result<Connection, TransportError>>>>;

/// One request and its response, and then the next, in the same memory. Given up before it has ended, it closes its
/// connection.
#[derive(Debug, Default)]
pub(crate) struct Transfer {
    step: TransferStep,
    decoder: Decoder,
    written_bytes: usize,
    permit: Option<ConnectionPermit>,
    queue_position: QueuePosition,
    /// The connection will not be used again, whatever the server says.
    closes: bool,
    is_safe: bool,
    /// The connection was idle for long: if it is closed now, the request is sent once more.
    may_resend: bool,
    /// When it got a shared connection, until the session takes note.
    pub(crate) left_queue: Option<Duration>,
}

#[derive(Default)]
enum TransferStep {
    /// Waits for one of the shared connections.
    Queueing,
    Opening(OpeningConnection),
    Writing(Connection),
    Reading(Connection),
    #[default]
    Over,
}

/// What a transfer needs to begin.
pub(crate) struct TransferStart<'a> {
    pub(crate) draft: &'a RequestDraft,
    pub(crate) policy: ConnectionPolicy,
    pub(crate) body_limit: u64,
    pub(crate) now: Duration,
}

/// What a transfer works with: memory and connection of its user, the body of the request, and where its bytes and
/// times are noted.
pub(crate) struct TransferContext<'a> {
    pub(crate) buffers: &'a mut MessageBuffers,
    pub(crate) connection: &'a mut UserConnection,
    pub(crate) body: &'a [u8],
    pub(crate) traffic: &'a Traffic,
    pub(crate) clock: Clock,
}

impl Transfer {
    /// Begins to send a request, on the connection that the user keeps if it is still good.
    pub(crate) fn begin(
        &mut self,
        buffers: &mut MessageBuffers,
        connection: &mut UserConnection,
        start: &TransferStart<'_>,
    ) {
        let TransferStart { draft, policy, body_limit, now } = *start;
        self.closes = policy == ConnectionPolicy::PerRequest || draft.says_close;
        buffers.encode_head(draft, &connection.address, self.closes);
        buffers.renew();
        self.decoder.begin(draft.method == Method::HEAD, body_limit);
        self.written_bytes = 0;
        self.is_safe = draft.method.is_safe();
        (self.may_resend, self.left_queue) = (false, None);
        match policy {
            ConnectionPolicy::Shared(_) => self.step = TransferStep::Queueing,
            ConnectionPolicy::PerUser | ConnectionPolicy::PerRequest => {
                let kept = connection.kept.take();
                self.connect(kept, connection, now);
            }
        }
    }

    /// Takes a kept connection, or opens one.
    fn connect(&mut self, kept: Option<Connection>, connection: &UserConnection, now: Duration) {
        self.step = match kept.filter(|kept| !kept.is_stale()) {
            Some(kept) => {
                let was_idle = kept.last_used.is_some_and(|last| is_long_idle(now.saturating_sub(last)));
                self.may_resend = was_idle && self.is_safe;
                TransferStep::Writing(kept)
            }
            None => TransferStep::Opening(Box::pin(Connection::open(Rc::clone(&connection.address)))),
        };
    }

    /// Goes on as far as it can. Once ready, the buffers hold the response, which was complete at the time returned.
    pub(crate) fn poll(
        &mut self,
        context: &mut Context<'_>,
        with: &mut TransferContext<'_>,
    ) -> Poll<Result<Duration, TransportError>> {
        loop {
            match &mut self.step {
                TransferStep::Queueing => {
                    let (permit, kept) = ready!(with.connection.pool.poll_take(context, &mut self.queue_position));
                    self.permit = Some(permit);
                    let now = with.clock.now();
                    with.traffic.left_queue_at.set(Some(now));
                    self.left_queue = Some(now);
                    self.connect(kept, with.connection, now);
                }
                TransferStep::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(connection) => {
                        with.traffic.connected_at.set(Some(with.clock.now()));
                        self.step = TransferStep::Writing(connection);
                    }
                    Err(error) => {
                        self.step = TransferStep::Over;
                        return Poll::Ready(Err(error));
                    }
                },
                TransferStep::Writing(connection) => {
                    let head = &with.buffers.request_head;
                    let result = ready!(connection.poll_write(context, head, with.body, &mut self.written_bytes));
                    with.traffic.sent_bytes.set(with.body.len() as u64);
                    let TransferStep::Writing(connection) = std::mem::take(&mut self.step) else { continue };
                    match result {
                        Ok(()) => self.step = TransferStep::Reading(connection),
                        Err(_) if self.may_resend => self.resend(with),
                        Err(error) => return self.read_despite(&error, connection, context, with),
                    }
                }
                TransferStep::Reading(connection) => {
                    let wanted = self.decoder.wanted(with.buffers.buffer());
                    let result = ready!(connection.poll_read(context, with.buffers.buffer(), wanted));
                    if let Some(done) = self.take_in(result, with) {
                        return Poll::Ready(done);
                    }
                }
                TransferStep::Over => return Poll::Pending,
            }
        }
    }

    /// What a read has brought; `None` while there is more to come.
    fn take_in(
        &mut self,
        result: io::Result<usize>,
        with: &mut TransferContext<'_>,
    ) -> Option<Result<Duration, TransportError>> {
        let decoded = match result {
            Ok(0) | Err(_) if self.may_resend && !self.decoder.has_begun() => {
                self.resend(with);
                return None;
            }
            Ok(0) => self.decoder.end(with.buffers.buffer()).map(Some).map_err(TransportError::from),
            Ok(_) => self.decoder.decode(with.buffers.buffer()).map_err(TransportError::from),
            Err(error) => Err(cause_of(&error)),
        };
        with.traffic.received_bytes.set(self.decoder.body_bytes(with.buffers.buffer()) as u64);
        match decoded {
            Ok(None) => {
                if with.traffic.first_byte_at.get().is_none() && self.decoder.has_begun() {
                    with.traffic.first_byte_at.set(Some(with.clock.now()));
                }
                None
            }
            Ok(Some(response)) => {
                let keeps_open = response.keeps_open && !self.closes;
                with.buffers.complete(response);
                let now = with.clock.now();
                self.end(with.connection, keeps_open, now);
                Some(Ok(now))
            }
            Err(error) => {
                self.step = TransferStep::Over;
                Some(Err(error))
            }
        }
    }

    /// The response is complete: the connection is kept for the next request, if both sides agree.
    fn end(&mut self, user: &mut UserConnection, keeps_open: bool, now: Duration) {
        let TransferStep::Reading(mut connection) = std::mem::take(&mut self.step) else { return };
        let permit = self.permit.take();
        if !keeps_open {
            return;
        }
        connection.last_used = Some(now);
        match permit {
            Some(permit) => permit.keep(connection),
            None => user.kept = Some(connection),
        }
    }

    /// Sends the request once more, on a new connection.
    fn resend(&mut self, with: &TransferContext<'_>) {
        (self.may_resend, self.written_bytes) = (false, 0);
        with.traffic.was_resent.set(true);
        self.step = TransferStep::Opening(Box::pin(Connection::open(Rc::clone(&with.connection.address))));
    }

    /// The request could not be written: a response that has arrived all the same counts, else the error does.
    #[cold]
    fn read_despite(
        &mut self,
        error: &io::Error,
        mut connection: Connection,
        context: &mut Context<'_>,
        with: &mut TransferContext<'_>,
    ) -> Poll<Result<Duration, TransportError>> {
        loop {
            let wanted = self.decoder.wanted(with.buffers.buffer());
            let Poll::Ready(Ok(1..)) = connection.poll_read(context, with.buffers.buffer(), wanted) else {
                return Poll::Ready(Err(cause_of(error)));
            };
            match self.decoder.decode(with.buffers.buffer()) {
                Ok(None) => {}
                Ok(Some(response)) => {
                    with.traffic.received_bytes.set(response.body.len() as u64);
                    with.buffers.complete(response);
                    self.permit = None;
                    return Poll::Ready(Ok(with.clock.now()));
                }
                Err(malformed) => return Poll::Ready(Err(malformed.into())),
            }
        }
    }

    /// Gives the request up. One that waits for a shared connection stops waiting.
    pub(crate) fn give_up(&mut self, connection: &UserConnection) {
        if matches!(self.step, TransferStep::Queueing) {
            connection.pool.leave(&self.queue_position);
            self.queue_position = QueuePosition::default();
        }
        self.step = TransferStep::Over;
        self.permit = None;
    }
}

impl fmt::Debug for TransferStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TransferStep::Queueing => "Queueing",
            TransferStep::Opening(_) => "Opening",
            TransferStep::Writing(_) => "Writing",
            TransferStep::Reading(_) => "Reading",
            TransferStep::Over => "Over",
        })
    }
}
