//! What is wrong with an answer.

/// Why the bytes of an answer are none. The texts are causes that failures are counted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Malformed {
    /// httparse says what.
    #[error("not HTTP: {0}")]
    Head(httparse::Error),
    #[error("not HTTP: a content-length that is no number, or two that differ")]
    Length,
    #[error("not HTTP: an answer in HTTP/1.0 with a transfer-encoding")]
    ChunksIn10,
    #[error("not HTTP: a chunk whose size is no hexadecimal number")]
    ChunkSize,
    #[error("not HTTP: a chunk whose size fits no counter")]
    HugeChunk,
    #[error("not HTTP: a chunk that does not end where its size says")]
    ChunkEnd,
    #[error("not HTTP: a line of a chunk or trailer that does not end in CR LF")]
    ChunkLine,
    /// httparse says what, here, too.
    #[error("not HTTP: {0} among the trailers")]
    Trailer(httparse::Error),
    #[error("the head of the answer is longer than {} KiB", super::head::LONGEST_HEAD_BYTES / 1024)]
    LongHead,
    #[error("chunk extensions or trailers of the answer are longer than {} KiB", super::body::LONGEST_LINES_BYTES / 1024)]
    LongLines,
    #[error("the body of the answer is longer than its limit; `.body_limit(bytes)` sets another")]
    LongBody,
    /// The connection ended before any byte of a whole head had come, or within the head.
    #[error("connection closed")]
    NoAnswer,
    /// The connection ended within the body.
    #[error("body cut short")]
    CutBody,
}
