//! What a server sends, and what it does with the connection.

use std::time::Duration;

/// A response with the two bytes `{}`.
pub const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// What a server does with a request.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// Waits, sends these bytes, and keeps the connection.
    Send {
        /// The time before the first byte.
        delay: Duration,
        /// A whole response, or what a test wants in its place.
        bytes: Vec<u8>,
    },
    /// Sends these bytes and closes the connection.
    Close(Vec<u8>),
    /// Sends these bytes and resets the connection.
    Reset(Vec<u8>),
    /// Sends these bytes, then nothing more, and keeps the connection open until the client closes it.
    Stall(Vec<u8>),
    /// Sends the first bytes, then the others again and again.
    Endless {
        /// Sent once.
        first: Vec<u8>,
        /// Sent again and again.
        again: Vec<u8>,
        /// The pause between two times.
        pause: Duration,
    },
}

impl Reply {
    /// 200 with a body of two bytes.
    #[must_use]
    pub fn ok() -> Reply {
        Reply::send(OK)
    }

    /// Sends these bytes at once and keeps the connection.
    #[must_use]
    pub fn send(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply::send_after(Duration::ZERO, bytes)
    }

    /// Sends these bytes after a delay and keeps the connection.
    #[must_use]
    pub fn send_after(delay: Duration, bytes: impl Into<Vec<u8>>) -> Reply {
        Reply::Send { delay, bytes: bytes.into() }
    }

    /// A whole response, such as `200 OK` with a body; keeps the connection.
    #[must_use]
    pub fn response(status: &str, body: &str) -> Reply {
        Reply::send(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
    }

    /// Sends these bytes and closes the connection.
    #[must_use]
    pub fn close(bytes: impl Into<Vec<u8>>) -> Reply {
        Reply::Close(bytes.into())
    }

    /// Resets the connection without a byte.
    #[must_use]
    pub fn reset() -> Reply {
        Reply::Reset(Vec::new())
    }

    /// Never answers, and keeps the connection open.
    #[must_use]
    pub fn silence() -> Reply {
        Reply::Stall(Vec::new())
    }

    /// Sends the first bytes, then the others again and again, with a pause after each.
    #[must_use]
    pub fn endless(first: &str, again: &str, pause: Duration) -> Reply {
        Reply::Endless { first: first.into(), again: again.into(), pause }
    }
}
