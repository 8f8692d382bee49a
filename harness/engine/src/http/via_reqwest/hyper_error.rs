//! What an error of hyper says, without a dependency on hyper.
//!
//! reqwest hands hyper's errors on, but not their type. They are recognised by their debug output, `hyper::Error(Kind, …)`;
//! `user/tests/both.rs` shows for each kind that it still is.

use std::error::Error as StdError;

/// The kinds of errors of hyper that have causes of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HyperError {
    /// The connection ended within a message, or before it.
    IncompleteMessage,
    /// The bytes are not HTTP.
    Parse,
    /// The connection had ended before the request was sent.
    Closed,
    /// The request was dropped before it was sent.
    Canceled,
    /// Any other kind.
    Other,
}

impl HyperError {
    /// `None` if `error` is not an error of hyper.
    pub(super) fn of(error: &(dyn StdError + 'static)) -> Option<HyperError> {
        HyperError::from_debug_output(&format!("{error:?}"))
    }

    fn from_debug_output(output: &str) -> Option<HyperError> {
        let kind = output.strip_prefix("hyper::Error(")?;
        let name = kind.split(['(', ',', ')']).next().unwrap_or(kind);
        Some(match name {
            "IncompleteMessage" => HyperError::IncompleteMessage,
            "Parse" => HyperError::Parse,
            "ChannelClosed" => HyperError::Closed,
            "Canceled" => HyperError::Canceled,
            _ => HyperError::Other,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_is_the_first_word_of_the_debug_output() {
        for (output, kind) in [
            ("hyper::Error(IncompleteMessage)", Some(HyperError::IncompleteMessage)),
            ("hyper::Error(Parse(Version))", Some(HyperError::Parse)),
            ("hyper::Error(ChannelClosed)", Some(HyperError::Closed)),
            ("hyper::Error(Canceled, hyper::Error(IncompleteMessage))", Some(HyperError::Canceled)),
            ("hyper::Error(Io, Os { code: 104 })", Some(HyperError::Other)),
            ("reqwest::Error { kind: Request }", None),
        ] {
            assert_eq!(HyperError::from_debug_output(output), kind, "{output}");
        }
    }

    /// An error that hyper itself makes, so that a change of its output is seen.
    #[tokio::test]
    async fn an_error_of_hyper_is_recognised() {
        let (client, server) = tokio::io::duplex(64);
        drop(server);
        let io = hyper_util::rt::TokioIo::new(client);
        let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
        tokio::spawn(connection);
        let request = ::http::Request::get("/").body(http_body_util::Empty::<bytes::Bytes>::new()).unwrap();
        let error = sender.send_request(request).await.unwrap_err();
        let expected = if error.is_canceled() { HyperError::Canceled } else { HyperError::IncompleteMessage };
        assert_eq!(HyperError::of(&error), Some(expected), "{error:?}");
    }
}
