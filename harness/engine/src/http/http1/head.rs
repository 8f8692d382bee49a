//! The head of a response: its status, and where its body ends.

use std::mem::MaybeUninit;

use super::foreign::{Recognised, invalid_header, longest_header, recognise};
use super::malformed::{LONGEST_HEAD_BYTES, MOST_HEADERS, Malformed};

/// What the bytes so far contain.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeadRead {
    /// The head is not complete.
    Partial,
    /// It is not HTTP/1.1, and too few bytes have come to say what else it is.
    Foreign,
    /// An interim response (1xx) of this many bytes, which the final response follows.
    Interim(usize),
    Complete(Head),
}

/// A complete head.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) status: u16,
    /// Where the body begins.
    pub(super) bytes: usize,
    pub(super) framing: Framing,
    /// The server keeps the connection open.
    pub(super) keeps_open: bool,
    /// For how many seconds, if it says so.
    pub(super) keeps_for_s: Option<u32>,
}

/// Where a body ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Framing {
    /// After this many bytes.
    Length(u64),
    /// Where the chunks say.
    Chunked,
    /// With the connection.
    UntilClose,
}

/// Parses the head at the front of `bytes`, which answers a request that was a `HEAD` or not.
pub(super) fn read(bytes: &[u8], answers_head: bool) -> Result<HeadRead, Malformed> {
    // Nothing beyond the limit is read, so that a long head is refused however its bytes arrive.
    let (is_long, bytes) = (bytes.len() > LONGEST_HEAD_BYTES, &bytes[..bytes.len().min(LONGEST_HEAD_BYTES)]);
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut []);
    let parsed =
        httparse::ParserConfig::default().parse_response_with_uninit_headers(&mut response, bytes, &mut headers);
    let length = match parsed {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) if is_long => return Err(Malformed::LongHead(longest_header(bytes))),
        Ok(httparse::Status::Partial) => return Ok(HeadRead::Partial),
        Err(error) => return refuse(error, bytes),
    };
    let (Some(status), Some(version)) = (response.code, response.version) else { return Ok(HeadRead::Partial) };
    match status {
        // Three digits are all that httparse asks for.
        0..100 => return Err(Malformed::Head(httparse::Error::Status)),
        100 | 102..200 => return Ok(HeadRead::Interim(length)),
        _ => {}
    }
    let fields = FramingHeaders::of(response.headers)?;
    let framing = fields.framing(status, version, answers_head)?;
    let keeps_open = fields.keeps_open(version) && status != 101 && framing != Framing::UntilClose;
    Ok(HeadRead::Complete(Head { status, bytes: length, framing, keeps_open, keeps_for_s: fields.keeps_for_s }))
}

/// What is wrong with the head at the front of `bytes`, which httparse refuses. The same however the bytes arrive.
#[cold]
fn refuse(error: httparse::Error, bytes: &[u8]) -> Result<HeadRead, Malformed> {
    match recognise(bytes) {
        Recognised::Yes(protocol) => return Err(Malformed::Foreign(protocol)),
        Recognised::NotYet => return Ok(HeadRead::Foreign),
        Recognised::No => {}
    }
    Err(match error {
        httparse::Error::TooManyHeaders => Malformed::ManyHeaders,
        httparse::Error::HeaderName | httparse::Error::HeaderValue | httparse::Error::NewLine => {
            let is_invalid = |lines: &[u8]| {
                let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
                httparse::Response::new(&mut headers).parse(lines).is_err()
            };
            Malformed::HeadLine(error, invalid_header(bytes, is_invalid))
        }
        _ => Malformed::Head(error),
    })
}

/// True if these bytes begin the head of a final response. Unknown, and so false, until the first digit of its status.
pub(super) fn is_final(bytes: &[u8]) -> bool {
    bytes.get(9).is_some_and(|digit| *digit != b'1') || bytes.get(9..12) == Some(b"101")
}

/// Checks a head that another transport has read.
///
/// # Errors
/// It has more headers than [`each`] finds, or one that is not valid.
#[cfg(feature = "reqwest")]
pub(super) fn check(head: &[u8]) -> Result<(), Malformed> {
    let mut headers = [const { MaybeUninit::uninit() }; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut []);
    let parsed =
        httparse::ParserConfig::default().parse_response_with_uninit_headers(&mut response, head, &mut headers);
    parsed.map(drop).or_else(|error| refuse(error, head).map(drop))
}

