//! The transport that reqwest carries. The only file that names reqwest and hyper.

use std::error::Error as StdError;
use std::io;

use bytes::{Bytes, BytesMut};

use super::{Incoming, Outgoing, Traffic, Transport, TransportError, cause_of_io};
use crate::client::Error;

/// A user's own client: one connection to each server, kept alive.
#[derive(Debug)]
pub(in crate::client) struct Connection {
    client: reqwest::Client,
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
        Ok(Connection { client })
    }
}

impl Transport for Connection {
    async fn send(&mut self, outgoing: Outgoing, traffic: &Traffic) -> Result<Incoming, TransportError> {
        traffic.sent_bytes.set(outgoing.body.len() as u64);
        let request = self.client.request(outgoing.method, outgoing.url).headers(outgoing.headers).body(outgoing.body);
        let mut response = request.send().await.map_err(|error| cause_of(&error, Stage::Head))?;
        let status = response.status().as_u16();
        let headers = std::mem::take(response.headers_mut());
        let body = read(&mut response, traffic).await.map_err(|error| cause_of(&error, Stage::Body))?;
        Ok(Incoming { status, headers, body })
    }
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

/// The first link of the chain that says something counts; the outer ones only say "error sending request".
fn cause_of(error: &reqwest::Error, stage: Stage) -> TransportError {
    chain(error)
        .find_map(|link| cause_of_link(link, stage))
        .unwrap_or_else(|| TransportError::Failed(chain(error).last().map_or_else(String::new, ToString::to_string)))
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
