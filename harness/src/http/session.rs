//! The HTTP of one user: one request after the other, each over the transport that its server needs.

use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::address::Address;
use super::complete_response::CompleteResponse;
use super::deadlines::Deadline;
use super::decoding::{ACCEPTED_ENCODINGS, codings, decode};
use super::draft::RequestDraft;
use super::host_names::not_in_time;
use super::http1::{MessageBuffers, ResponseBytes, Transfer, TransferContext, TransferStart, UserConnection};
use super::peers::Peers;
use super::resources::HttpResources;
use super::supported_options::TransportKind;
use super::traffic::Traffic;
use super::transport_error::TransportError;
use super::via_reqwest::{PreparedRequest, RequestContext, ReqwestClient, ReqwestRequest};
use crate::clock::Clock;
use crate::measure::Moment;

/// The HTTP of one user: its connections, the request that it builds, and the memory that its requests and responses
/// use again and again. Knows what is sent and when, not what it counts for.
///
/// One request at a time: build it in [`HttpSession::draft`], `prepare` it, `send` it and `poll` for its response.
#[derive(Debug)]
pub(crate) struct HttpSession {
    resources: Rc<HttpResources>,
    decompresses: bool,
    clock: Clock,
    /// The request that is being built, or was sent last.
    pub(crate) draft: RequestDraft,
    traffic: Traffic,
    /// Of a request over reqwest, whose future keeps a share of it.
    traffic_of_reqwest: Option<Rc<Traffic>>,
    servers: Vec<UserServer>,
    buffers: MessageBuffers,
    transfer: Transfer,
    /// Made for the first request that the own transport cannot carry.
    client: Option<Rc<ReqwestClient>>,
    prepared: Option<PreparedRequest>,
    reqwest: Option<ReqwestRequest>,
    current: ServerIndex,
    deadline: Deadline,
    timeout: Duration,
    /// When the time of the current request began.
    sent: Moment,
    due: Moment,
}

/// A server that the user has sent a request to.
#[derive(Debug)]
struct UserServer {
    address: Rc<Address>,
    peers: Rc<Peers>,
    transport: TransportKind,
    connection: UserConnection,
}

/// Which of the session's servers a request goes to.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ServerIndex(usize);

/// How long a request may take, and how long the body of its response may be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RequestLimits {
    pub(crate) timeout: Duration,
    pub(crate) body_bytes: u64,
    /// The body of the response is counted and not kept.
    pub(crate) discards_body: bool,
}

impl HttpSession {
    pub(crate) fn new(resources: Rc<HttpResources>, clock: Clock) -> HttpSession {
        HttpSession {
            deadline: resources.deadline(),
            decompresses: resources.decompresses(),
            resources,
            clock,
            draft: RequestDraft::default(),
            traffic: Traffic::default(),
            traffic_of_reqwest: None,
            servers: Vec::new(),
            buffers: MessageBuffers::default(),
            transfer: Transfer::default(),
            client: None,
            prepared: None,
            reqwest: None,
            current: ServerIndex::default(),
            timeout: Duration::ZERO,
            sent: Moment::default(),
            due: Moment::default(),
        }
    }

    /// The server at `base_url`.
    ///
    /// # Errors
    /// The text says what is wrong with the URL, or which option is not supported for it.
    pub(crate) fn server(&mut self, base_url: &str) -> Result<ServerIndex, String> {
        if let Some(known) = self.servers.iter().position(|server| server.address.base_url == base_url) {
            return Ok(ServerIndex(known));
        }
        let known = self.resources.server(base_url)?;
        if known.transport == TransportKind::Reqwest && self.client.is_none() {
            self.client = Some(Rc::new(self.resources.reqwest_client()?));
        }
        self.servers.push(UserServer {
            address: Rc::clone(&known.address),
            peers: Rc::clone(&known.peers),
            transport: known.transport,
            connection: UserConnection::new(known.address, known.peers, known.pool),
        });
        Ok(ServerIndex(self.servers.len() - 1))
    }

