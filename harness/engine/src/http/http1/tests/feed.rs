//! Feeds the decoder with a stream, as a connection does, and checks the properties that it promises.

use crate::http::http1::buffer::Buffer;
use crate::http::http1::decode::Decoder;
use crate::http::http1::head;
use crate::http::http1::malformed::{LONGEST_HEAD_BYTES, LONGEST_LINES_BYTES, Malformed};

/// The limit of bodies in these proofs: small enough to be met, large enough not to hide anything else.
pub(super) const LIMIT_BYTES: u64 = 16 * 1024;
/// Memory grows by at most so many bytes at once, or to twice its size.
const LARGEST_STEP_BYTES: usize = 1024 * 1024 + 64;
/// Longer streams are not cut into single bytes: that would take too long.
const LONGEST_DRIP_BYTES: usize = 8 * 1024;

/// A response as the sender of the request gets it.
#[derive(Debug, Clone, PartialEq, Eq)]
#[cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "the fuzz targets read it"))]
pub struct ReadResponse {
    /// 200, 404 …
    pub status: u16,
    /// Names as they came.
    pub headers: Vec<(String, Vec<u8>)>,
    /// Without chunks.
    pub body: Vec<u8>,
    /// The connection may carry another request.
    pub keeps_open: bool,
}

/// Checks the properties of the decoder on any stream: however it is cut, the outcome is the same, and no memory grows
/// beyond its limit. Returns the outcome, a failure as its text.
///
/// # Errors
/// Why the stream is not a valid response.
///
/// # Panics
/// If a property does not hold.
#[cfg_attr(not(fuzzing), allow(unreachable_pub, reason = "the fuzz targets call it"))]
pub fn prove(stream: &[u8], answers_head: bool) -> Result<ReadResponse, String> {
    let whole = read_whole(stream, answers_head);
    if stream.len() <= LONGEST_DRIP_BYTES {
        assert_eq!(read(stream.chunks(1), answers_head), whole, "byte by byte");
    }
    assert_eq!(read_again(stream, answers_head), whole, "by a decoder that has read the same before");
    for seed in 0..3 {
        assert_eq!(read(pieces(stream, seed), answers_head), whole, "in pieces of seed {seed}");
    }
    whole.map_err(|malformed| malformed.to_string())
}

/// All at once.
pub(super) fn read_whole(stream: &[u8], answers_head: bool) -> Result<ReadResponse, Malformed> {
    let mut reader = Reader::new(answers_head);
    match reader.take(stream)? {
        Some(response) => Ok(response),
        None => reader.end(),
    }
}

/// All at once, by a decoder that has read it before and so may know its head.
pub(super) fn read_again(stream: &[u8], answers_head: bool) -> Result<ReadResponse, Malformed> {
    let mut reader = Reader::new(answers_head);
    let _same_again = reader.take(stream);
    let mut reader = reader.renewed(answers_head);
    match reader.take(stream)? {
        Some(response) => Ok(response),
        None => reader.end(),
    }
}

/// Piece by piece, each as the decoder wants to read it, and then the end of the connection.
pub(super) fn read<'a>(
    pieces: impl IntoIterator<Item = &'a [u8]>,
    answers_head: bool,
) -> Result<ReadResponse, Malformed> {
    let mut reader = Reader::new(answers_head);
    let mut pieces = pieces.into_iter().filter(|piece| !piece.is_empty());
    while let Some(mut piece) = pieces.next() {
        while !piece.is_empty() {
            let (now, later) = piece.split_at(piece.len().min(reader.room()));
            piece = later;
            if let Some(response) = reader.take(now)? {
                // A connection on which more has come is found out before its next request.
                let is_all = piece.is_empty() && pieces.next().is_none();
                return Ok(ReadResponse { keeps_open: response.keeps_open && is_all, ..response });
            }
        }
    }
    reader.end()
}

