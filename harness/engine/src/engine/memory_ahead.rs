//! Asks for the memory of a user shortly before the user is polled.
//!
//! At a thousand users, what one of them holds has left the processor's nearest caches by its next response. A poll that finds one
//! line after the other missing waits for each of them; those that are asked for together arrive together.

use std::cell::RefCell;

use prefetch_index::prefetch_index;

/// What the processor moves at once.
const LINE_BYTES: usize = 64;

/// The place of a value in memory, which may have moved or been dropped since: asking for memory reads nothing.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct MemoryPlace {
    address: usize,
    bytes: usize,
}

impl MemoryPlace {
    /// Where this value is.
    pub(super) fn of<T: ?Sized>(value: &T) -> MemoryPlace {
        MemoryPlace { address: std::ptr::from_ref(value).cast::<u8>().addr(), bytes: size_of_val(value) }
    }

    /// Where its first line is.
    fn of_the_first_line<T>(value: &T) -> MemoryPlace {
        MemoryPlace { bytes: LINE_BYTES, ..MemoryPlace::of(value) }
    }

    /// Has it brought to the nearest cache, and does not wait for that.
    #[inline]
    pub(super) fn fetch(self) {
        // The crate counts from the beginning of a slice, and wraps around.
        let nowhere: &[u8] = &[];
        for line in self.lines() {
            prefetch_index(nowhere, line.wrapping_sub(nowhere.as_ptr().addr()));
        }
    }

    /// The addresses at which its lines begin.
    #[inline]
    fn lines(self) -> impl Iterator<Item = usize> {
        let first = self.address & !(LINE_BYTES - 1);
        (first..self.address + self.bytes).step_by(LINE_BYTES)
    }
}

/// Where the users of one worker hold what each of their requests touches.
#[derive(Debug, Default)]
pub(super) struct UserPlaces(RefCell<Vec<[MemoryPlace; 2]>>);

impl UserPlaces {
    /// The user with this index is led by a future here, and the first line of its log is there.
    pub(super) fn note<U: ?Sized, L>(&self, index: usize, user: &U, log: &L) {
        let mut places = self.0.borrow_mut();
        if places.len() <= index {
            places.resize(index + 1, <[MemoryPlace; 2]>::default());
        }
        places[index] = [MemoryPlace::of(user), MemoryPlace::of_the_first_line(log)];
    }

    /// The user with this index is polled soon.
    #[inline]
    pub(super) fn fetch(&self, index: usize) {
        if let Some(places) = self.0.borrow().get(index) {
            places.iter().for_each(|place| place.fetch());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[repr(align(64))]
    struct Lines([u8; 256]);

    #[test]
    fn every_line_that_a_value_has_a_byte_in_is_asked_for() {
        let lines = Lines([0; 256]);
        let begin = std::ptr::from_ref(&lines).addr();
        let of = |bytes: &[u8]| MemoryPlace::of(bytes).lines().map(|line| line - begin).collect::<Vec<_>>();
        assert_eq!(of(&lines.0), [0, 64, 128, 192]);
        assert_eq!(of(&lines.0[63..129]), [0, 64, 128]);
        assert_eq!(of(&lines.0[64..128]), [64]);
        assert_eq!(MemoryPlace::of_the_first_line(&lines).lines().count(), 1);
    }

    #[test]
    fn what_is_gone_may_be_asked_for() {
        let place = MemoryPlace::of(&*Box::new(Lines([0; 256])));
        place.fetch();
        MemoryPlace::default().fetch();
        assert_eq!(MemoryPlace::default().lines().count(), 0);
    }
}
