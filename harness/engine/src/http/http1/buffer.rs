//! Memory that one response after the other is read into.

/// The size of a new buffer: enough for the responses of most servers, little enough for ten thousand users.
const FIRST_BYTES: usize = 4 * 1024;

/// More memory than this is kept only while responses need it.
const KEPT_BYTES: usize = 1024 * 1024;

/// Bytes that were read, at the front of memory that is reused for the next response.
///
/// The memory behind them is always initialised, so that reading into it needs no unsafe code; it is zeroed once, when
/// it is taken.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    memory: Vec<u8>,
    filled: usize,
}

impl Buffer {
    /// Before anything was read.
    pub(super) const EMPTY: Buffer = Buffer { memory: Vec::new(), filled: 0 };

    /// Forgets everything. Memory that a much longer response needed is freed.
    pub(super) fn renew(&mut self) {
        if self.is_wasteful() {
            self.memory = Vec::new();
        }
        self.filled = 0;
    }

    /// It has much more memory than was needed.
    pub(super) fn is_wasteful(&self) -> bool {
        self.memory.len() > KEPT_BYTES && self.filled < self.memory.len() / 4
    }

    /// What was read.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[..self.filled]
    }

    pub(super) fn len(&self) -> usize {
        self.filled
    }

    /// Memory for at least `wanted` bytes more.
    pub(super) fn space(&mut self, wanted: usize) -> &mut [u8] {
        let least = self.filled + wanted;
        if self.memory.len() < least {
            let grown = least.max(self.memory.len() * 2).max(FIRST_BYTES);
            self.memory.resize(grown, 0);
        }
        &mut self.memory[self.filled..]
    }

    /// Notes that this many bytes were written into the space.
    pub(super) fn advance(&mut self, bytes: usize) {
        self.filled = (self.filled + bytes).min(self.memory.len());
    }

    /// Forgets everything from `length` on.
    pub(super) fn truncate(&mut self, length: usize) {
        self.filled = self.filled.min(length);
    }

    /// Forgets the first `bytes`.
    pub(super) fn drop_front(&mut self, bytes: usize) {
        let bytes = bytes.min(self.filled);
        self.memory.copy_within(bytes..self.filled, 0);
        self.filled -= bytes;
    }

    /// Moves `length` bytes that begin at `from` down to `to`.
    pub(super) fn move_down(&mut self, from: usize, to: usize, length: usize) {
        if from != to {
            self.memory.copy_within(from..from + length, to);
        }
    }

    /// Forgets these bytes; what follows them moves down.
    pub(super) fn remove(&mut self, bytes: std::ops::Range<usize>) {
        self.memory.copy_within(bytes.end..self.filled, bytes.start);
        self.filled -= bytes.len();
    }

    /// All memory that it holds.
    pub(super) fn memory_bytes(&self) -> usize {
        self.memory.capacity()
    }

    /// Appends what was read elsewhere.
    #[cfg(any(test, fuzzing, feature = "reqwest"))]
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        self.space(bytes.len())[..bytes.len()].copy_from_slice(bytes);
        self.advance(bytes.len());
    }
}
