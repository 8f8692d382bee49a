//! One request and its response: it gets a connection, is written, and its response is read.

use std::io;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use ::http::Method;

use super::connection_end::ConnectionEnd;
use super::connection_pool::{ConnectionPermit, QueuePosition};
use super::decode::{Decoder, ResponseRanges};
use super::malformed::Malformed;
use super::message_buffers::MessageBuffers;
use super::transfer_step::{TransferStep, open};
use super::user_connection::UserConnection;
use crate::clock::Clock;
use crate::http::draft::RequestDraft;
use crate::http::options::ConnectionPolicy;
use crate::http::resend::is_long_idle;
use crate::http::traffic::Traffic;
use crate::http::transport_error::TransportError;
use crate::measure::Moment;

/// The time at which the response was complete, or why it is not known.
type TransferEnd = Result<Moment, TransportError>;

/// One request and its response, and then the next, in the same memory. Given up before it has ended, it closes its
/// connection.
#[derive(Debug, Default)]
#[repr(C)]
pub(crate) struct Transfer {
    step: TransferStep,
    written_bytes: usize,
    /// For how long its kept connection had not been used; `None` on a new one.
    idle: Option<Duration>,
    /// The connection will not be used again, whatever the server says.
    closes: bool,
    is_safe: bool,
    permit: Option<ConnectionPermit>,
    decoder: Decoder,
    queue_position: QueuePosition,
}

/// What a transfer needs to begin.
pub(crate) struct TransferStart<'a> {
    pub draft: &'a RequestDraft,
    pub policy: ConnectionPolicy,
    pub body_limit: u64,
    pub discards_body: bool,
    pub now: Moment,
    /// Until when the reactor has reported everything.
    pub events_at: Moment,
}

/// What a transfer works with: memory and connection of its user, the body of the request, and where its bytes and
/// times are noted.
pub(crate) struct TransferContext<'a> {
    pub buffers: &'a mut MessageBuffers,
    pub connection: &'a mut UserConnection,
    pub body: &'a [u8],
    pub traffic: &'a Traffic,
    pub clock: Clock,
}

impl Transfer {
    /// Begins to send a request, on the connection that the user keeps if it is still good.
    pub(crate) fn begin(
        &mut self,
        buffers: &mut MessageBuffers,
        connection: &mut UserConnection,
        start: &TransferStart<'_>,
    ) {
        let TransferStart { draft, policy, body_limit, discards_body, now, events_at } = *start;
        self.closes = policy == ConnectionPolicy::PerRequest || draft.says_close;
        buffers.encode_head(draft, &connection.server.address, self.closes);
        buffers.renew();
        self.decoder.begin(draft.line().method == Method::HEAD, body_limit);
        self.decoder.expect_head(&draft.line().answer);
        if discards_body {
            self.decoder.discard_body();
        }
        self.written_bytes = 0;
        self.is_safe = draft.line().method.is_safe();
        self.idle = None;
        match policy {
            ConnectionPolicy::Shared(_) => self.step = TransferStep::Queueing,
            ConnectionPolicy::PerUser | ConnectionPolicy::PerRequest => self.connect(connection, now, events_at),
        }
    }

    /// Takes the kept connection, or opens one.
    fn connect(&mut self, user: &mut UserConnection, now: Moment, events_at: Moment) {
        match &user.open {
            Some(kept) if !kept.is_stale(now, events_at) => {
                self.idle = kept.idle(now);
                self.step = TransferStep::Writing;
            }
            _ => self.step = open(user),
        }
    }