    /// Makes the draft ready to be sent to `server`, without sending anything.
    ///
    /// # Errors
    /// The text says which part of the request cannot be sent.
    pub(crate) fn prepare(&mut self, server: ServerIndex) -> Result<(), String> {
        if self.decompresses && !self.draft.has_accept_encoding {
            self.draft.header("accept-encoding", ACCEPTED_ENCODINGS);
        }
        let UserServer { address, transport, .. } = &self.servers[server.0];
        if let (TransportKind::Reqwest, Some(client)) = (*transport, &self.client) {
            self.prepared = Some(PreparedRequest::new(client, address, &self.draft)?);
        }
        self.traffic.clear();
        self.traffic_of_reqwest = None;
        Ok(())
    }

    /// Bytes and times of the prepared request, while it is sent and afterwards, until the next one is prepared.
    #[inline]
    pub(crate) fn traffic(&self) -> &Traffic {
        self.traffic_of_reqwest.as_deref().unwrap_or(&self.traffic)
    }

    /// The body of a response without its encoding; `None` if it stays as it is.
    ///
    /// # Errors
    /// The cause: the body cannot be decoded.
    #[inline]
    pub(crate) fn decoded(&self, response: &ResponseBytes, limit: u64) -> Result<Option<Vec<u8>>, String> {
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
    pub(crate) fn send(&mut self, server: ServerIndex, limits: RequestLimits, now: Moment) {
        self.current = server;
        let UserServer { address, peers, connection, .. } = &mut self.servers[server.0];
        match (self.prepared.take(), &self.client) {
            (Some(prepared), Some(client)) => {
                let traffic = Rc::clone(self.traffic_of_reqwest.insert(Rc::default()));
                let context = RequestContext {
                    address: Rc::clone(address),
                    peers: Rc::clone(peers),
                    body_limit: limits.body_bytes,
                    discards_body: limits.discards_body,
                    traffic,
                    clock: self.clock,
                };
                self.reqwest = Some(ReqwestRequest::send(client, prepared, context));
            }
            _ => {
                let (policy, body_limit) = (self.resources.policy(), limits.body_bytes);
                let discards_body = limits.discards_body;
                let events_at = self.resources.events_at();
                let start = TransferStart { draft: &self.draft, policy, body_limit, discards_body, now, events_at };
                self.transfer.begin(&mut self.buffers, connection, &start);
            }
        }
        self.timeout = limits.timeout;
        self.set_due(now);
    }

    fn set_due(&mut self, sent: Moment) {
        self.sent = sent;
        self.due = sent.later_by(self.timeout);
        self.deadline.set(self.due.since_start());
    }

    /// Goes on as far as it can. A response that is complete only after the deadline is too late, however busy the thread
    /// was.
    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<CompleteResponse, TransportError>> {
        let polled = match &mut self.reqwest {
            Some(request) => request.poll(context),
            None => self.poll_transfer(context),
        };
        if let Some(ready) = self.traffic().ready_at.get().filter(|ready| *ready != self.sent) {
            self.set_due(ready);
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
        self.reqwest = None;
        self.deadline.clear();
        Poll::Ready(outcome)
    }

    #[inline]
    fn poll_transfer(&mut self, context: &mut Context<'_>) -> Poll<Result<CompleteResponse, TransportError>> {
        let mut with = TransferContext {
            buffers: &mut self.buffers,
            connection: &mut self.servers[self.current.0].connection,
            body: self.draft.body_bytes(),
            traffic: &self.traffic,
            clock: self.clock,
        };
        let polled = self.transfer.poll(context, &mut with);
        polled.map_ok(|done| CompleteResponse { response: self.buffers.response(), done, lost_redirect: None })
    }

    /// Why the current request is late: a server whose address is not known cannot have answered.
    #[cold]
    fn late(&self) -> TransportError {
        match self.servers.get(self.current.0).and_then(|server| server.peers.pending_lookup()) {
            Some(lookup) => TransportError::Ours(not_in_time(lookup.name())),
            None => TransportError::TimedOut,
        }
    }

    /// Gives the current request up and closes its connection.
    pub(crate) fn give_up(&mut self) {
        if let Some(server) = self.servers.get(self.current.0) {
            self.transfer.give_up(&server.connection);
        }
        self.reqwest = None;
        self.deadline.clear();
    }

    /// Memory for the response that was read last.
    #[cfg(test)]
    pub(crate) fn response_memory_bytes(&self) -> usize {
        self.buffers.response().buffer_memory_bytes()
    }

    /// True once a request has needed reqwest.
    #[cfg(all(test, feature = "reqwest"))]
    pub(crate) fn has_reqwest_client(&self) -> bool {
        self.client.is_some()
    }
}
