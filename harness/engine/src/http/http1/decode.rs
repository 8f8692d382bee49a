//! Parses a response piece by piece, however its bytes arrive.

use std::ops::Range;
use std::rc::Rc;

use super::body::Chunks;
use super::buffer::Buffer;
use super::connection_end::AnswerProgress;
use super::head::{self, Framing, Head, HeadRead};
use super::known_head::SharedHead;
use super::malformed::{LONGEST_HEAD_BYTES, Malformed};

/// How much is read at once while the length of the response is not known.
const PIECE_BYTES: usize = 2 * 1024;
/// Memory for a body grows as bytes arrive: the length that a server announces may be wrong.
const LARGEST_STEP_BYTES: usize = 1024 * 1024;
/// A read that fills its memory completely must be followed by another, only to learn that there is no more.
const SLACK_BYTES: usize = 64;
/// How much of a body that is not kept is read at once.
const LARGEST_DISCARDED_STEP_BYTES: usize = 64 * 1024;

/// Parses one response in a buffer that grows at its end. Knows no socket and no clock.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct Decoder {
    answers_head: bool,
    /// The body is counted and not kept.
    discards_body: bool,
    /// Any byte of a response has arrived, including interim responses.
    has_begun: bool,
    /// The bytes up to here do not hold a complete head.
    looked_at: usize,
    /// The head that was read last, of the responses to requests that are alike.
    known: SharedHead,
    body_limit: u64,
    discarded_bytes: u64,
    /// At the end, because chunks need more memory than anything else.
    state: DecoderState,
}

#[derive(Debug, Default)]
enum DecoderState {
    #[default]
    Head,
    Length(Head, usize),
    Chunks(Head, Chunks),
    UntilClose(Head),
}

/// Where the parts of a complete response are in its buffer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ResponseRanges {
    pub status: u16,
    pub head: Range<usize>,
    pub body: Range<usize>,
    /// The connection can carry another request: the server does not close it, and no further bytes arrived.
    pub keeps_open: bool,
    /// For how many seconds the server keeps it open, if it says so.
    pub keeps_for_s: Option<u32>,
    /// The length of a body that was not kept.
    pub discarded_bytes: Option<u64>,
}