/// The first header called `name`, in any case, of a head that has been parsed before.
pub(super) fn find<'b>(head: &'b [u8], name: &str) -> Option<&'b [u8]> {
    each(head).find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

/// The headers of a head that has been parsed before.
pub(super) fn each(head: &[u8]) -> impl Iterator<Item = (&str, &[u8])> {
    let mut headers = [httparse::EMPTY_HEADER; MOST_HEADERS];
    let mut response = httparse::Response::new(&mut headers);
    // It was valid when it arrived, so it is valid now.
    let count = response.parse(head).map_or(0, |_| response.headers.len());
    headers.into_iter().take(count).map(|header| (header.name, header.value))
}

/// The headers that say where the body ends and whether the connection stays open.
#[derive(Debug, Default)]
struct FramingHeaders {
    has_length: bool,
    /// The one length that every `content-length` names.
    length: Option<u64>,
    has_transfer_encoding: bool,
    is_chunked: bool,
    says_close: bool,
    says_keep_alive: bool,
    keeps_for_s: Option<u32>,
}

impl FramingHeaders {
    fn of(headers: &[httparse::Header<'_>]) -> Result<FramingHeaders, Malformed> {
        let mut fields = FramingHeaders::default();
        let mut bad_length = false;
        for header in headers {
            if header.name.eq_ignore_ascii_case("content-length") {
                fields.has_length = true;
                bad_length |= fields.take_lengths(header.value).is_none();
            } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
                // The last word of the last header counts; as in hyper, one that is not ASCII is ignored.
                let last = words(header.value).next_back().filter(|_| header.value.is_ascii());
                fields.has_transfer_encoding = true;
                fields.is_chunked = last.is_some_and(|word| is_word(word, b"chunked"));
            } else if header.name.eq_ignore_ascii_case("connection") && header.value.is_ascii() {
                fields.says_close |= words(header.value).any(|word| is_word(word, b"close"));
                fields.says_keep_alive |= words(header.value).any(|word| is_word(word, b"keep-alive"));
            } else if header.name.eq_ignore_ascii_case("keep-alive") {
                fields.keeps_for_s = words(header.value).find_map(timeout_s).or(fields.keeps_for_s);
            }
        }
        // A transfer encoding takes precedence over any length (RFC 9112, 6.3).
        if bad_length && !fields.has_transfer_encoding { Err(Malformed::Length) } else { Ok(fields) }
    }

    /// Several lengths must all be the same.
    fn take_lengths(&mut self, value: &[u8]) -> Option<()> {
        for word in words(value) {
            let length = digits(word)?;
            if *self.length.get_or_insert(length) != length {
                return None;
            }
        }
        Some(())
    }

    /// RFC 9112, 6.3.
    fn framing(&self, status: u16, version: u8, answers_head: bool) -> Result<Framing, Malformed> {
        if answers_head || matches!(status, 101 | 204 | 304) {
            return Ok(Framing::Length(0));
        }
        match (self.has_transfer_encoding, self.length) {
            (true, _) if version == 0 => Err(Malformed::ChunksIn10),
            (true, _) if self.is_chunked => Ok(Framing::Chunked),
            (false, Some(length)) => Ok(Framing::Length(length)),
            (true, _) | (false, None) => Ok(Framing::UntilClose),
        }
    }

    /// After a response with both a length and a transfer encoding the connection is not used again.
    fn keeps_open(&self, version: u8) -> bool {
        let is_ambiguous = self.has_transfer_encoding && self.has_length;
        let is_kept = self.keeps_for_s != Some(0);
        !self.says_close && !is_ambiguous && is_kept && (version == 1 || self.says_keep_alive)
    }
}

fn words(value: &[u8]) -> impl DoubleEndedIterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii)
}

/// The seconds of `timeout=5`; longer ones than fit are no limit.
fn timeout_s(word: &[u8]) -> Option<u32> {
    let (name, value) = word.split_at_checked(word.iter().position(|byte| *byte == b'=')?)?;
    is_word(name.trim_ascii(), b"timeout")
        .then(|| digits(value[1..].trim_ascii()))?
        .and_then(|seconds| seconds.try_into().ok())
}

fn is_word(word: &[u8], meant: &[u8]) -> bool {
    word.eq_ignore_ascii_case(meant)
}

/// Digits only: `u64::from_str` would accept a sign.
fn digits(word: &[u8]) -> Option<u64> {
    if word.is_empty() {
        return None;
    }
    word.iter().try_fold(0_u64, |sum, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        sum.checked_mul(10)?.checked_add(digit)
    })
}
