//! An answer in the memory it was read into.

use std::rc::Rc;

use super::buffer::Buffer;
use super::decode::Answer;
use super::encode::encode;
use super::head;
use crate::http::address::Address;
use crate::http::draft::Draft;

/// What one user writes from and reads into, request after request.
#[derive(Debug, Default)]
pub(crate) struct Wire {
    /// The head of the request.
    pub(super) out: Vec<u8>,
    /// What the head was made of, if of nothing else.
    made_of: Option<Bare>,
    received: Rc<Received>,
}

/// All that goes into the head of a bare request.
#[derive(Debug)]
struct Bare {
    line: u64,
    to: Rc<Address>,
    closes: bool,
}

/// An answer, complete or on its way, in the memory it was read into.
#[derive(Debug, Default)]
pub(crate) struct Received {
    buffer: Buffer,
    answer: Option<Answer>,
}

impl Wire {
    /// Writes the head of `draft`, unless it is the one that was written last.
    pub(super) fn write(&mut self, draft: &Draft, address: &Rc<Address>, closes: bool) {
        let is_bare = draft.is_bare();
        let is_same = |last: &Bare| last.line == draft.line && last.closes == closes && Rc::ptr_eq(&last.to, address);
        if is_bare && self.made_of.as_ref().is_some_and(is_same) {
            return;
        }
        encode(&mut self.out, draft, address, closes);
        self.made_of = is_bare.then(|| Bare { line: draft.line, to: Rc::clone(address), closes });
    }

    /// Makes room for the next answer: in the memory of the last one, unless somebody still holds that.
    pub(super) fn renew(&mut self) {
        match Rc::get_mut(&mut self.received) {
            Some(received) => {
                received.buffer.renew();
                received.answer = None;
            }
            None => self.received = Rc::default(),
        }
    }

    /// Memory for what is read. Nobody else holds it, between `renew` and `answer`.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        if Rc::get_mut(&mut self.received).is_none() {
            self.received = Rc::default();
        }
        &mut Rc::get_mut(&mut self.received).expect("a fresh answer has one holder").buffer
    }

    /// The answer is complete.
    pub(super) fn complete(&mut self, answer: Answer) {
        if let Some(received) = Rc::get_mut(&mut self.received) {
            received.answer = Some(answer);
        }
    }

    /// The answer that was read last. While somebody holds it, the next one is read into other memory.
    pub(crate) fn answer(&self) -> Rc<Received> {
        Rc::clone(&self.received)
    }
}

impl Received {
    /// An answer that another transport has read, as if it had come this way.
    pub(crate) fn elsewhere<'a>(
        status: u16,
        headers: impl Iterator<Item = (&'a str, &'a [u8])>,
        body: &[u8],
    ) -> Received {
        let mut head = format!("HTTP/1.1 {status} \r\n").into_bytes();
        for (name, value) in headers {
            for part in [name.as_bytes(), b": ", value, b"\r\n"] {
                head.extend_from_slice(part);
            }
        }
        head.extend_from_slice(b"\r\n");
        let body_begins = head.len();
        let mut buffer = Buffer::default();
        buffer.extend(&head);
        buffer.extend(body);
        let body = body_begins..buffer.len();
        Received { buffer, answer: Some(Answer { status, head: 0..body_begins, body, keeps_open: false }) }
    }

    pub(crate) fn status(&self) -> u16 {
        self.answer.as_ref().map_or(0, |answer| answer.status)
    }

    pub(crate) fn body(&self) -> &[u8] {
        self.answer.as_ref().map_or(&[], |answer| &self.buffer.bytes()[answer.body.clone()])
    }

    /// The first header called `name`, in any case.
    pub(crate) fn header(&self, name: &str) -> Option<&[u8]> {
        head::find(self.head(), name)
    }

    pub(crate) fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        head::each(self.head())
    }

    fn head(&self) -> &[u8] {
        self.answer.as_ref().map_or(&[], |answer| &self.buffer.bytes()[answer.head.clone()])
    }
}
