//! The head of a response that was read before, so that the same head is not parsed again.

use std::cell::RefCell;
use std::rc::Rc;

use super::head::Head;

/// The head that was read last, of the responses to requests that are alike.
///
/// Most responses of one server to one request have exactly the same head for at least a second, and many differ only in a
/// date or an identifier: to compare them costs a tenth of parsing them again.
#[derive(Debug, Default)]
pub struct KnownHead {
    bytes: Vec<u8>,
    /// What they say, and whether the request was a `HEAD`.
    said: Option<(Head, bool)>,
}

/// A known head that users of one worker thread share.
pub(crate) type SharedHead = Rc<RefCell<KnownHead>>;

/// A longer head is parsed each time, so that it needs no memory.
const LONGEST_KNOWN_BYTES: usize = 1024;

/// The headers that say where a body ends and whether its connection stays open: if one of them differs, nothing is known.
const FRAMING_HEADERS: [&[u8]; 4] = [b"content-length", b"transfer-encoding", b"connection", b"keep-alive"];

impl KnownHead {
    /// What the head at the front of `bytes` says, if it is the known one but for values of headers that do not matter for
    /// its body and its connection. A complete head says the same whatever follows.
    pub(super) fn at_front_of(&mut self, bytes: &[u8], answers_head: bool) -> Option<Head> {
        let (head, of_head) = self.said.filter(|(_, of_head)| *of_head == answers_head)?;
        if bytes.starts_with(&self.bytes) {
            return Some(head);
        }
        let length = similar(&self.bytes, bytes).filter(|length| *length <= LONGEST_KNOWN_BYTES)?;
        let head = Head { bytes: length, ..head };
        self.bytes.clear();
        self.bytes.extend_from_slice(&bytes[..length]);
        self.said = Some((head, of_head));
        Some(head)
    }

    /// Keeps the head that was read at the front of `bytes`.
    pub(super) fn keep(&mut self, head: Head, bytes: &[u8], answers_head: bool) {
        self.said = None;
        if let Some(read) = bytes.get(..head.bytes).filter(|read| read.len() <= LONGEST_KNOWN_BYTES) {
            self.bytes.clear();
            self.bytes.extend_from_slice(read);
            self.said = Some((head, answers_head));
        }
    }
}

/// The length of the head at the front of `bytes`, if it has the same lines as `known`, a valid head, but for the values of
/// headers that do not matter.
fn similar(known: &[u8], bytes: &[u8]) -> Option<usize> {
    let (mut of_known, mut of_new) = (0, 0);
    loop {
        let (rest_of_known, rest_of_new) = (&known[of_known..], &bytes[of_new..]);
        let same = common_prefix(rest_of_known, rest_of_new);
        if same == rest_of_known.len() {
            return Some(of_new + same);
        }
        // The first line is no header; so it has no value that could differ.
        let differs_at = of_known + same;
        let line = known[..differs_at].iter().rposition(|byte| *byte == b'\n')? + 1;
        let name = &known[line..line + known[line..differs_at].iter().position(|byte| *byte == b':')?];
        if FRAMING_HEADERS.iter().any(|framing| framing.eq_ignore_ascii_case(name)) {
            return None;
        }
        of_known = differs_at + end_of_value(&known[differs_at..])?;
        of_new += same;
        of_new += end_of_value(&bytes[of_new..])?;
    }
}

/// Where the rest of a value ends, with the end of its line; `None` if it has bytes that need a closer look.
fn end_of_value(bytes: &[u8]) -> Option<usize> {
    let length = bytes.iter().position(|byte| !matches!(byte, b' '..=b'~'))?;
    bytes[length..].starts_with(b"\r\n").then_some(length + 2)
}

