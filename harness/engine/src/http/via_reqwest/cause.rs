//! Why a request has no response. Uses the same texts as the own transport, because reports count by them.

use std::error::Error as StdError;
use std::io;

use super::hyper_error::HyperError;
use crate::http::http1::text_within_body;
use crate::http::transport_error::{TransportError, cause_of_io};

/// Which part of the response was being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ResponsePart {
    Head,
    Body { received: u64, promised: Option<u64> },
}

impl ResponsePart {
    /// hyper does not distinguish a head that was cut from one that never began.
    fn broken(self, what: &str) -> TransportError {
        TransportError::Failed(match self {
            ResponsePart::Head => format!("{what} before the answer or within its head"),
            ResponsePart::Body { received, promised } => text_within_body(what, received, promised),
        })
    }
}

/// The cause is that of the first error in the chain that has one; the outer ones only say "error sending request".
pub(super) fn cause_of(error: &reqwest::Error, part: ResponsePart) -> TransportError {
    chain(error).find_map(|link| cause_of_link(link, part)).unwrap_or_else(|| TransportError::Failed(innermost(error)))
}

/// True if the connection was lost before a response began. hyper does not distinguish a head that was cut from one that
/// never began; a second attempt shows which it was.
pub(super) fn was_lost_before_the_response(error: &reqwest::Error) -> bool {
    !error.is_connect() && chain(error).any(is_loss)
}

/// True if an HTTP/2 server says that it has not processed the request: it ends the connection and has not looked at this
/// stream, or refuses the stream. The request may be sent again, whatever its method (RFC 9113, 8.7).
#[cfg(feature = "http2")]
pub(super) fn was_not_processed(error: &reqwest::Error) -> bool {
    chain(error).filter_map(|link| link.downcast_ref::<h2::Error>()).any(|error| unprocessed(error).is_some())
}

#[cfg(not(feature = "http2"))]
pub(super) fn was_not_processed(_error: &reqwest::Error) -> bool {
    false
}

#[cfg(feature = "http2")]
fn unprocessed(error: &h2::Error) -> Option<&'static str> {
    match error.reason() {
        Some(h2::Reason::NO_ERROR) if error.is_go_away() && error.is_remote() => {
            Some("HTTP/2: the server ended the connection (GOAWAY) and did not process the request")
        }
        Some(h2::Reason::REFUSED_STREAM) if error.is_reset() && error.is_remote() => {
            Some("HTTP/2: the server refused the request (REFUSED_STREAM) and did not process it")
        }
        _ => None,
    }
}

fn is_loss(link: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = link.downcast_ref::<io::Error>().map(unwrapped) {
        return matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe);
    }
    matches!(HyperError::of(link), Some(HyperError::IncompleteMessage | HyperError::Closed))
}

fn cause_of_link(link: &(dyn StdError + 'static), part: ResponsePart) -> Option<TransportError> {
    if let Some(cause) = cause_of_tls(link) {
        return Some(cause);
    }
    if let Some(error) = link.downcast_ref::<io::Error>().map(unwrapped) {
        return cause_of_socket(error, part).or_else(|| cause_of_framing(error, part));
    }
    if let Some(kind) = HyperError::of(link) {
        return cause_of_hyper(kind, link, part);
    }
    #[cfg(feature = "http2")]
    if let Some(error) = link.downcast_ref::<h2::Error>() {
        return Some(cause_of_h2(error, part));
    }
    // The type of the connector's error is private; only its text identifies it.
    (link.to_string() == "dns error").then(|| TransportError::Ours(innermost(link)))
}

/// The innermost of nested errors of input and output; `source` skips them.
pub(super) fn unwrapped(error: &io::Error) -> &io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>());
    inner.map_or(error, unwrapped)
}

/// rustls wraps its error in an error of input.
#[cfg(feature = "tls")]
fn cause_of_tls(link: &(dyn StdError + 'static)) -> Option<TransportError> {
    let inner = link.downcast_ref::<io::Error>().map(unwrapped).and_then(io::Error::get_ref);
    let of_rustls = inner.and_then(|inner| inner.downcast_ref::<rustls::Error>());
    of_rustls
        .or_else(|| link.downcast_ref::<rustls::Error>())
        .map(|error| TransportError::Failed(format!("TLS: {error}")))
}

#[cfg(not(feature = "tls"))]
fn cause_of_tls(_link: &(dyn StdError + 'static)) -> Option<TransportError> {
    None
}

fn cause_of_hyper(kind: HyperError, error: &dyn StdError, part: ResponsePart) -> Option<TransportError> {
    match kind {
        HyperError::IncompleteMessage => Some(closed(part)),
        HyperError::Parse => Some(TransportError::Failed(format!("not HTTP: {error}"))),
        HyperError::Closed | HyperError::Canceled => Some(closed(ResponsePart::Head)),
        HyperError::Other => None,
    }
}

#[cfg(feature = "http2")]
fn cause_of_h2(error: &h2::Error, part: ResponsePart) -> TransportError {
    match error.get_io() {
        Some(error) => cause_of_socket(unwrapped(error), part)
            .or_else(|| cause_of_framing(error, part))
            .unwrap_or_else(|| TransportError::Failed(error.to_string())),
        None => {
            let cause = unprocessed(error).map_or_else(|| format!("HTTP/2: {error}"), str::to_owned);
            TransportError::Failed(cause)
        }
    }
}

/// hyper reports a broken body as an error of input, not as one of its own.
fn cause_of_framing(error: &io::Error, part: ResponsePart) -> Option<TransportError> {
    match error.kind() {
        io::ErrorKind::UnexpectedEof => Some(closed(part)),
        io::ErrorKind::InvalidInput | io::ErrorKind::InvalidData => {
            Some(TransportError::Failed(format!("not HTTP: {error}")))
        }
        _ => None,
    }
}

/// An established connection that breaks says when; one that could not be opened has no such part.
fn cause_of_socket(error: &io::Error, part: ResponsePart) -> Option<TransportError> {
    match (error.kind(), cause_of_io(error)?) {
        (
            io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionAborted,
            TransportError::Failed(what),
        ) => Some(part.broken(&what)),
        (_, cause) => Some(cause),
    }
}

fn closed(part: ResponsePart) -> TransportError {
    part.broken("connection closed")
}

pub(super) fn chain<'a>(error: &'a (dyn StdError + 'static)) -> impl Iterator<Item = &'a (dyn StdError + 'static)> {
    std::iter::successors(Some(error), |link| (*link).source())
}

fn innermost(error: &(dyn StdError + 'static)) -> String {
    chain(error).last().map_or_else(String::new, ToString::to_string)
}