/// Cuts a stream at places that its own bytes decide, so that a stream that fails can be repeated.
fn pieces(stream: &[u8], seed: u64) -> impl Iterator<Item = &[u8]> {
    let step = |state: u64, byte: u8| (state ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let mut state = stream.iter().fold(0xcbf2_9ce4_8422_2325 ^ seed, |state, byte| step(state, *byte));
    let mut rest = stream;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        state = step(state, rest[0]);
        // Short pieces most of the time, as the interesting places are near to each other.
        let longest = 1 << ((state >> 32) % 12);
        let (piece, later) = rest.split_at((1 + (state >> 40) as usize % longest).min(rest.len()));
        rest = later;
        Some(piece)
    })
}

/// In pieces of these sizes, by a decoder that has read others before.
#[cfg(test)]
pub(super) fn read_by(decoder: &mut Decoder, stream: &[u8], sizes: &[usize]) -> Result<ReadResponse, Malformed> {
    let (mut buffer, mut rest, mut sizes) = (Buffer::default(), stream, sizes.iter().cycle());
    while !rest.is_empty() {
        let (piece, later) = rest.split_at(sizes.next().map_or(1, |size| (*size).min(rest.len())));
        rest = later;
        buffer.extend(piece);
        if let Some(answer) = decoder.decode(&mut buffer)? {
            let (head, body) = (&buffer.bytes()[answer.head], &buffer.bytes()[answer.body]);
            return Ok(read_response(answer.status, head, body, answer.keeps_open));
        }
    }
    let answer = decoder.end(&buffer)?;
    let (head, body) = (&buffer.bytes()[answer.head], &buffer.bytes()[answer.body]);
    Ok(read_response(answer.status, head, body, answer.keeps_open))
}

struct Reader {
    buffer: Buffer,
    decoder: Decoder,
    read_bytes: usize,
    longest_piece: usize,
}

impl Reader {
    fn new(answers_head: bool) -> Reader {
        let decoder = Decoder::new(answers_head, LIMIT_BYTES);
        Reader { buffer: Buffer::default(), decoder, read_bytes: 0, longest_piece: 0 }
    }

    /// For the next answer on the same connection.
    fn renewed(mut self, answers_head: bool) -> Reader {
        self.buffer.renew();
        self.decoder.begin(answers_head, LIMIT_BYTES);
        Reader { read_bytes: 0, longest_piece: 0, ..self }
    }

    fn room(&mut self) -> usize {
        let wanted = self.decoder.wanted(&self.buffer);
        self.buffer.space(wanted).len()
    }

    fn take(&mut self, piece: &[u8]) -> Result<Option<ReadResponse>, Malformed> {
        self.buffer.extend(piece);
        self.read_bytes += piece.len();
        self.longest_piece = self.longest_piece.max(piece.len());
        let decoded = self.decoder.decode(&mut self.buffer)?;
        self.check_limits();
        Ok(decoded.map(|answer| {
            let (head, body) = (&self.buffer.bytes()[answer.head], &self.buffer.bytes()[answer.body]);
            read_response(answer.status, head, body, answer.keeps_open)
        }))
    }

    fn end(self) -> Result<ReadResponse, Malformed> {
        let answer = self.decoder.end(&self.buffer)?;
        let (head, body) = (&self.buffer.bytes()[answer.head], &self.buffer.bytes()[answer.body]);
        Ok(read_response(answer.status, head, body, answer.keeps_open))
    }

    /// No more is kept than the limits allow and the last piece brought; no more memory is taken than twice what came.
    fn check_limits(&self) {
        let limits = LONGEST_HEAD_BYTES + LIMIT_BYTES as usize + LONGEST_LINES_BYTES;
        assert!(self.buffer.len() <= limits + self.longest_piece, "{} bytes are kept", self.buffer.len());
        let memory = self.buffer.memory_bytes();
        assert!(memory <= 2 * (self.read_bytes + LARGEST_STEP_BYTES), "{memory} bytes for {}", self.read_bytes);
        assert!(self.decoder.body_bytes(&self.buffer) <= self.buffer.len());
    }
}

fn read_response(status: u16, head: &[u8], body: &[u8], keeps_open: bool) -> ReadResponse {
    let headers = head::each(head).map(|(name, value)| (name.to_owned(), value.to_vec())).collect();
    ReadResponse { status, headers, body: body.to_vec(), keeps_open }
}
