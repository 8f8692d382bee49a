//! What a server was expected to speak, and what its answer says that it speaks instead.

use std::io;

use super::cause::{chain, unwrapped};
use super::hyper_error::HyperError;
use crate::http::transport_error::TransportError;

/// What a server was expected to speak.
#[derive(Debug, Clone, Copy)]
pub(super) struct Expectation {
    pub(super) tls: bool,
    pub(super) http2: bool,
    /// It has answered before, so it speaks it.
    pub(super) has_answered: bool,
}

impl Expectation {
    /// The cause of an error, and whether the server may speak another protocol.
    #[cold]
    pub(super) fn explained(self, cause: TransportError, error: &reqwest::Error) -> TransportError {
        match (cause, self.advice(error)) {
            (TransportError::Failed(cause), Some(advice)) => TransportError::Failed(format!("{cause}; {advice}")),
            (cause, _) => cause,
        }
    }

    fn advice(self, error: &reqwest::Error) -> Option<&'static str> {
        if self.tls && error.is_connect() {
            return of_handshake(error, self.http2);
        }
        if chain(error).any(is_not_http1) && !self.http2 {
            return Some(match self.tls {
                false => "does the server speak TLS (`https://`), or HTTP/2 alone (`http2 = true`), at this port?",
                true => "does the server speak HTTP/2 alone (`http2 = true`) at this port?",
            });
        }
        (self.http2 && !self.has_answered && !error.is_connect() && chain(error).any(is_not_http2)).then_some(
            "does the server speak HTTP/2 at this port, and without an upgrade? if not, remove `http2 = true`",
        )
    }
}

fn is_not_http1(link: &(dyn std::error::Error + 'static)) -> bool {
    matches!(HyperError::of(link), Some(HyperError::Parse))
}

#[cfg(feature = "http2")]
fn is_not_http2(link: &(dyn std::error::Error + 'static)) -> bool {
    use HyperError::{Canceled, Closed, IncompleteMessage};
    use h2::Reason;

    if let Some(error) = link.downcast_ref::<h2::Error>() {
        // What a server of HTTP/1.1 answers to the preface is read as frames that are too long, or of a wrong kind.
        let is_wrong = matches!(error.reason(), Some(Reason::FRAME_SIZE_ERROR | Reason::PROTOCOL_ERROR));
        return (is_wrong && !error.is_remote()) || error.get_io().is_some_and(|error| is_end(unwrapped(error).kind()));
    }
    let ended = link.downcast_ref::<io::Error>().is_some_and(|error| is_end(unwrapped(error).kind()));
    ended || matches!(HyperError::of(link), Some(IncompleteMessage | Closed | Canceled))
}

#[cfg(not(feature = "http2"))]
fn is_not_http2(_link: &(dyn std::error::Error + 'static)) -> bool {
    false
}

fn is_end(kind: io::ErrorKind) -> bool {
    matches!(kind, io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionReset | io::ErrorKind::BrokenPipe)
}

/// Why a TLS connection could not be opened.
fn of_handshake(error: &reqwest::Error, http2: bool) -> Option<&'static str> {
    chain(error).find_map(|link| {
        let error = link.downcast_ref::<io::Error>().map(unwrapped)?;
        match error.kind() {
            kind if is_end(kind) => {
                Some("it ended the TLS handshake: does it speak TLS at this port, or plain `http://`?")
            }
            _ => of_rustls(error, http2),
        }
    })
}

#[cfg(feature = "tls")]
fn of_rustls(error: &io::Error, http2: bool) -> Option<&'static str> {
    match error.get_ref()?.downcast_ref::<rustls::Error>()? {
        rustls::Error::InvalidMessage(_) => {
            Some("what the server sent is not TLS: does it speak plain `http://` at this port?")
        }
        rustls::Error::AlertReceived(rustls::AlertDescription::NoApplicationProtocol) if http2 => {
            Some("the server does not speak HTTP/2: remove `http2 = true`")
        }
        rustls::Error::AlertReceived(rustls::AlertDescription::NoApplicationProtocol) => {
            Some("the server speaks HTTP/2 alone: set `http2 = true`")
        }
        _ => None,
    }
}

#[cfg(not(feature = "tls"))]
fn of_rustls(_error: &io::Error, _http2: bool) -> Option<&'static str> {
    None
}