    /// Goes on as far as it can. Once ready, the buffers hold the response, which was complete at the time returned.
    #[inline(always)]
    pub(crate) fn poll(&mut self, context: &mut Context<'_>, with: &mut TransferContext<'_>) -> Poll<TransferEnd> {
        loop {
            match &mut self.step {
                TransferStep::Queueing => {
                    let (permit, kept) =
                        ready!(with.connection.server.pool.poll_take(context, &mut self.queue_position));
                    (self.permit, with.connection.open) = (Some(permit), kept);
                    let now = with.clock.moment();
                    with.traffic.ready_at.set(Some(now));
                    self.connect(with.connection, now, Moment::default());
                }
                TransferStep::LookingUp(lookup) => {
                    ready!(lookup.as_mut().poll(context));
                    with.traffic.ready_at.set(Some(with.clock.moment()));
                    self.step = open(with.connection);
                }
                TransferStep::Opening(opening) => match ready!(opening.as_mut().poll(context)) {
                    Ok(connection) => {
                        with.traffic.connected_at.set(Some(with.clock.moment()));
                        with.connection.open = Some(connection);
                        self.step = TransferStep::Writing;
                    }
                    Err(error) => {
                        self.step = TransferStep::Over;
                        return Poll::Ready(Err(error));
                    }
                },
                TransferStep::Writing => {
                    let Some(connection) = &mut with.connection.open else { return Poll::Pending };
                    let head = with.buffers.request_head();
                    let written = connection.poll_write(context, head, with.body, &mut self.written_bytes);
                    with.traffic.sent_bytes.set(self.written_bytes.saturating_sub(head.len()) as u64);
                    match written {
                        Poll::Ready(Ok(())) => self.step = TransferStep::Reading,
                        Poll::Ready(Err(error)) => {
                            if let Some(done) = self.read_despite(error, with) {
                                return Poll::Ready(done);
                            }
                        }
                        // The server may answer, or echo, before it has read everything.
                        Poll::Pending => {
                            if let Some(done) = ready!(self.poll_read_early(context, with)) {
                                return Poll::Ready(done);
                            }
                        }
                    }
                }
                TransferStep::Reading => {
                    if let Some(done) = ready!(self.poll_read(context, with)) {
                        return Poll::Ready(done);
                    }
                }
                TransferStep::Over => return Poll::Pending,
            }
        }
    }

    /// Reads what has arrived; `None` while there is more to come.
    #[inline(always)]
    fn poll_read(&mut self, context: &mut Context<'_>, with: &mut TransferContext<'_>) -> Poll<Option<TransferEnd>> {
        let Some(connection) = &mut with.connection.open else { return Poll::Pending };
        let wanted = self.decoder.wanted(with.buffers.so_far());
        let result = ready!(connection.poll_read(context, with.buffers, wanted));
        Poll::Ready(self.take_in(result, with))
    }

    /// The same before the request is written: seldom, and so apart from what each request runs.
    #[cold]
    fn poll_read_early(
        &mut self,
        context: &mut Context<'_>,
        with: &mut TransferContext<'_>,
    ) -> Poll<Option<TransferEnd>> {
        self.poll_read(context, with)
    }

    /// What a read has brought; `None` while there is more to come.
    fn take_in(&mut self, result: io::Result<usize>, with: &mut TransferContext<'_>) -> Option<TransferEnd> {
        let decoded = match result {
            Ok(0) => match self.decoder.end(with.buffers.so_far()) {
                Err(Malformed::NoResponse | Malformed::CutBody) => return self.broken(&ConnectionEnd::Closed, with),
                ended => ended.map(Some),
            },
            Ok(_) => self.decoder.decode(with.buffers.buffer()),
            Err(error) => return self.end_despite(error, with),
        };
        with.traffic.received_bytes.set(self.decoder.body_bytes(with.buffers.so_far()) as u64);
        match decoded {
            Ok(None) => {
                if with.traffic.first_byte_at.get().is_none() && self.decoder.final_has_begun(with.buffers.so_far()) {
                    with.traffic.first_byte_at.set(Some(with.clock.moment()));
                }
                None
            }
            Ok(Some(response)) => Some(Ok(self.complete(response, with))),
            Err(malformed) => {
                self.step = TransferStep::Over;
                with.connection.open = None;
                Some(Err(malformed.into()))
            }
        }
    }

    /// The response is complete, now.
    fn complete(&mut self, response: ResponseRanges, with: &mut TransferContext<'_>) -> Moment {
        let (keeps_open, keeps_for_s) = (response.keeps_open && !self.closes, response.keeps_for_s);
        with.buffers.complete(response);
        let now = with.clock.moment();
        self.end(with.connection, keeps_open, keeps_for_s, now);
        now
    }

