//! Which statuses a request calls a success.

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

/// 2xx and 3xx, unless the request says otherwise; in memory that the next request uses again.
#[derive(Debug, Default)]
pub(crate) struct Expected {
    is_said: bool,
    only: Vec<RangeInclusive<u16>>,
}

impl Expected {
    /// Forgets what a request said.
    pub(crate) fn forget(&mut self) {
        self.is_said = false;
        self.only.clear();
    }

    /// These statuses alone are a success.
    pub(crate) fn only(&mut self, statuses: impl ExpectedStatus) {
        self.forget();
        self.is_said = true;
        self.only.extend(statuses.ranges().into_iter().filter(|range| !range.is_empty()));
    }

    /// The request named statuses, and there are none.
    pub(crate) fn is_nothing(&self) -> bool {
        self.is_said && self.only.is_empty()
    }

    pub(crate) fn holds(&self, status: u16) -> bool {
        match self.is_said {
            false => (200..400).contains(&status),
            true => self.only.iter().any(|range| range.contains(&status)),
        }
    }
}
