//! What is known of a request while it is on its way: its bytes and its times.

use std::cell::Cell;

use crate::measure::Moment;

/// Bytes and times of one request so far. Apart from the response, because a request that is given up has some, too.
///
/// The bytes are those of the bodies alone, so that every transport reports the same.
#[derive(Debug, Default)]
pub struct Traffic {
    /// Bytes of bodies that were sent.
    pub sent_bytes: Cell<u64>,
    /// Bytes of bodies that were received.
    pub received_bytes: Cell<u64>,
    /// Its idle connection was found closed, and it was sent once more.
    pub was_resent: Cell<bool>,
    /// When a shared connection became free for it, or the address of its host was known; it is sent from then on. `None` if
    /// it did not have to wait.
    pub ready_at: Cell<Option<Moment>>,
    /// When its new connection was open; `None` if it used a kept one.
    pub connected_at: Cell<Option<Moment>>,
    /// When the first byte of the response arrived, if that was before the last.
    pub first_byte_at: Cell<Option<Moment>>,
    /// The transport does not see when its connection was open.
    pub phases_unknown: Cell<bool>,
}

impl Traffic {
    /// Forgets the last request.
    pub fn clear(&self) {
        self.sent_bytes.set(0);
        self.received_bytes.set(0);
        self.was_resent.set(false);
        self.ready_at.set(None);
        self.connected_at.set(None);
        self.first_byte_at.set(None);
        self.phases_unknown.set(false);
    }
}
