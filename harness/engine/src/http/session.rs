//! The HTTP of one user: one request after the other, each over the transport that its server needs.

use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::complete_response::CompleteResponse;
use super::deadlines::Deadline;
use super::decoding::{ACCEPTED_ENCODINGS, codings, decode};
use super::draft::RequestDraft;
use super::host_names::not_in_time;
use super::http1::{MessageBuffers, ResponseBytes, Transfer, TransferContext, TransferStart, UserConnection};
use super::resources::HttpResources;
use super::supported_options::TransportKind;
use super::traffic::Traffic;
use super::transport_error::TransportError;
use super::user_servers::{ServerIndex, UserServers};
use super::via_reqwest::{PreparedRequest, RequestContext, ReqwestClient, ReqwestRequest};
use crate::clock::Clock;
use crate::measure::Moment;

/// The HTTP of one user: its connections, the request that it builds, and the memory that its requests and responses
/// use again and again. Knows what is sent and when, not what it counts for.
///
/// One request at a time: build it in [`HttpSession::draft`], `prepare` it, `send` it and `poll` for its response.
///
/// In the order in which a request touches them, what is rarely used last: at a thousand users every cache line costs.
#[derive(Debug)]
#[repr(C)]
pub struct HttpSession {
    /// The request that is being built, or was sent last.
    pub draft: RequestDraft,
    resources: Rc<HttpResources>,
    traffic: Traffic,
    deadline: Deadline,
    clock: Clock,
    timeout: Duration,
    /// When the time of the current request is over.
    due: Moment,
    current: ServerIndex,
    decompresses: bool,
    /// Made for the first request that the own transport cannot carry.
    via_reqwest: Option<Box<ReqwestTransport>>,
    buffers: MessageBuffers,
    servers: UserServers,
    transfer: Transfer,
}

/// What a user needs for requests that the own transport cannot carry.
#[derive(Debug)]
struct ReqwestTransport {
    client: ReqwestClient,
    prepared: Option<PreparedRequest>,
    request: Option<ReqwestRequest>,
    /// Bytes and times of its request, whose future keeps a share of it.
    traffic: Option<Rc<Traffic>>,
}

/// How long a request may take, and how long the body of its response may be.
#[derive(Debug, Clone, Copy)]
pub struct RequestLimits {
    /// How long a request may take, from its sending to the end of its answer.
    pub timeout: Duration,
    /// How long its body may be.
    pub body_bytes: u64,
    /// The body of the response is counted and not kept.
    pub discards_body: bool,
}

impl HttpSession {
    /// A session without connections.
    pub fn new(resources: Rc<HttpResources>, clock: Clock) -> HttpSession {
        HttpSession {
            draft: RequestDraft::new(Rc::clone(resources.lines())),
            traffic: Traffic::default(),
            deadline: resources.deadline(),
            clock,
            timeout: Duration::ZERO,
            due: Moment::default(),
            current: ServerIndex::default(),
            decompresses: resources.decompresses(),
            via_reqwest: None,
            buffers: MessageBuffers::new(Rc::clone(resources.stock())),
            servers: UserServers::default(),
            transfer: Transfer::default(),
            resources,
        }
    }

    /// The server at `base_url`.
    ///
    /// # Errors
    /// The text says what is wrong with the URL, or which option is not supported for it.
    pub fn server(&mut self, base_url: &str) -> Result<ServerIndex, String> {
        if let Some(known) = self.servers.position(base_url) {
            return Ok(known);
        }
        let known = self.resources.server(base_url)?;
        if known.transport == TransportKind::Reqwest && self.via_reqwest.is_none() {
            let client = self.resources.reqwest_client()?;
            self.via_reqwest =
                Some(Box::new(ReqwestTransport { client, prepared: None, request: None, traffic: None }));
        }
        Ok(self.servers.add(UserConnection::new(known)))
    }

    /// Makes the draft ready to be sent to `server`, without sending anything.
    ///
    /// # Errors
    /// The text says which part of the request cannot be sent.
    pub fn prepare(&mut self, server: ServerIndex) -> Result<(), String> {
        if self.decompresses && !self.draft.has_accept_encoding {
            self.draft.header("accept-encoding", ACCEPTED_ENCODINGS);
        }
        if let (Some(reqwest), Some(UserConnection { server, .. })) = (&mut self.via_reqwest, self.servers.get(server))
            && server.transport == TransportKind::Reqwest
        {
            reqwest.prepared = Some(PreparedRequest::new(&reqwest.client, &server.address, &self.draft)?);
        }
        self.traffic.clear();
        if let Some(reqwest) = &mut self.via_reqwest {
            reqwest.traffic = None;
        }
        Ok(())
    }

    /// Bytes and times of the prepared request, while it is sent and afterwards, until the next one is prepared.
    #[inline]
    pub fn traffic(&self) -> &Traffic {
        self.via_reqwest.as_ref().and_then(|reqwest| reqwest.traffic.as_deref()).unwrap_or(&self.traffic)
    }

