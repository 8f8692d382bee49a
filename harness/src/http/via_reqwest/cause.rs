//! Why there is no answer, in the words of the own transport: reports count by them.

use std::error::Error as StdError;
use std::io;

use crate::http::traffic::{TransportError, cause_of_io};

/// How far a request had come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    Head,
    Body,
}

/// The first link of the chain that says something counts; the outer ones only say "error sending request".
pub(super) fn cause_of(error: &reqwest::Error, stage: Stage) -> TransportError {
    chain(error).find_map(|link| cause_of_link(link, stage)).unwrap_or_else(|| TransportError::Failed(innermost(error)))
}

/// The connection was lost before an answer began. hyper does not tell a head that broke off from one that never began; a
/// second attempt shows which it was.
pub(super) fn was_lost_before_the_answer(error: &reqwest::Error) -> bool {
    !error.is_connect() && chain(error).any(is_loss)
}

fn is_loss(link: &(dyn StdError + 'static)) -> bool {
    if let Some(error) = link.downcast_ref::<io::Error>().map(unwrapped) {
        return matches!(error.kind(), io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe);
    }
    link.downcast_ref::<hyper::Error>().is_some_and(|error| error.is_incomplete_message() || error.is_closed())
}

fn cause_of_link(link: &(dyn StdError + 'static), stage: Stage) -> Option<TransportError> {
    if let Some(told) = cause_of_tls(link) {
        return Some(told);
    }
    if let Some(error) = link.downcast_ref::<io::Error>().map(unwrapped) {
        return cause_of_io(error).or_else(|| cause_of_framing(error, stage));
    }
    if let Some(error) = link.downcast_ref::<hyper::Error>() {
        return cause_of_hyper(error, stage);
    }
    #[cfg(feature = "http2")]
    if let Some(error) = link.downcast_ref::<h2::Error>() {
        return Some(cause_of_h2(error, stage));
    }
    // The connector's own error type is private; its text is all there is to know it by.
    (link.to_string() == "dns error").then(|| TransportError::Ours(format!("name not resolved: {}", innermost(link))))
}

/// The error of the system inside those that only carry it, which `source` passes over.
fn unwrapped(error: &io::Error) -> &io::Error {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<io::Error>());
    inner.map_or(error, unwrapped)
}

/// rustls tells what it refuses inside an error of input.
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

#[cfg(feature = "http2")]
fn cause_of_h2(error: &h2::Error, stage: Stage) -> TransportError {
    match error.get_io() {
        Some(error) => cause_of_io(unwrapped(error))
            .or_else(|| cause_of_framing(error, stage))
            .unwrap_or_else(|| TransportError::Failed(error.to_string())),
        None => TransportError::Failed(format!("HTTP/2: {error}")),
    }
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
