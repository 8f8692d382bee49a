//! Limits on values that are known before the run, so that what lies beyond them is counted and not read from buckets.

/// A limit of a threshold on a recorded value.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub struct ValueLimit {
    /// The value's name.
    pub name: String,
    /// The limit.
    pub limit: f64,
}

/// How many values lie on which side of a limit.
#[derive(Debug, Clone, Copy, PartialEq)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct ValueLimitCount {
    pub(super) limit: f64,
    below: u64,
    equal: u64,
    least_above: f64,
}

impl ValueLimitCount {
    pub(super) fn new(limit: f64) -> ValueLimitCount {
        ValueLimitCount { limit, below: 0, equal: 0, least_above: f64::INFINITY }
    }

    pub(super) fn add(&mut self, value: f64) {
        if value < self.limit {
            self.below += 1;
        } else if value > self.limit {
            self.least_above = self.least_above.min(value);
        } else {
            self.equal += 1;
        }
    }

    pub(super) fn merge(&mut self, other: &ValueLimitCount) {
        self.below += other.below;
        self.equal += other.equal;
        self.least_above = self.least_above.min(other.least_above);
    }

    /// The value at this place, counted from 1 and from the lowest, that was read from buckets as `read`, which is no greater: on the
    /// side of the limit on which it is.
    pub(super) fn on_its_side(&self, rank: u64, read: f64) -> f64 {
        if rank <= self.below {
            read
        } else if rank <= self.below + self.equal {
            self.limit
        } else {
            read.max(self.least_above)
        }
    }
}
