//! From the first start of many requests to the last end.

use std::time::Duration;

use super::sample::Moments;
use super::seconds::nanoseconds;

/// From the first start to the last end, since the run began; an empty span has a start after its end.
#[derive(Debug, Clone, Copy)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct Span {
    first_ns: u64,
    last_ns: u64,
}

impl Default for Span {
    fn default() -> Span {
        Span { first_ns: u64::MAX, last_ns: 0 }
    }
}

impl Span {
    pub(super) fn between(first: Duration, last: Duration) -> Span {
        Span { first_ns: nanoseconds(first), last_ns: nanoseconds(last) }
    }

    pub(super) fn widen(&mut self, moments: Moments) {
        self.merge(Span { first_ns: moments.intended_ns, last_ns: moments.done_ns });
    }

    pub(super) fn merge(&mut self, other: Span) {
        self.first_ns = self.first_ns.min(other.first_ns);
        self.last_ns = self.last_ns.max(other.last_ns);
    }

    /// What has begun lasts at least so long.
    pub(super) fn at_least(&mut self, planned: Span) {
        if !self.is_empty() {
            self.merge(planned);
        }
    }

    /// The same, later by so much.
    pub(super) fn postpone(&mut self, by_ns: u64) {
        if !self.is_empty() {
            (self.first_ns, self.last_ns) = (self.first_ns + by_ns, self.last_ns + by_ns);
        }
    }

    /// Its end.
    pub(super) fn last(self) -> Option<Duration> {
        (!self.is_empty()).then(|| Duration::from_nanos(self.last_ns))
    }

    /// Its beginning and its end.
    pub(super) fn ends(self) -> Option<(Duration, Duration)> {
        (!self.is_empty()).then(|| (Duration::from_nanos(self.first_ns), Duration::from_nanos(self.last_ns)))
    }

    pub(super) fn length(self) -> Option<Duration> {
        (!self.is_empty()).then(|| Duration::from_nanos(self.last_ns.saturating_sub(self.first_ns)))
    }

    pub(super) fn is_empty(self) -> bool {
        self.first_ns == u64::MAX
    }
}
