//! A body in chunks, joined in the memory that it was read into.

use super::buffer::Buffer;
use super::malformed::{LONGEST_LINES_BYTES, Malformed};

/// The most trailers; hyper has the same limit.
const MOST_TRAILERS: usize = 100;

/// Parses chunks and moves their data together, in the memory that they were read into.
///
/// Trailers are checked and dropped.
#[derive(Debug)]
pub(super) struct Chunks {
    state: ChunkState,
    /// Bytes of the current chunk that are still to come.
    left: u64,
    begins: usize,
    /// The data ends here.
    ends: usize,
    /// Bytes of chunk extensions so far.
    extension_bytes: usize,
    /// Where the trailers begin; they stay in the buffer until they are complete.
    trailers: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ChunkState {
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
        Chunks { state: ChunkState::Start, left: 0, begins, ends: begins, extension_bytes: 0, trailers: 0 }
    }

    /// Where the data is that has arrived so far.
    pub(super) fn data(&self) -> std::ops::Range<usize> {
        self.begins..self.ends
    }

    /// Bytes of the current chunk that are still to come.
    pub(super) fn left(&self) -> u64 {
        if self.state == ChunkState::Data { self.left } else { 0 }
    }

    /// Parses everything in `buffer` behind the data; true when the body is complete.
    ///
    /// Bytes after the body stay in the buffer, behind the data.
    pub(super) fn read(&mut self, buffer: &mut Buffer, limit: u64) -> Result<bool, Malformed> {
        let mut next = if self.state == ChunkState::Trailers { self.trailers } else { self.ends };
        while self.state != ChunkState::Done && next < buffer.len() {
            next = match self.state {
                ChunkState::Data => self.take_data(buffer, next),
                ChunkState::Trailers => match self.take_trailers(buffer, next)? {
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
        Ok(self.state == ChunkState::Done)
    }

    /// Forgets the data that has arrived so far. Returns how many bytes there were.
    pub(super) fn discard(&mut self, buffer: &mut Buffer) -> usize {
        let data = self.data();
        buffer.remove(data.clone());
        (self.ends, self.trailers) = (self.begins, self.begins);
        data.len()
    }

    fn take_data(&mut self, buffer: &mut Buffer, next: usize) -> usize {
        let length = usize::try_from(self.left).unwrap_or(usize::MAX).min(buffer.len() - next);
        buffer.move_down(next, self.ends, length);
        self.ends += length;
        self.left -= length as u64;
        if self.left == 0 {
            self.state = ChunkState::DataCr;
        }
        next + length
    }

    /// The end of the trailers once they are complete. Until then they stay in the buffer, behind the data.
    fn take_trailers(&mut self, buffer: &mut Buffer, next: usize) -> Result<Option<usize>, Malformed> {
        let mut headers = [httparse::EMPTY_HEADER; MOST_TRAILERS];
        let lines = &buffer.bytes()[next..];
        // Nothing beyond the limit is read, so that long trailers are refused however their bytes arrive.
        let readable = &lines[..lines.len().min(LONGEST_LINES_BYTES - 1)];
        match httparse::parse_headers(readable, &mut headers) {
            Ok(httparse::Status::Complete((length, _))) => {
                // httparse also accepts lines that end in a bare LF.
                let mut lines = readable[..length].split_inclusive(|byte| *byte == b'\n');
                if !lines.all(|line| line.ends_with(b"\r\n")) {
                    return Err(Malformed::ChunkLine);
                }
                self.state = ChunkState::Done;
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

    /// Parses one byte between the data of two chunks.
    fn step(&mut self, byte: u8, limit: u64) -> Result<(), Malformed> {
        self.state = match (self.state, byte) {
            (ChunkState::Start, _) => {
                self.left = u64::from(hexadecimal(byte).ok_or(Malformed::ChunkSize)?);
                ChunkState::Size
            }
            (ChunkState::Size | ChunkState::Blanks, b' ' | b'\t') => ChunkState::Blanks,
            (ChunkState::Size | ChunkState::Blanks, b';') => ChunkState::Extension,
            (ChunkState::Size | ChunkState::Blanks | ChunkState::Extension, b'\r') => ChunkState::SizeLf,
            (ChunkState::Size, _) => {
                let digit = u64::from(hexadecimal(byte).ok_or(Malformed::ChunkSize)?);
                let shifted = self.left.checked_mul(16).ok_or(Malformed::HugeChunk)?;
                self.left = shifted.checked_add(digit).ok_or(Malformed::HugeChunk)?;
                ChunkState::Size
            }
            (ChunkState::Blanks, _) => return Err(Malformed::ChunkSize),
            (ChunkState::Extension, b'\n') => return Err(Malformed::ChunkLine),
            (ChunkState::Extension, _) => {
                self.extension_bytes += 1;
                if self.extension_bytes >= LONGEST_LINES_BYTES {
                    return Err(Malformed::LongLines);
                }
                ChunkState::Extension
            }
            (ChunkState::SizeLf, b'\n') if self.left == 0 => ChunkState::Trailers,
            (ChunkState::SizeLf, b'\n') if self.left > limit.saturating_sub(self.data().len() as u64) => {
                return Err(Malformed::LongBody);
            }
            (ChunkState::SizeLf, b'\n') => ChunkState::Data,
            (ChunkState::SizeLf, _) => return Err(Malformed::ChunkLine),
            (ChunkState::DataCr, b'\r') => ChunkState::DataLf,
            (ChunkState::DataLf, b'\n') => ChunkState::Start,
            (ChunkState::DataCr | ChunkState::DataLf, _) => return Err(Malformed::ChunkEnd),
            (ChunkState::Data | ChunkState::Trailers | ChunkState::Done, _) => self.state,
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
