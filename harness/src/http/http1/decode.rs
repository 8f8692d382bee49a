//! An answer, from its first byte to its last: fed with whatever has arrived, however it was cut.

use std::ops::Range;

use super::body::Chunks;
use super::buffer::Buffer;
use super::head::{self, Framing, Head, HeadRead, KnownHead};
use super::malformed::Malformed;

/// How much is read at once where nobody knows how much will come.
const PIECE_BYTES: usize = 2 * 1024;
/// Memory for a body is taken as it comes, not as it is announced: a length is only a promise.
const LARGEST_STEP_BYTES: usize = 1024 * 1024;
/// A read that fills its memory to the last byte must be followed by another, only to hear that there is no more.
const SLACK_BYTES: usize = 64;

/// Reads one answer out of a buffer that grows at its end. Knows no socket and no clock.
#[derive(Debug, Default)]
pub(crate) struct Decoder {
    answers_head: bool,
    body_limit: u64,
    state: State,
    /// Any byte of an answer has come, an interim one included.
    has_begun: bool,
    /// Up to here a head has been looked for.
    looked_at: usize,
    known: KnownHead,
}

#[derive(Debug, Default)]
enum State {
    #[default]
    Head,
    Length(Head, usize),
    Chunks(Head, Chunks),
    UntilClose(Head),
}

/// Where a whole answer lies in its buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: Range<usize>,
    pub(crate) body: Range<usize>,
    /// The connection may carry another request: the server does not close it, and nothing came that was not asked for.
    pub(crate) keeps_open: bool,
}

impl Decoder {
    /// For the answer to a request that was a `HEAD` or not. A body beyond `body_limit` bytes is refused.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn new(answers_head: bool, body_limit: u64) -> Decoder {
        Decoder { answers_head, body_limit, ..Decoder::default() }
    }

    /// The same for the next answer.
    pub(crate) fn begin(&mut self, answers_head: bool, body_limit: u64) {
        (self.answers_head, self.body_limit) = (answers_head, body_limit);
        (self.state, self.has_begun, self.looked_at) = (State::Head, false, 0);
    }

    /// Something of an answer has come.
    pub(crate) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// Bytes of the body that have come so far.
    pub(crate) fn body_bytes(&self, buffer: &Buffer) -> usize {
        match &self.state {
            State::Head => 0,
            State::Length(head, ends) => buffer.len().min(*ends).saturating_sub(head.bytes),
            State::Chunks(_, chunks) => chunks.data().len(),
            State::UntilClose(head) => buffer.len().saturating_sub(head.bytes),
        }
    }

    /// Reads on, up to the end of `buffer`; `None` while the answer is not complete.
    pub(crate) fn decode(&mut self, buffer: &mut Buffer) -> Result<Option<Answer>, Malformed> {
        self.has_begun |= buffer.len() > 0;
        if matches!(self.state, State::Head) && !self.decode_head(buffer)? {
            return Ok(None);
        }
        match &mut self.state {
            State::Head => Ok(None),
            State::Length(head, ends) => Ok((buffer.len() >= *ends).then(|| head.answer(*ends, buffer.len() == *ends))),
            State::Chunks(head, chunks) => {
                let is_complete = chunks.read(buffer, self.body_limit)?;
                let ends = chunks.data().end;
                Ok(is_complete.then(|| head.answer(ends, buffer.len() == ends)))
            }
            State::UntilClose(head) if (buffer.len() - head.bytes) as u64 > self.body_limit => Err(Malformed::LongBody),
            State::UntilClose(_) => Ok(None),
        }
    }

    /// The connection has ended: that completes an answer that lasts so long, and cuts any other.
    pub(crate) fn end(&self, buffer: &Buffer) -> Result<Answer, Malformed> {
        match &self.state {
            State::UntilClose(head) => Ok(head.answer(buffer.len(), false)),
            // A last line without its end has not been looked at.
            State::Head => Err(head::read(buffer.bytes(), self.answers_head).err().unwrap_or(Malformed::NoAnswer)),
            State::Length(..) | State::Chunks(..) => Err(Malformed::CutBody),
        }
    }

    /// For how much there should be room when the next piece is read.
    pub(crate) fn wanted(&self, buffer: &Buffer) -> usize {
        let missing = match &self.state {
            State::Head | State::UntilClose(_) => PIECE_BYTES,
            State::Length(_, ends) => ends.saturating_sub(buffer.len()),
            State::Chunks(_, chunks) => usize::try_from(chunks.left()).unwrap_or(usize::MAX).max(PIECE_BYTES),
        };
        missing.min(LARGEST_STEP_BYTES) + SLACK_BYTES
    }

    /// True once the head is there. Interim answers before it are dropped.
    fn decode_head(&mut self, buffer: &mut Buffer) -> Result<bool, Malformed> {
        if let Some(head) = self.known.at_front_of(buffer.bytes(), self.answers_head) {
            self.state = self.body_of(head)?;
            return Ok(true);
        }
        // Without the end of a line nothing new can be told; so bytes that drip in one by one cost no more than others.
        let has_line = self.looked_at == 0 || buffer.bytes()[self.looked_at..].contains(&b'\n');
        if !has_line && buffer.len() <= head::LONGEST_HEAD_BYTES {
            self.looked_at = buffer.len();
            return Ok(false);
        }
        let mut interim_bytes = 0;
        let read = loop {
            match head::read(&buffer.bytes()[interim_bytes..], self.answers_head)? {
                HeadRead::Interim(bytes) => interim_bytes += bytes,
                read => break read,
            }
        };
        // Dropped together: one by one, a flood of them would be moved again and again.
        buffer.drop_front(interim_bytes);
        self.looked_at = buffer.len();
        let HeadRead::Complete(head) = read else { return Ok(false) };
        self.known.keep(head, buffer.bytes(), self.answers_head);
        self.state = self.body_of(head)?;
        Ok(true)
    }

    fn body_of(&self, head: Head) -> Result<State, Malformed> {
        Ok(match head.framing {
            Framing::Chunked => State::Chunks(head, Chunks::from(head.bytes)),
            Framing::UntilClose => State::UntilClose(head),
            Framing::Length(length) if length > self.body_limit => return Err(Malformed::LongBody),
            Framing::Length(length) => {
                let length = usize::try_from(length).map_err(|_| Malformed::LongBody)?;
                State::Length(head, head.bytes.checked_add(length).ok_or(Malformed::LongBody)?)
            }
        })
    }
}

impl Head {
    fn answer(&self, ends: usize, nothing_follows: bool) -> Answer {
        let (head, body, keeps_open) = (0..self.bytes, self.bytes..ends, self.keeps_open && nothing_follows);
        Answer { status: self.status, head, body, keeps_open }
    }
}