    /// The body of a response without its encoding; `None` if it stays as it is.
    ///
    /// # Errors
    /// The cause: the body cannot be decoded.
    #[inline]
    pub fn decoded(&self, response: &ResponseBytes, limit: u64) -> Result<Option<Vec<u8>>, String> {
        if !self.decompresses || response.body().is_empty() {
            return Ok(None);
        }
        let codings = codings(response.header("content-encoding").unwrap_or_default());
        if codings.is_empty() {
            return Ok(None);
        }
        decode(&codings, response.body(), limit).map(Some)
    }

    /// Begins to send the prepared request at `now`. Its time runs from then on, or from when it gets a shared connection.
    pub fn send(&mut self, server: ServerIndex, limits: RequestLimits, now: Moment) {
        let reqwest_is_idle = self.via_reqwest.as_ref().is_none_or(|reqwest| reqwest.request.is_none());
        if !(self.transfer.is_over() && reqwest_is_idle) {
            // The future of the last request was forgotten, and not dropped: its connection cannot carry another.
            self.give_up();
        }
        self.current = server;
        let Some(connection) = self.servers.get(server) else { return };
        let prepared = self.via_reqwest.as_mut().and_then(|reqwest| Some((reqwest.prepared.take()?, reqwest)));
        if let Some((prepared, reqwest)) = prepared {
            let context = RequestContext {
                address: Rc::clone(&connection.server.address),
                peers: Rc::clone(&connection.server.peers),
                body_limit: limits.body_bytes,
                discards_body: limits.discards_body,
                traffic: Rc::clone(reqwest.traffic.insert(Rc::default())),
                clock: self.clock,
            };
            reqwest.request = Some(ReqwestRequest::send(&reqwest.client, prepared, context));
        } else {
            let (policy, body_limit) = (self.resources.policy(), limits.body_bytes);
            let discards_body = limits.discards_body;
            let events_at = self.resources.events_at();
            let start = TransferStart { draft: &self.draft, policy, body_limit, discards_body, now, events_at };
            self.transfer.begin(&mut self.buffers, connection, &start);
        }
        self.timeout = limits.timeout;
        self.set_due(now.later_by(limits.timeout));
    }

    fn set_due(&mut self, due: Moment) {
        self.due = due;
        self.deadline.set(due.since_start());
    }

    /// Goes on as far as it can. A response that is complete only after the deadline is too late, however busy the thread
    /// was.
    // As in `engine/user_run/iterating.rs`: each function around a system call costs a return that is predicted wrongly.
    #[inline(always)]
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<CompleteResponse, TransportError>> {
        let polled = match self.via_reqwest.as_mut().and_then(|reqwest| reqwest.request.as_mut()) {
            Some(request) => request.poll(context),
            None => self.poll_transfer(context),
        };
        if let Some(due) = self.traffic().ready_at.get().map(|ready| ready.later_by(self.timeout))
            && due != self.due
        {
            self.set_due(due);
        }
        let outcome = match polled {
            Poll::Ready(Ok(complete)) if complete.done > self.due => Err(TransportError::TimedOut),
            Poll::Ready(Ok(complete)) => Ok(complete),
            Poll::Ready(Err(error)) => {
                self.give_up();
                Err(error)
            }
            Poll::Pending if self.deadline.has_passed(context.waker()) => {
                self.give_up();
                Err(self.late())
            }
            Poll::Pending => return Poll::Pending,
        };
        self.forget_reqwest();
        self.deadline.clear();
        Poll::Ready(outcome)
    }

    #[inline(always)]
    fn poll_transfer(&mut self, context: &mut Context<'_>) -> Poll<Result<CompleteResponse, TransportError>> {
        let Some(connection) = self.servers.get(self.current) else { return Poll::Pending };
        let mut with = TransferContext {
            buffers: &mut self.buffers,
            connection,
            body: self.draft.body_bytes(),
            traffic: &self.traffic,
            clock: self.clock,
        };
        let polled = self.transfer.poll(context, &mut with);
        polled.map_ok(|done| CompleteResponse { response: self.buffers.take_response(), done, lost_redirect: None })
    }

    /// Why the current request is late: a server whose address is not known cannot have answered.
    #[cold]
    fn late(&mut self) -> TransportError {
        match self.servers.get(self.current).and_then(|user| user.server.peers.pending_lookup()) {
            Some(lookup) => TransportError::Ours(not_in_time(lookup.name())),
            None => TransportError::TimedOut,
        }
    }

    /// Gives the current request up and closes its connection.
    pub fn give_up(&mut self) {
        if let Some(connection) = self.servers.get(self.current) {
            self.transfer.give_up(connection);
        }
        self.buffers.renew();
        self.forget_reqwest();
        self.deadline.clear();
    }

    #[inline]
    fn forget_reqwest(&mut self) {
        if let Some(reqwest) = &mut self.via_reqwest {
            reqwest.request = None;
        }
    }

    /// Memory for responses, of all users of the worker thread.
    #[cfg(test)]
    pub fn response_memory_bytes(&self) -> usize {
        self.resources.stock().memory_bytes()
    }

    /// True once a request has needed reqwest.
    #[cfg(all(test, feature = "reqwest"))]
    pub fn has_reqwest_client(&self) -> bool {
        self.via_reqwest.is_some()
    }
}

#[cfg(feature = "reqwest")]
#[cfg(test)]
mod tests;
