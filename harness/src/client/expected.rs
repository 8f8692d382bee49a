//! Which statuses a request calls a success.

use std::ops::{Range, RangeInclusive};

/// One or more statuses that a request expects: `404`, `200..300`, `200..=204`, `[200, 404]`.
pub trait ExpectedStatus {
    /// The statuses, as ranges.
    fn ranges(self) -> Vec<RangeInclusive<u16>>;
}

impl ExpectedStatus for u16 {
    fn ranges(self) -> Vec<RangeInclusive<u16>> {
        vec![self..=self]
    }
}

impl ExpectedStatus for RangeInclusive<u16> {
    fn ranges(self) -> Vec<RangeInclusive<u16>> {
        vec![self]
    }
}

impl ExpectedStatus for Range<u16> {
    fn ranges(self) -> Vec<RangeInclusive<u16>> {
        if self.is_empty() { Vec::new() } else { vec![self.start..=self.end - 1] }
    }
}

impl<const N: usize> ExpectedStatus for [u16; N] {
    fn ranges(self) -> Vec<RangeInclusive<u16>> {
        self.map(|status| status..=status).into()
    }
}

impl ExpectedStatus for &[u16] {
    fn ranges(self) -> Vec<RangeInclusive<u16>> {
        self.iter().map(|status| *status..=*status).collect()
    }
}

/// 2xx and 3xx, unless the request says otherwise.
#[derive(Debug)]
pub(super) enum Expected {
    Success,
    Only(Vec<RangeInclusive<u16>>),
}

impl Expected {
    pub(super) fn holds(&self, status: u16) -> bool {
        match self {
            Expected::Success => (200..400).contains(&status),
            Expected::Only(ranges) => ranges.iter().any(|range| range.contains(&status)),
        }
    }
}
