//! What is wrong with a response.

use super::foreign::Protocol;
use crate::http::transport_error::TransportError;

/// As many headers as hyper takes.
pub(super) const MOST_HEADERS: usize = 100;

/// A head with more bytes than this is refused.
pub(super) const LONGEST_HEAD_BYTES: usize = 64 * 1024;

/// Chunk extensions together, and trailers together, must have fewer bytes.
pub(super) const LONGEST_LINES_BYTES: usize = 16 * 1024;

/// Why bytes are not a valid response. The texts are causes that failures are counted by.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Malformed {
    /// httparse says what.
    #[error("not HTTP: {0}")]
    Head(httparse::Error),
    /// httparse says what, and the line is named.
    #[error("not HTTP: {0}, at {1}")]
    HeadLine(httparse::Error, String),
    #[error("the head of the response has more than {} headers", MOST_HEADERS)]
    ManyHeaders,
    #[error("not HTTP/1.1 but {0}")]
    Foreign(Protocol),
    #[error("not HTTP: invalid `content-length`, or two that differ")]
    Length,
    #[error("not HTTP: a response in HTTP/1.0 with a `transfer-encoding`")]
    ChunksIn10,
    #[error("not HTTP: invalid chunk size")]
    ChunkSize,
    #[error("not HTTP: chunk size too large to count")]
    HugeChunk,
    #[error("not HTTP: a chunk that does not end where its size says")]
    ChunkEnd,
    #[error("not HTTP: a line of a chunk or trailer that does not end in CR LF")]
    ChunkLine,
    /// httparse says what, here, too.
    #[error("not HTTP: {0} in a trailer")]
    Trailer(httparse::Error),
    /// The longest header in it is named.
    #[error("the head of the response is longer than {kib} KiB; its longest header is `{0}`", kib = LONGEST_HEAD_BYTES / 1024)]
    LongHead(String),
    #[error("chunk extensions or trailers of the response are longer than {} KiB", LONGEST_LINES_BYTES / 1024)]
    LongLines,
    #[error("the body of the response is longer than its limit; `.body_limit(bytes)` sets another")]
    LongBody,
    /// The connection ended before any byte of a whole head had come, or within the head. A transfer says more.
    #[error("connection closed")]
    NoResponse,
    /// The connection ended within the body.
    #[error("body cut short")]
    CutBody,
}

impl From<Malformed> for TransportError {
    fn from(malformed: Malformed) -> TransportError {
        TransportError::Failed(malformed.to_string())
    }
}