    /// The connection is kept for the next request, if both sides agree. If the response came before the request was
    /// written, the server does not expect another one on it.
    fn end(&mut self, user: &mut UserConnection, keeps_open: bool, keeps_for_s: Option<u32>, now: Moment) {
        let permit = self.permit.take();
        let was_read = matches!(std::mem::take(&mut self.step), TransferStep::Reading);
        match &mut user.open {
            Some(connection) if was_read && keeps_open => connection.rests(now, keeps_for_s),
            open => *open = None,
        }
        if let Some(permit) = permit {
            permit.give_back(user.open.take());
        }
    }

    /// The connection has ended before the response was complete. `None` if the request is sent once more.
    #[cold]
    fn broken(&mut self, end: &ConnectionEnd, with: &mut TransferContext<'_>) -> Option<TransferEnd> {
        self.step = TransferStep::Over;
        let connection = with.connection.open.take()?;
        let was_unseen = matches!(end, ConnectionEnd::Closed) && connection.was_refused();
        if self.may_resend(was_unseen) {
            with.traffic.was_resent.set(true);
            self.begin_again(with);
            return None;
        }
        let progress = self.decoder.progress(with.buffers.so_far());
        with.traffic.received_bytes.set(self.decoder.body_bytes(with.buffers.so_far()) as u64);
        Some(Err(end.cause(progress, self.idle)))
    }

    /// See `http/resend.rs`.
    fn may_resend(&self, was_unseen: bool) -> bool {
        let is_kept = |idle| was_unseen || is_long_idle(idle);
        self.is_safe && !self.decoder.has_begun() && self.idle.is_some_and(is_kept)
    }

    /// Sends the request on a new connection.
    fn begin_again(&mut self, with: &mut TransferContext<'_>) {
        (self.idle, self.written_bytes) = (None, 0);
        with.traffic.sent_bytes.set(0);
        self.step = open(with.connection);
    }

    /// The request could not be written, because the server has reset the connection: a response that has arrived all the
    /// same counts, else the error does. `None` if the request is written to another connection.
    #[cold]
    fn read_despite(&mut self, error: io::Error, with: &mut TransferContext<'_>) -> Option<TransferEnd> {
        loop {
            let connection = with.connection.open.as_ref()?;
            let wanted = self.decoder.wanted(with.buffers.so_far());
            match connection.read_rest(with.buffers.buffer(), wanted) {
                Ok(1..) => {
                    if let done @ Some(_) = self.take_in(Ok(1), with) {
                        return done;
                    }
                }
                // Nothing of it has left: it meets the same as if the connection had been known to be closed.
                _ if self.written_bytes == 0 && self.idle.is_some() && !self.decoder.has_begun() => {
                    self.begin_again(with);
                    return None;
                }
                _ => return self.end_despite(error, with),
            }
        }
    }

    /// The connection was reset. The refusal of an upload lasts, without a length, until the connection ends, however it ends:
    /// what the server has not read of the upload resets it. A success might have been longer.
    #[cold]
    fn end_despite(&mut self, error: io::Error, with: &mut TransferContext<'_>) -> Option<TransferEnd> {
        match self.decoder.end(with.buffers.so_far()) {
            Ok(response) if response.status >= 300 && !with.body.is_empty() => Some(Ok(self.complete(response, with))),
            _ => self.broken(&ConnectionEnd::Failed(error), with),
        }
    }

    /// Gives the request up. One that waits for a shared connection stops waiting.
    pub(crate) fn give_up(&mut self, user: &mut UserConnection) {
        if matches!(self.step, TransferStep::Queueing) {
            user.server.pool.leave(&self.queue_position);
            self.queue_position = QueuePosition::default();
        }
        if !self.is_over() {
            (self.step, user.open) = (TransferStep::Over, None);
        }
        self.permit = None;
    }

    /// No request is on its way.
    pub(crate) fn is_over(&self) -> bool {
        matches!(self.step, TransferStep::Over)
    }
}