impl Decoder {
    /// For the response to a request that was a `HEAD` or not. A body of more than `body_limit` bytes is refused.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn new(answers_head: bool, body_limit: u64) -> Decoder {
        Decoder { answers_head, body_limit, ..Decoder::default() }
    }

    /// Begins the next response, with the same meaning as in `new`.
    pub(super) fn begin(&mut self, answers_head: bool, body_limit: u64) {
        (self.answers_head, self.body_limit) = (answers_head, body_limit);
        (self.state, self.has_begun, self.looked_at) = (DecoderState::Head, false, 0);
        (self.discards_body, self.discarded_bytes) = (false, 0);
    }

    /// The head of the response is probably this one.
    #[inline]
    pub(super) fn expect_head(&mut self, known: &SharedHead) {
        if !Rc::ptr_eq(&self.known, known) {
            self.known = Rc::clone(known);
        }
    }

    /// The body of the response that has just been begun is counted and not kept.
    pub(super) fn discard_body(&mut self) {
        self.discards_body = true;
    }

    /// True once any byte of a response has arrived.
    pub(super) fn has_begun(&self) -> bool {
        self.has_begun
    }

    /// True once a byte of the final response has arrived; of its status, if bytes of it came alone.
    pub(super) fn final_has_begun(&self, buffer: &Buffer) -> bool {
        match self.state {
            DecoderState::Head => head::is_final(buffer.bytes()),
            _ => true,
        }
    }

    /// How far the response has come.
    pub(super) fn progress(&self, buffer: &Buffer) -> AnswerProgress {
        let promised = match &self.state {
            DecoderState::Head if buffer.len() == 0 => return AnswerProgress::Nothing,
            DecoderState::Head => return AnswerProgress::Head,
            DecoderState::Length(head, ends) => Some((ends - head.bytes) as u64),
            DecoderState::Chunks(..) | DecoderState::UntilClose(_) => None,
        };
        AnswerProgress::Body { received: self.body_bytes(buffer) as u64, promised }
    }

    /// Bytes of the body that have arrived so far.
    pub(super) fn body_bytes(&self, buffer: &Buffer) -> usize {
        let kept = match &self.state {
            DecoderState::Head => 0,
            // What is behind the head does not belong to the body.
            DecoderState::Length(..) if self.discards_body => 0,
            DecoderState::Length(head, ends) => buffer.len().min(*ends).saturating_sub(head.bytes),
            DecoderState::Chunks(_, chunks) => chunks.data().len(),
            DecoderState::UntilClose(head) => buffer.len().saturating_sub(head.bytes),
        };
        kept + self.discarded_bytes as usize
    }

    /// Parses up to the end of `buffer`; `None` while the response is not complete.
    pub(super) fn decode(&mut self, buffer: &mut Buffer) -> Result<Option<ResponseRanges>, Malformed> {
        self.has_begun |= buffer.len() > 0;
        if matches!(self.state, DecoderState::Head) && !self.decode_head(buffer)? {
            return Ok(None);
        }
        if self.discards_body {
            return self.decode_and_discard(buffer);
        }
        match &mut self.state {
            DecoderState::Head => Ok(None),
            DecoderState::Length(head, ends) => {
                Ok((buffer.len() >= *ends).then(|| head.ranges(*ends, buffer.len() == *ends)))
            }
            DecoderState::Chunks(head, chunks) => {
                let is_complete = chunks.read(buffer, self.body_limit)?;
                let ends = chunks.data().end;
                Ok(is_complete.then(|| head.ranges(ends, buffer.len() == ends)))
            }
            DecoderState::UntilClose(head) if (buffer.len() - head.bytes) as u64 > self.body_limit => {
                Err(Malformed::LongBody)
            }
            DecoderState::UntilClose(_) => Ok(None),
        }
    }

    /// The same for a body that is not kept: only the head, and what follows the body, stay in the buffer.
    fn decode_and_discard(&mut self, buffer: &mut Buffer) -> Result<Option<ResponseRanges>, Malformed> {
        let (head, has_ended) = match &mut self.state {
            DecoderState::Head => return Ok(None),
            DecoderState::Length(head, ends) => {
                let missing = (*ends - head.bytes) as u64 - self.discarded_bytes;
                let arrived = (buffer.len() - head.bytes).min(usize::try_from(missing).unwrap_or(usize::MAX));
                buffer.remove(head.bytes..head.bytes + arrived);
                self.discarded_bytes += arrived as u64;
                (*head, arrived as u64 == missing)
            }
            DecoderState::Chunks(head, chunks) => {
                let has_ended = chunks.read(buffer, self.body_limit - self.discarded_bytes)?;
                self.discarded_bytes += chunks.discard(buffer) as u64;
                (*head, has_ended)
            }
            DecoderState::UntilClose(head) => {
                self.discarded_bytes += (buffer.len() - head.bytes) as u64;
                buffer.truncate(head.bytes);
                (*head, false)
            }
        };
        if self.discarded_bytes > self.body_limit {
            return Err(Malformed::LongBody);
        }
        let ranges = head.ranges(head.bytes, buffer.len() == head.bytes);
        Ok(has_ended.then_some(ResponseRanges { discarded_bytes: Some(self.discarded_bytes), ..ranges }))
    }

    /// The connection has ended: that completes a response that lasts until then, and cuts any other short.
    pub(super) fn end(&self, buffer: &Buffer) -> Result<ResponseRanges, Malformed> {
        match &self.state {
            DecoderState::UntilClose(head) => {
                let discarded_bytes = self.discards_body.then_some(self.discarded_bytes);
                Ok(ResponseRanges { discarded_bytes, ..head.ranges(buffer.len(), false) })
            }
            // A last line without its end has not been parsed yet.
            DecoderState::Head => {
                Err(head::read(buffer.bytes(), self.answers_head).err().unwrap_or(Malformed::NoResponse))
            }
            DecoderState::Length(..) | DecoderState::Chunks(..) => Err(Malformed::CutBody),
        }
    }

    /// How many bytes there should be room for at the next read.
    pub(super) fn wanted(&self, buffer: &Buffer) -> usize {
        let missing = match &self.state {
            DecoderState::Head | DecoderState::UntilClose(_) => PIECE_BYTES,
            DecoderState::Length(_, ends) => ends.saturating_sub(buffer.len()),
            DecoderState::Chunks(_, chunks) => usize::try_from(chunks.left()).unwrap_or(usize::MAX).max(PIECE_BYTES),
        };
        let most = if self.discards_body { LARGEST_DISCARDED_STEP_BYTES } else { LARGEST_STEP_BYTES };
        missing.min(most) + SLACK_BYTES
    }

    /// True once the head is complete. Interim responses before it are dropped.
    fn decode_head(&mut self, buffer: &mut Buffer) -> Result<bool, Malformed> {
        let known = self.known.borrow_mut().at_front_of(buffer.bytes(), self.answers_head);
        if let Some(head) = known {
            self.state = self.body_of(head)?;
            return Ok(true);
        }
        // Only the end of a line can complete a head; so bytes that arrive one by one cost no more than others.
        let has_line = self.looked_at == 0 || buffer.bytes()[self.looked_at..].contains(&b'\n');
        if !has_line && buffer.len() <= LONGEST_HEAD_BYTES {
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
        // Dropped together: one by one, the bytes behind many of them would be moved again and again.
        buffer.drop_front(interim_bytes);
        // A protocol that is not known yet is looked at again with its next byte.
        self.looked_at = if read == HeadRead::Foreign { 0 } else { buffer.len() };
        let HeadRead::Complete(head) = read else { return Ok(false) };
        self.known.borrow_mut().keep(head, buffer.bytes(), self.answers_head);
        self.state = self.body_of(head)?;
        Ok(true)
    }

    fn body_of(&self, head: Head) -> Result<DecoderState, Malformed> {
        Ok(match head.framing {
            Framing::Chunked => DecoderState::Chunks(head, Chunks::from(head.bytes)),
            Framing::UntilClose => DecoderState::UntilClose(head),
            Framing::Length(length) if length > self.body_limit => return Err(Malformed::LongBody),
            Framing::Length(length) => {
                let length = usize::try_from(length).map_err(|_| Malformed::LongBody)?;
                DecoderState::Length(head, head.bytes.checked_add(length).ok_or(Malformed::LongBody)?)
            }
        })
    }
}

impl Head {
    fn ranges(&self, ends: usize, nothing_follows: bool) -> ResponseRanges {
        let (head, body, keeps_open) = (0..self.bytes, self.bytes..ends, self.keeps_open && nothing_follows);
        let (status, keeps_for_s) = (self.status, self.keeps_for_s);
        ResponseRanges { status, head, body, keeps_open, keeps_for_s, discarded_bytes: None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_a_body_that_is_not_kept_is_not_counted_as_part_of_it() {
        for framed in
            ["content-length: 10\r\n\r\n0123456789", "transfer-encoding: chunked\r\n\r\na\r\n0123456789\r\n0\r\n\r\n"]
        {
            let (mut decoder, mut buffer) = (Decoder::new(false, 1_000), Buffer::default());
            decoder.discard_body();
            buffer.extend(format!("HTTP/1.1 200 OK\r\n{framed}extra").as_bytes());
            let response = decoder.decode(&mut buffer).unwrap().expect("it is complete");
            assert_eq!((response.discarded_bytes, decoder.body_bytes(&buffer)), (Some(10), 10), "{framed:?}");
            assert!(!response.keeps_open, "{framed:?}");
        }
    }
}
