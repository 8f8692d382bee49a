//! One request over reqwest.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use ::http::header::{CONNECTION, LOCATION};
use ::http::{HeaderName, HeaderValue, Version};
use bytes::{Bytes, BytesMut};

use super::cause::{ResponsePart, cause_of, was_lost_before_the_response, was_not_processed};
use super::client::{KeptConnections, ReqwestClient};
use super::expectation::Expectation;
use super::request_context::RequestContext;
use crate::http::address::{Address, Scheme};
use crate::http::complete_response::CompleteResponse;
use crate::http::draft::RequestDraft;
use crate::http::http1::{Malformed, ResponseBytes};
use crate::http::resend::is_long_idle;
use crate::http::transport_error::TransportError;

/// Characters of a `location` in a cause.
const LONGEST_LOCATION: usize = 60;

type ResponseFuture = Pin<Box<dyn Future<Output = Result<CompleteResponse, TransportError>>>>;

/// One request that is being sent. Dropped before its end, it gives the request up.
pub(crate) struct ReqwestRequest {
    sending: ResponseFuture,
}

/// A request as reqwest takes it, ready to be sent.
#[derive(Debug)]
pub(crate) struct PreparedRequest {
    request: reqwest::Request,
    closes: bool,
}

impl PreparedRequest {
    /// The draft as reqwest takes it.
    ///
    /// # Errors
    /// The text says which part of the request cannot be sent.
    pub(crate) fn new(
        client: &ReqwestClient,
        address: &Address,
        draft: &RequestDraft,
    ) -> Result<PreparedRequest, String> {
        Ok(PreparedRequest { request: request(client, address, draft)?, closes: draft.says_close || client.says_close })
    }
}

impl ReqwestRequest {
    /// Begins to send a request.
    pub(crate) fn send(client: &ReqwestClient, prepared: PreparedRequest, context: RequestContext) -> ReqwestRequest {
        let PreparedRequest { request, closes } = prepared;
        let (http, kept) = (client.reqwest.clone(), Rc::clone(&client.kept));
        let (follows, http2, has_answered) = (client.follows, client.http2, Rc::clone(&client.has_answered));
        let sender = Sender { client: http, kept, closes, follows, http2, has_answered, context };
        ReqwestRequest { sending: Box::pin(sender.send(request)) }
    }

    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<CompleteResponse, TransportError>> {
        self.sending.as_mut().poll(context)
    }
}

impl fmt::Debug for ReqwestRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReqwestRequest").finish_non_exhaustive()
    }
}