/// How many bytes at the front of both are the same.
fn common_prefix(one: &[u8], other: &[u8]) -> usize {
    const STEP: usize = 16;
    let (ones, others) = (one.chunks_exact(STEP), other.chunks_exact(STEP));
    let steps = ones.zip(others).take_while(|(one, other)| one == other).count() * STEP;
    steps + one[steps..].iter().zip(&other[steps..]).take_while(|(one, other)| one == other).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::http1::head::{HeadRead, read};

    const KNOWN: &str = "HTTP/1.1 200 OK\r\ndate: Mon, 1\r\ncontent-length: 3\r\nx-id: 7\r\n\r\n";

    fn parsed(text: &str) -> Head {
        match read(text.as_bytes(), false) {
            Ok(HeadRead::Complete(head)) => head,
            other => panic!("{text:?}: {other:?}"),
        }
    }

    /// What is known of `text` after `KNOWN` has been read.
    fn known_of(text: &str) -> Option<Head> {
        let mut known = KnownHead::default();
        known.keep(parsed(KNOWN), KNOWN.as_bytes(), false);
        known.at_front_of(text.as_bytes(), false)
    }

    #[test]
    fn a_head_that_differs_in_values_that_do_not_matter_is_known_and_says_what_parsing_says() {
        for text in [
            KNOWN.to_owned(),
            KNOWN.replace("Mon, 1", "Tue, 2"),
            KNOWN.replace("Mon, 1", "Tuesday, 22"),
            KNOWN.replace("Mon, 1", ""),
            KNOWN.replace("x-id: 7", "x-id: 123456"),
            KNOWN.replace("x-id: 7", "x-id:"),
            KNOWN.replace("Mon, 1", "x").replace("x-id: 7", "x-id: x"),
        ] {
            assert_eq!(known_of(&text), Some(parsed(&text)), "{text:?}");
            assert_eq!(known_of(&format!("{text}abc")), known_of(&text), "whatever follows");
        }
    }

    #[test]
    fn any_other_difference_is_parsed() {
        for text in [
            KNOWN.replace("content-length: 3", "content-length: 4"),
            KNOWN.replace("content-length: 3", "content-lengtH: 3"),
            KNOWN.replace("200 OK", "200 Ok"),
            KNOWN.replace("200 OK", "404 OK"),
            KNOWN.replace("x-id", "x-ie"),
            KNOWN.replace("x-id: 7\r\n", ""),
            KNOWN.replace("x-id: 7\r\n", "x-id: 7\r\nconnection: close\r\n"),
            KNOWN.replace("Mon, 1\r\n", "Mon, 2\n"),
            KNOWN.replace("Mon, 1", "Mon,\t1"),
            KNOWN.replace("Mon, 1", "Mon\0 1"),
            KNOWN.replace("Mon, 1", "Mün, 1"),
            KNOWN.replace("Mon, 1\r\n", "Mon, 1\r\n folded\r\n"),
            KNOWN.replace("Mon, 1", &"x".repeat(LONGEST_KNOWN_BYTES)),
        ] {
            assert_eq!(known_of(&text), None, "{text:?}");
        }
        for length in 0..KNOWN.len() {
            assert_eq!(known_of(&KNOWN[..length]), None, "an incomplete head of {length} bytes");
            assert_eq!(known_of(&KNOWN.replace("Mon, 1", "Tue, 2")[..length]), None, "{length} bytes");
        }
    }

    #[test]
    fn the_same_head_says_something_else_after_a_head_request() {
        let mut known = KnownHead::default();
        known.keep(parsed(KNOWN), KNOWN.as_bytes(), false);
        assert_eq!(known.at_front_of(KNOWN.as_bytes(), true), None);
    }

    #[test]
    fn the_head_that_was_read_last_is_known() {
        let mut known = KnownHead::default();
        known.keep(parsed(KNOWN), KNOWN.as_bytes(), false);
        for text in [KNOWN.replace("Mon, 1", "Tuesday"), KNOWN.replace("x-id: 7", "x-id: 88"), KNOWN.to_owned()] {
            assert_eq!(known.at_front_of(text.as_bytes(), false), Some(parsed(&text)), "{text:?}");
            assert_eq!(known.bytes, text.as_bytes());
        }
    }
}
