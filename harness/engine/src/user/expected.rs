//! Which statuses count as a success.

use std::ops::{Range, RangeInclusive};

/// One or more statuses that a request expects: `404`, `200..300`, `200..=204`, `[200, 404]`.
pub trait ExpectedStatus {
    /// The statuses, as ranges.
    fn ranges(self) -> impl IntoIterator<Item = RangeInclusive<u16>>;
}

impl ExpectedStatus for u16 {
    fn ranges(self) -> impl IntoIterator<Item = RangeInclusive<u16>> {
        [self..=self]
    }
}

impl ExpectedStatus for RangeInclusive<u16> {
    fn ranges(self) -> impl IntoIterator<Item = RangeInclusive<u16>> {
        [self]
    }
}

impl ExpectedStatus for Range<u16> {
    fn ranges(self) -> impl IntoIterator<Item = RangeInclusive<u16>> {
        (!self.is_empty()).then(|| self.start..=self.end - 1)
    }
}

impl<const N: usize> ExpectedStatus for [u16; N] {
    fn ranges(self) -> impl IntoIterator<Item = RangeInclusive<u16>> {
        self.map(|status| status..=status)
    }
}

impl ExpectedStatus for &[u16] {
    fn ranges(self) -> impl IntoIterator<Item = RangeInclusive<u16>> {
        self.iter().map(|status| *status..=*status)
    }
}

/// 2xx and 3xx, unless the request says otherwise; in memory that the next request reuses.
#[derive(Debug, Default)]
#[repr(C)]
pub(super) struct ExpectedStatuses {
    is_given: bool,
    only: Vec<RangeInclusive<u16>>,
}

impl ExpectedStatuses {
    /// Back to 2xx and 3xx, for the next request.
    pub(super) fn reset(&mut self) {
        self.is_given = false;
    }

    /// Only these statuses are a success.
    pub(super) fn only(&mut self, statuses: impl ExpectedStatus) {
        self.is_given = true;
        self.only.clear();
        self.only.extend(statuses.ranges().into_iter().filter(|range| !range.is_empty()));
    }

    /// True if the request says which statuses it expects.
    pub(super) fn is_given(&self) -> bool {
        self.is_given
    }

    /// True if the request gave an empty list of statuses.
    pub(super) fn is_nothing(&self) -> bool {
        self.is_given && self.only.is_empty()
    }

    pub(super) fn contains(&self, status: u16) -> bool {
        match self.is_given {
            false => (200..400).contains(&status),
            true => self.only.iter().any(|range| range.contains(&status)),
        }
    }
}
