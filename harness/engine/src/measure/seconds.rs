//! Times as whole nanoseconds.

use std::time::Duration;

/// A time in whole nanoseconds; at most 584 years.
pub(super) fn nanoseconds(time: Duration) -> u64 {
    time.as_secs().saturating_mul(1_000_000_000).saturating_add(u64::from(time.subsec_nanos()))
}
