//! The transport that reqwest carries. The only file that names reqwest and hyper.

use std::error::Error as StdError;
use std::io;

use bytes::{Bytes, BytesMut};
use http::Version;
use http::header::CONNECTION;

use super::{Incoming, Outgoing, Traffic, Transport, TransportError, cause_of_io};
use crate::client::Error;

/// A user's own client: one connection to each server, kept alive.
///
/// A server may close a kept connection at the moment in which the next request leaves. Nobody is at fault, so such a
/// request is sent once more, on a new connection, within the same measured time and counted once: but only if the head
/// of no answer came, and if its method is safe (`GET`, `HEAD`, `OPTIONS`, `TRACE`), because the server may have acted
/// on it. Browsers do the same. How many were is told: from here, a server that drops requests looks the same.
#[derive(Debug)]
pub(in crate::client) struct Connection {
    client: reqwest::Client,
    /// The servers whose last answer left the connection open.
    kept: Vec<String>,
}

impl Connection {
    pub(in crate::client) fn new() -> Result<Connection, Error> {
        // Everything that would change, repeat or divert a request by itself is off: it would be measured unseen.
        let client = reqwest::Client::builder()
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(None)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .retry(reqwest::retry::never())
            .tcp_nodelay(true)
            .http1_only()
            .build()?;
        Ok(Connection { client, kept: Vec::new() })
    }

    /// Forgets that a connection was kept: whatever happens now, only a whole answer keeps it again.
    fn take_kept(&mut self, authority: &str) -> Option<String> {
        let position = self.kept.iter().position(|kept| kept == authority)?;
        Some(self.kept.swap_remove(position))
    }

    async fn attempt(&self, outgoing: Outgoing, traffic: &Traffic) -> Result<Answer, Broken> {
        let request = self.client.request(outgoing.method, outgoing.url).headers(outgoing.headers).body(outgoing.body);
        let mut response = request.send().await.map_err(|error| Broken { error, stage: Stage::Head })?;
        let stays_open = stays_open(&response);
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = read(&mut response, traffic).await.map_err(|error| Broken { error, stage: Stage::Body })?;
        Ok(Answer { incoming: Incoming { status, headers, body }, stays_open })
    }
}

impl Transport for Connection {
    async fn send(&mut self, outgoing: Outgoing, traffic: &Traffic) -> Result<Incoming, TransportError> {
        traffic.sent_bytes.set(outgoing.body.len() as u64);
        let kept = self.take_kept(outgoing.url.authority());
        let again = (kept.is_some() && outgoing.method.is_safe()).then(|| outgoing.clone());
        let authority = kept.unwrap_or_else(|| outgoing.url.authority().to_owned());
        let answer = match (self.attempt(outgoing, traffic).await, again) {
            (Err(broken), Some(again)) if broken.was_closed_before_the_answer() => {
                traffic.was_resent.set(true);
                self.attempt(again, traffic).await
            }
            (answer, _) => answer,
        };
        let answer = answer.map_err(|broken| broken.told(traffic))?;
        if answer.stays_open {
            self.kept.push(authority);
        }
        Ok(answer.incoming)
    }
}

struct Answer {
    incoming: Incoming,
    stays_open: bool,
}

fn stays_open(response: &reqwest::Response) -> bool {
    let says_close =
        response.headers().get(CONNECTION).is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"close"));
    response.version() == Version::HTTP_11 && !says_close
}

/// Most bodies arrive in one piece, which is then handed on without a copy.
async fn read(response: &mut reqwest::Response, traffic: &Traffic) -> Result<Bytes, reqwest::Error> {
    let mut first = Bytes::new();
    let mut rest = BytesMut::new();
    while let Some(chunk) = response.chunk().await? {
        traffic.received_bytes.set(traffic.received_bytes.get() + chunk.len() as u64);
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

/// How far a request had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Stage {
    Head,
    Body,
}

/// An attempt without a whole answer.
struct Broken {
    error: reqwest::Error,
    stage: Stage,
}

impl Broken {
    /// The cause, once the books are right: without a connection nothing was offered.
    fn told(&self, traffic: &Traffic) -> TransportError {
        if self.error.is_connect() {
            traffic.sent_bytes.set(0);
        }
        self.cause()
    }

    /// The first link of the chain that says something counts; the outer ones only say "error sending request".
    fn cause(&self) -> TransportError {
        chain(&self.error)
            .find_map(|link| cause_of_link(link, self.stage))
            .unwrap_or_else(|| TransportError::Failed(innermost(&self.error)))
    }

    /// hyper does not tell a head that broke off from one that never began; a second attempt shows which it was.
    fn was_closed_before_the_answer(&self) -> bool {
        self.stage == Stage::Head && !self.error.is_connect() && chain(&self.error).any(is_loss)
    }
}

fn is_loss(link: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = link.downcast_ref::<io::Error>() {
        return matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe);
    }
    link.downcast_ref::<hyper::Error>().is_some_and(|error| error.is_incomplete_message() || error.is_closed())
}

fn cause_of_link(link: &(dyn StdError + 'static), stage: Stage) -> Option<TransportError> {
    if let Some(error) = link.downcast_ref::<io::Error>() {
        return cause_of_io(error).or_else(|| cause_of_framing(error, stage));
    }
    if let Some(error) = link.downcast_ref::<hyper::Error>() {
        return cause_of_hyper(error, stage);
    }
    // The connector's own error type is private; its text is all there is to know it by.
    (link.to_string() == "dns error").then(|| TransportError::Ours(format!("name not resolved: {}", innermost(link))))
}

fn cause_of_hyper(error: &hyper::Error, stage: Stage) -> Option<TransportError> {
    if error.is_incomplete_message() {
        return Some(closed(stage));
    }
    if error.is_parse() {
        return Some(TransportError::Failed(format!("not HTTP: {error}")));
    }
    if error.is_closed() || error.is_canceled() {
        return Some(closed(Stage::Head));
    }
    None
}

/// hyper tells a broken body as an error of input, not of its own.
fn cause_of_framing(error: &io::Error, stage: Stage) -> Option<TransportError> {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Some(closed(stage)),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            Some(TransportError::Failed(format!("not HTTP: {error}")))
        }
        _ => None,
    }
}

fn closed(stage: Stage) -> TransportError {
    let cause = match stage {
        Stage::Head => "connection closed",
        Stage::Body => "body cut short",
    };
    TransportError::Failed(cause.to_owned())
}

fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |link| (*link).source())
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}
