//! Memory for responses, which the users of one worker thread share.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::{Rc, Weak};

use super::response_bytes::ResponseBytes;

/// More buffers are not kept, so that a burst of slow responses does not hold its memory for good.
const MOST_BUFFERS: usize = 1024;

/// The same in bytes.
const MOST_BYTES: usize = 64 * 1024 * 1024;

/// Memory for responses that is not in use.
///
/// What was given back last is taken first: so busy users read into memory that is in the processor's caches, and users that
/// wait or think hold none.
#[derive(Debug, Default)]
pub struct ResponseStock {
    free: RefCell<FreeBuffers>,
}

#[derive(Debug, Default)]
struct FreeBuffers {
    buffers: Vec<Rc<StockedResponse>>,
    bytes: usize,
}

/// A response, in memory that goes back to its stock when its last owner is dropped.
#[derive(Debug, Clone)]
pub struct SharedResponse {
    response: Rc<StockedResponse>,
}

#[derive(Debug)]
struct StockedResponse {
    bytes: ResponseBytes,
    /// Where its memory goes when its last owner is dropped; nowhere if another transport has read it.
    stock: Weak<ResponseStock>,
}

impl ResponseStock {
    /// Empty memory, with one owner.
    pub(super) fn take(self: &Rc<ResponseStock>) -> SharedResponse {
        let free = &mut *self.free.borrow_mut();
        let Some(mut response) = free.buffers.pop() else {
            let new = StockedResponse { bytes: ResponseBytes::default(), stock: Rc::downgrade(self) };
            return SharedResponse { response: Rc::new(new) };
        };
        free.bytes -= response.bytes.memory_bytes();
        if let Some(response) = Rc::get_mut(&mut response) {
            response.bytes.renew();
        }
        SharedResponse { response }
    }

    fn give_back(&self, response: Rc<StockedResponse>) {
        let free = &mut *self.free.borrow_mut();
        let bytes_with = free.bytes + response.bytes.memory_bytes();
        if free.buffers.len() < MOST_BUFFERS && bytes_with <= MOST_BYTES && !response.bytes.is_wasteful() {
            free.bytes = bytes_with;
            free.buffers.push(response);
        }
    }

    /// All memory that is not in use.
    #[cfg(test)]
    pub fn memory_bytes(&self) -> usize {
        self.free.borrow().bytes
    }

    /// How many responses could be read without new memory.
    #[cfg(test)]
    pub fn free_buffers(&self) -> usize {
        self.free.borrow().buffers.len()
    }
}

impl SharedResponse {
    /// To read into it; `None` once it is shared.
    pub(super) fn exclusive(&mut self) -> Option<&mut ResponseBytes> {
        Rc::get_mut(&mut self.response).map(|response| &mut response.bytes)
    }
}

impl From<ResponseBytes> for SharedResponse {
    fn from(bytes: ResponseBytes) -> SharedResponse {
        SharedResponse { response: Rc::new(StockedResponse { bytes, stock: Weak::new() }) }
    }
}

impl Deref for SharedResponse {
    type Target = ResponseBytes;

    fn deref(&self) -> &ResponseBytes {
        &self.response.bytes
    }
}

impl Drop for SharedResponse {
    #[inline]
    fn drop(&mut self) {
        if Rc::strong_count(&self.response) == 1
            && let Some(stock) = self.response.stock.upgrade()
        {
            stock.give_back(Rc::clone(&self.response));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_given_back_last_is_taken_first_and_empty() {
        let stock = Rc::new(ResponseStock::default());
        let (mut first, second) = (stock.take(), stock.take());
        first.exclusive().unwrap().buffer.extend(b"abc");
        let memory = first.buffer.bytes().as_ptr();
        drop(second);
        drop(first);
        assert_eq!(stock.free_buffers(), 2);
        let again = stock.take();
        assert_eq!((again.buffer.len(), stock.free_buffers()), (0, 1));
        assert_eq!(again.buffer.bytes().as_ptr(), memory);
    }

    #[test]
    fn memory_goes_back_when_its_last_owner_is_dropped() {
        let stock = Rc::new(ResponseStock::default());
        let mut response = stock.take();
        let kept = response.clone();
        assert!(response.exclusive().is_none(), "what has two owners cannot be written");
        drop(response);
        assert_eq!(stock.free_buffers(), 0);
        drop(kept);
        assert_eq!(stock.free_buffers(), 1);
        let outlives = stock.take();
        drop(stock);
        drop(outlives);
    }

    #[test]
    fn a_bounded_amount_of_memory_is_kept() {
        let stock = Rc::new(ResponseStock::default());
        let of = |bytes: usize| {
            let mut response = stock.take();
            response.exclusive().unwrap().buffer.extend(&vec![7; bytes]);
            response
        };
        let many: Vec<_> = (0..MOST_BUFFERS + 5).map(|_| of(1)).collect();
        drop(many);
        assert_eq!(stock.free_buffers(), MOST_BUFFERS);
        let large: Vec<_> = (0..5).map(|_| of(MOST_BYTES / 4)).collect();
        drop(large);
        assert!(stock.memory_bytes() <= MOST_BYTES);
    }
}