fn request(client: &ReqwestClient, address: &Address, draft: &RequestDraft) -> Result<reqwest::Request, String> {
    let url = format!("{}{}", address.base_url, draft.path());
    let url = reqwest::Url::parse(&url).map_err(|error| format!("the address {url:?} cannot be read: {error}"))?;
    let mut request = reqwest::Request::new(draft.line().method.clone(), url);
    let headers = request.headers_mut();
    let mut refused = None;
    draft.each_header(|name, value| match (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
        (Ok(name), Ok(value)) => drop(headers.append(name, value)),
        _ => refused = Some(format!("the header `{}` cannot be sent", String::from_utf8_lossy(name))),
    });
    if draft.says_close || client.says_close {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if !draft.body_bytes().is_empty() {
        *request.body_mut() = Some(Bytes::from_owner(draft.owned_body()).into());
    }
    refused.map_or(Ok(request), Err)
}

struct Sender {
    client: reqwest::Client,
    kept: Rc<RefCell<KeptConnections>>,
    closes: bool,
    follows: bool,
    http2: bool,
    has_answered: Rc<Cell<bool>>,
    context: RequestContext,
}

impl Sender {
    /// A connection that was idle for long may have been closed at the moment at which the request was sent: a safe request
    /// is then sent once more if no response began, as by the own transport. So is a request of any method of which an
    /// HTTP/2 server says that it has not processed it.
    async fn send(self, request: reqwest::Request) -> Result<CompleteResponse, TransportError> {
        let body_bytes = request.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
        self.context.traffic.phases_unknown.set(true);
        self.wait_for_address().await?;
        // reqwest does not say how much it has sent, or whether it has a connection.
        self.context.traffic.sent_bytes.set(body_bytes as u64);
        let may_resend = self.take_kept() && request.method().is_safe();
        let again = if may_resend || self.http2 { request.try_clone() } else { None };
        let is_safe_again = |error| was_not_processed(error) || (may_resend && was_lost_before_the_response(error));
        let sent = match (self.client.execute(request).await, again) {
            (Err(error), Some(again)) if is_safe_again(&error) => {
                self.context.traffic.was_resent.set(true);
                self.client.execute(again).await
            }
            (sent, _) => sent,
        };
        let response = sent.map_err(|error| {
            // Without a connection nothing was sent.
            if error.is_connect() {
                self.context.traffic.sent_bytes.set(0);
            }
            let cause = self.with_host(cause_of(&error, ResponsePart::Head), &error);
            self.expectation().explained(cause, &error)
        })?;
        self.has_answered.set(true);
        self.take_in(response).await
    }

    /// Waits until the host has been looked up, so that the time of the request does not include that.
    async fn wait_for_address(&self) -> Result<(), TransportError> {
        if let Some(lookup) = self.context.peers.pending_lookup() {
            lookup.ended().await;
            self.context.traffic.ready_at.set(Some(self.context.clock.moment()));
        }
        self.context.peers.addresses().map(drop)
    }

    /// The cause of a connection that could not be opened, with the host and its addresses, as by the own transport.
    fn with_host(&self, cause: TransportError, error: &reqwest::Error) -> TransportError {
        let is_here = error.url().is_none_or(|url| url.port_or_known_default() == Some(self.context.address.port));
        match self.context.peers.addresses() {
            Ok(addresses) if error.is_connect() && is_here && !addresses.is_empty() => {
                let reason = |address: SocketAddr| (address, cause.clone().at(address));
                self.context.peers.refused(addresses.into_iter().map(reason).collect())
            }
            _ => cause,
        }
    }

    /// What the server was expected to speak.
    fn expectation(&self) -> Expectation {
        let tls = self.context.address.scheme == Scheme::Https;
        Expectation { tls, http2: self.http2, has_answered: self.has_answered.get() }
    }

    async fn take_in(&self, mut response: reqwest::Response) -> Result<CompleteResponse, TransportError> {
        let stays_open = !self.closes && stays_open(&response);
        let body = self.read(&mut response).await?;
        let done = self.context.clock.moment();
        if stays_open {
            self.kept.borrow_mut().push((Rc::clone(&self.context.address), done));
        }
        let headers = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let mut bytes = ResponseBytes::from_parts(response.status().as_u16(), headers, &body)?;
        if self.context.discards_body {
            bytes = bytes.without_body(self.context.traffic.received_bytes.get());
        }
        let lost_redirect = self.follows.then(|| lost_redirect(&response)).flatten();
        Ok(CompleteResponse { response: bytes.into(), done, lost_redirect })
    }

    /// Reads the body. Most arrive in one piece, which is returned without a copy.
    async fn read(&self, response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
        let too_long = || TransportError::Failed(Malformed::LongBody.to_string());
        if response.content_length().is_some_and(|length| length > self.context.body_limit) {
            return Err(too_long());
        }
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        let promised = response.content_length();
        let part = || ResponsePart::Body { received: self.context.traffic.received_bytes.get(), promised };
        while let Some(chunk) = response.chunk().await.map_err(|error| cause_of(&error, part()))? {
            let received_bytes = self.context.traffic.received_bytes.get() + chunk.len() as u64;
            self.context.traffic.received_bytes.set(received_bytes);
            if received_bytes > self.context.body_limit {
                return Err(too_long());
            }
            if self.context.discards_body {
                continue;
            }
            if first.is_empty() {
                first = chunk;
                continue;
            }
            if rest.is_empty() {
                rest.extend_from_slice(&first);
            }
            rest.extend_from_slice(&chunk);
        }
        Ok(if rest.is_empty() { first } else { rest.freeze() })
    }

    /// True if a connection was kept and was idle for long. Only a complete response keeps it again.
    fn take_kept(&self) -> bool {
        let mut kept = self.kept.borrow_mut();
        let Some(position) = kept.iter().position(|(known, _)| Rc::ptr_eq(known, &self.context.address)) else {
            return false;
        };
        let (_, since) = kept.swap_remove(position);
        is_long_idle(self.context.clock.moment().since(since))
    }
}

/// Why a response that redirects was not followed.
fn lost_redirect(response: &reqwest::Response) -> Option<Box<str>> {
    let status = response.status();
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = response.headers().get(LOCATION).map(|value| String::from_utf8_lossy(value.as_bytes()));
    let why = match location {
        None => "without a `location`".to_owned(),
        Some(location) => format!("with a `location` that is not an address: {:?}", shortened(&location)),
    };
    Some(format!("status {} {why}, so the redirect could not be followed", status.as_u16()).into())
}

/// The cause that it is part of is counted, so it must not be long.
fn shortened(text: &str) -> String {
    text.chars().take(LONGEST_LOCATION).collect()
}

fn stays_open(response: &reqwest::Response) -> bool {
    let says_close =
        response.headers().get(CONNECTION).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"));
    response.version() >= Version::HTTP_11 && !says_close
}
