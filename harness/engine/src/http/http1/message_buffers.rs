//! The memory of one user for its requests and responses.

use std::rc::Rc;

use super::buffer::Buffer;
use super::decode::ResponseRanges;
use super::encode::encode;
use super::response_stock::{ResponseStock, SharedResponse};
use crate::http::address::Address;
use crate::http::draft::RequestDraft;
use crate::http::request_line::BareHead;

/// What one user writes from and reads into, request after request.
#[derive(Debug)]
#[repr(C)]
pub(crate) struct MessageBuffers {
    /// The head of the request, if it is one that users share.
    bare_head: Option<Rc<BareHead>>,
    /// From the first bytes of a response to its last.
    response: Option<SharedResponse>,
    stock: Rc<ResponseStock>,
    /// The head of any other request.
    own_head: Vec<u8>,
}

impl MessageBuffers {
    /// For a user of the worker thread with this stock.
    pub(crate) fn new(stock: Rc<ResponseStock>) -> MessageBuffers {
        MessageBuffers { bare_head: None, response: None, stock, own_head: Vec::new() }
    }

    /// Encodes the head of `draft`, unless it is known.
    pub(super) fn encode_head(&mut self, draft: &RequestDraft, address: &Rc<Address>, closes: bool) {
        if !draft.is_bare() {
            self.bare_head = None;
            return encode(&mut self.own_head, draft, address, closes);
        }
        let line = draft.line();
        let is_same = |last: &BareHead| {
            last.line_number == line.number && last.closes == closes && Rc::ptr_eq(&last.address, address)
        };
        if self.bare_head.as_deref().is_some_and(is_same) {
            return;
        }
        self.bare_head = line.head(address, closes);
        if self.bare_head.is_none() {
            encode(&mut self.own_head, draft, address, closes);
            line.keep_head(address, closes, &self.own_head);
        }
    }

    /// The head that was encoded last.
    pub(super) fn request_head(&self) -> &[u8] {
        self.bare_head.as_ref().map_or(&self.own_head, |head| &head.bytes)
    }

    /// Gives the memory of a response that was not completed back.
    pub(crate) fn renew(&mut self) {
        self.response = None;
    }

    /// Memory for the response that is being read: taken when its first bytes have come.
    pub(super) fn buffer(&mut self) -> &mut Buffer {
        let response = self.response.get_or_insert_with(|| self.stock.take());
        &mut response.exclusive().expect("a response has one owner until it is complete").buffer
    }

    /// What has been read so far.
    pub(super) fn so_far(&self) -> &Buffer {
        static NOTHING: Buffer = Buffer::EMPTY;
        self.response.as_ref().map_or(&NOTHING, |response| &response.buffer)
    }

    /// A read that brought nothing needs no memory.
    pub(super) fn rest(&mut self) {
        if self.response.as_ref().is_some_and(|response| response.buffer.len() == 0) {
            self.response = None;
        }
    }

    /// The response is complete.
    pub(super) fn complete(&mut self, ranges: ResponseRanges) {
        if let Some(response) = self.response.as_mut().and_then(SharedResponse::exclusive) {
            response.ranges = Some(ranges);
        }
    }

    /// The response that was completed, with its memory.
    pub(crate) fn take_response(&mut self) -> SharedResponse {
        self.response.take().unwrap_or_else(|| self.stock.take())
    }
}
