//! A body in chunks, put together where it lies.

use super::buffer::Buffer;
use super::malformed::Malformed;

/// Chunk extensions together, and trailers together, must have fewer bytes.
pub(crate) const LONGEST_LINES_BYTES: usize = 16 * 1024;

/// The most trailers that hyper takes, and we.
const MOST_TRAILERS: usize = 100;

/// Reads chunks and leaves their data one behind the other, in the memory that they came in.
///
/// Trailers are checked and dropped.
#[derive(Debug)]
pub(super) struct Chunks {
    state: State,
    /// Bytes of the current chunk that are still to come.
    left: u64,
    begins: usize,
    /// Up to here lies the data.
    ends: usize,
    /// Bytes of chunk extensions so far.
    extension_bytes: usize,
    /// Where the trailers begin, which are kept until they are complete.
    trailers: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    /// Before the first digit of a size.
    Start,
    Size,
    /// Blanks after a size.
    Blanks,
    Extension,
    SizeLf,
    Data,
    DataCr,
    DataLf,
    /// Trailers, and the empty line after them.
    Trailers,
    Done,
}

impl Chunks {
    /// The data begins where the head ends.
    pub(super) fn from(begins: usize) -> Chunks {
        Chunks { state: State::Start, left: 0, begins, ends: begins, extension_bytes: 0, trailers: 0 }
    }

    /// Where the data lies that has come so far.
    pub(super) fn data(&self) -> std::ops::Range<usize> {
        self.begins..self.ends
    }

    /// Bytes of the current chunk that are still to come.
    pub(super) fn left(&self) -> u64 {
        if self.state == State::Data { self.left } else { 0 }
    }

    /// Reads everything in `buffer` behind the data; true when the body is complete.
    ///
    /// What comes after the body stays behind the data.
    pub(super) fn read(&mut self, buffer: &mut Buffer, limit: u64) -> Result<bool, Malformed> {
        let mut next = if self.state == State::Trailers { self.trailers } else { self.ends };
        while self.state != State::Done && next < buffer.len() {
            next = match self.state {
                State::Data => self.take_data(buffer, next),
                State::Trailers => match self.take_trailers(buffer, next)? {
                    Some(end) => end,
                    None => return Ok(false),
                },
                _ => {
                    self.step(buffer.bytes()[next], limit)?;
                    next + 1
                }
            };
        }
        let unread = buffer.len() - next;
        buffer.move_down(next, self.ends, unread);
        buffer.truncate(self.ends + unread);
        self.trailers = self.ends;
        Ok(self.state == State::Done)
    }

    fn take_data(&mut self, buffer: &mut Buffer, next: usize) -> usize {
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len() - next);
        buffer.move_down(next, self.ends, length);
        self.ends += length;
        self.left -= length as u64;
        if self.left == 0 {
            self.state = State::DataCr;
        }
        next + length
    }

    /// The end of the trailers once they are complete. Until then they stay in the buffer, behind the data.
    fn take_trailers(&mut self, buffer: &mut Buffer, next: usize) -> Result<Option<usize>, Malformed> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_TRAILERS];
        let lines = &buffer.bytes()[next..];
        // What comes after the limit is not looked at, so that trailers are refused however they are cut.
        let readable = &lines[..lines.len().min(LONGEST_LINES_BYTES - 1)];
        match httparse::parse_headers(readable, &mut headers) {
            Ok(httparse::Status::Complete((length, _))) => {
                // httparse also takes lines that end in a bare LF.
                let mut lines = readable[..length].split_inclusive(|byte| *byte == b'\n');
                if !lines.all(|line| line.ends_with(b"\r\n")) {
                    return Err(Malformed::ChunkLine);
                }
                self.state = State::Done;
                Ok(Some(next + length))
            }
            Ok(httparse::Status::Partial) if lines.len() >= LONGEST_LINES_BYTES => Err(Malformed::LongLines),
            Ok(httparse::Status::Partial) => {
                self.trailers = next;
                Ok(None)
            }
            Err(error) => Err(Malformed::Trailer(error)),
        }
    }

    /// One byte of the lines between the data.
    fn step(&mut self, byte: u8, limit: u64) -> Result<(), Malformed> {
        self.state = match (self.state, byte) {
            (State::Start, _) => {
                self.left = u64::from(hexadecimal(byte).ok_or(Malformed::ChunkSize)?);
                State::Size
            }
            (State::Size | State::Blanks, b' ' | b'\t') => State::Blanks,
            (State::Size | State::Blanks, b';') => State::Extension,
            (State::Size | State::Blanks | State::Extension, b'\r') => State::SizeLf,
            (State::Size, _) => {
                let digit = u64::from(hexadecimal(byte).ok_or(Malformed::ChunkSize)?);
                let shifted = self.left.checked_mul(16).ok_or(Malformed::HugeChunk)?;
                self.left = shifted.checked_add(digit).ok_or(Malformed::HugeChunk)?;
                State::Size
            }
            (State::Blanks, _) => return Err(Malformed::ChunkSize),
            (State::Extension, b'\n') => return Err(Malformed::ChunkLine),
            (State::Extension, _) => {
                self.extension_bytes += 1;
                if self.extension_bytes >= LONGEST_LINES_BYTES {
                    return Err(Malformed::LongLines);
                }
                State::Extension
            }
            (State::SizeLf, b'\n') if self.left == 0 => State::Trailers,
            (State::SizeLf, b'\n') if self.left > limit.saturating_sub(self.data().len() as u64) => {
                return Err(Malformed::LongBody);
            }
            (State::SizeLf, b'\n') => State::Data,
            (State::SizeLf, _) => return Err(Malformed::ChunkLine),
            (State::DataCr, b'\r') => State::DataLf,
            (State::DataLf, b'\n') => State::Start,
            (State::DataCr | State::DataLf, _) => return Err(Malformed::ChunkEnd),
            (State::Data | State::Trailers | State::Done, _) => self.state,
        };
        Ok(())
    }
}

fn hexadecimal(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}
