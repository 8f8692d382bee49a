//! The memory of one user for its requests and responses.

use std::rc::Rc;

use super::buffer::Buffer;
use super::decode::ResponseRanges;
use super::encode::encode;
use super::response_bytes::ResponseBytes;
use crate::http::address::Address;
use crate::http::draft::RequestDraft;

/// What one user writes from and reads into, request after request.
#[derive(Debug, Default)]
pub(crate) struct MessageBuffers {
    /// The head of the request.
    pub(super) request_head: Vec<u8>,
    /// What the head was encoded from, if it can be used again.
    encoded_from: Option<BareHead>,
    response: Rc<ResponseBytes>,
}

/// Everything that the head of a bare request depends on.
#[derive(Debug)]
struct BareHead {
    line_number: u64,
    address: Rc<Address>,
    closes: bool,
}

impl MessageBuffers {
    /// Encodes the head of `draft`, unless it is the one that was encoded last.
    pub(super) fn encode_head(&mut self, draft: &RequestDraft, address: &Rc<Address>, closes: bool) {
        let is_bare = draft.is_bare();
        let is_same = |last: &BareHead| {
            last.line_number == draft.line_number && last.closes == closes && Rc::ptr_eq(&last.address, address)
        };
        if is_bare && self.encoded_from.as_ref().is_some_and(is_same) {
            return;
        }
        encode(&mut self.request_head, draft, address, closes);
        self.encoded_from =
            is_bare.then(|| BareHead { line_number: draft.line_number, address: Rc::clone(address), closes });
    }

    /// Makes room for the next response: in the memory of the last one, unless that is still in use.
    pub(super) fn renew(&mut self) {
        match Rc::get_mut(&mut self.response) {
            Some(response) => response.renew(),
            None => self.response = Rc::default(),
        }
    }

    /// Memory for the response that is being read. It has one owner, from `renew` to `response`.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        if Rc::get_mut(&mut self.response).is_none() {
            self.response = Rc::default();
        }
        &mut Rc::get_mut(&mut self.response).expect("a new response has one owner").buffer
    }

    /// The response is complete.
    pub(super) fn complete(&mut self, ranges: ResponseRanges) {
        if let Some(response) = Rc::get_mut(&mut self.response) {
            response.ranges = Some(ranges);
        }
    }

    /// The response that was read last. While it is in use, the next one is read into other memory.
    pub(crate) fn response(&self) -> Rc<ResponseBytes> {
        Rc::clone(&self.response)
    }
}
