//! One request on its way over the other transport.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use http::header::CONNECTION;
use http::{HeaderName, HeaderValue, Version};

use super::cause::{Stage, cause_of, was_lost_before_the_answer};
use super::client::{Client, Kept};
use crate::clock::Clock;
use crate::http::address::Address;
use crate::http::draft::Draft;
use crate::http::http1::{IDLE, Malformed, Received};
use crate::http::traffic::{Traffic, TransportError};

/// One request on its way. Dropped before its end, it gives the request up.
pub(crate) struct Errand {
    future: Pin<Box<dyn Future<Output = Result<Landed, TransportError>>>>,
}

/// A request that can be sent.
pub(crate) struct Prepared {
    request: reqwest::Request,
    closes: bool,
}

/// An answer, and when its last byte was there.
pub(crate) struct Landed {
    pub(crate) answer: Rc<Received>,
    pub(crate) at: Duration,
}

impl Errand {
    /// The draft as reqwest takes it.
    ///
    /// # Errors
    /// The text says which part of the request cannot be sent.
    pub(crate) fn prepare(client: &Client, address: &Address, draft: &Draft) -> Result<Prepared, String> {
        Ok(Prepared { request: request(client, address, draft)?, closes: draft.says_close || client.says_close })
    }

    /// Begins to send a request to `address`.
    pub(crate) fn begin(
        client: &Client,
        address: &Rc<Address>,
        Prepared { request, closes }: Prepared,
        (body_limit, traffic, clock): (u64, Rc<Traffic>, Clock),
    ) -> Errand {
        let job = Job {
            client: client.reqwest.clone(),
            kept: Rc::clone(&client.kept),
            address: Rc::clone(address),
            closes,
            body_limit,
            traffic,
            clock,
        };
        Errand { future: Box::pin(job.carry(request)) }
    }

    pub(crate) fn poll(&mut self, context: &mut Context<'_>) -> Poll<Result<Landed, TransportError>> {
        self.future.as_mut().poll(context)
    }
}

fn request(client: &Client, address: &Address, draft: &Draft) -> Result<reqwest::Request, String> {
    let url = format!("{}{}", address.base_url, draft.path);
    let url = reqwest::Url::parse(&url).map_err(|error| format!("the address {url:?} cannot be read: {error}"))?;
    let mut request = reqwest::Request::new(draft.method.clone(), url);
    let headers = request.headers_mut();
    let mut refused = None;
    draft.each_header(|name, value| match (HeaderName::from_bytes(name), HeaderValue::from_bytes(value)) {
        (Ok(name), Ok(value)) => drop(headers.append(name, value)),
        _ => refused = Some(format!("the header `{}` cannot be sent", String::from_utf8_lossy(name))),
    });
    if draft.says_close || client.says_close {
        headers.insert(CONNECTION, HeaderValue::from_static("close"));
    }
    if !draft.body.is_empty() {
        *request.body_mut() = Some(Bytes::copy_from_slice(&draft.body).into());
    }
    refused.map_or(Ok(request), Err)
}

struct Job {
    client: reqwest::Client,
    kept: Rc<RefCell<Kept>>,
    address: Rc<Address>,
    closes: bool,
    body_limit: u64,
    traffic: Rc<Traffic>,
    clock: Clock,
}

impl Job {
    /// A connection that was idle for a while may have been closed at the very moment in which the request left: it is sent
    /// once more if no answer began and it is safe, by the rule of the own transport.
    async fn carry(self, request: reqwest::Request) -> Result<Landed, TransportError> {
        let body_bytes = request.body().and_then(|body| body.as_bytes()).map_or(0, <[u8]>::len);
        self.traffic.phases_unknown.set(true);
        self.traffic.sent_bytes.set(body_bytes as u64);
        let may_resend = self.take_kept() && request.method().is_safe();
        let again = if may_resend { request.try_clone() } else { None };
        let sent = match (self.client.execute(request).await, again) {
            (Err(error), Some(again)) if was_lost_before_the_answer(&error) => {
                self.traffic.was_resent.set(true);
                self.client.execute(again).await
            }
            (sent, _) => sent,
        };
        let response = sent.map_err(|error| {
            // Without a connection nothing was offered.
            if error.is_connect() {
                self.traffic.sent_bytes.set(0);
            }
            cause_of(&error, Stage::Head)
        })?;
        self.take_in(response).await
    }

    async fn take_in(&self, mut response: reqwest::Response) -> Result<Landed, TransportError> {
        let stays_open = !self.closes && stays_open(&response);
        let body = self.read(&mut response).await?;
        let at = self.clock.now();
        if stays_open {
            self.kept.borrow_mut().push((Rc::clone(&self.address), at));
        }
        let headers = response.headers().iter().map(|(name, value)| (name.as_str(), value.as_bytes()));
        let answer = Rc::new(Received::elsewhere(response.status().as_u16(), headers, &body));
        Ok(Landed { answer, at })
    }

    /// Most bodies arrive in one piece, which is then handed on without a copy.
    async fn read(&self, response: &mut reqwest::Response) -> Result<Bytes, TransportError> {
        let too_long = || TransportError::Failed(Malformed::LongBody.to_string());
        if response.content_length().is_some_and(|length| length > self.body_limit) {
            return Err(too_long());
        }
        let mut first = Bytes::new();
        let mut rest = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| cause_of(&error, Stage::Body))? {
            let received_bytes = self.traffic.received_bytes.get() + chunk.len() as u64;
            self.traffic.received_bytes.set(received_bytes);
            if received_bytes > self.body_limit {
                return Err(too_long());
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

    /// True if a connection was kept, and idle for so long that its server may have had enough. Whatever happens now, only a
    /// whole answer keeps it again.
    fn take_kept(&self) -> bool {
        let mut kept = self.kept.borrow_mut();
        let Some(position) = kept.iter().position(|(known, _)| Rc::ptr_eq(known, &self.address)) else { return false };
        let (_, since) = kept.swap_remove(position);
        self.clock.now().saturating_sub(since) >= IDLE
    }
}

fn stays_open(response: &reqwest::Response) -> bool {
    let says_close =
        response.headers().get(CONNECTION).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"));
    response.version() >= Version::HTTP_11 && !says_close
}
