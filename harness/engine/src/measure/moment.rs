//! A point in time of a run in eight bytes: [`Moment`].

use std::num::NonZeroU64;
use std::time::Duration;

use super::seconds::nanoseconds;

/// A point in time of a run, in nanoseconds since the run began.
///
/// It has half the size of a `Duration`, also as an `Option`, and is compared and subtracted in one instruction: each request
/// keeps several.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment {
    /// One more than the nanoseconds, so that `None` needs no space of its own.
    one_more: NonZeroU64,
}

/// The beginning of the run.
impl Default for Moment {
    fn default() -> Moment {
        Moment::at_ns(0)
    }
}

impl Moment {
    /// So long after the run began. 584 years fit, so no run is too long.
    #[inline]
    pub fn after(since_start: Duration) -> Moment {
        Moment::at_ns(nanoseconds(since_start))
    }

    /// So many nanoseconds after the start.
    #[inline]
    pub fn at_ns(since_start_ns: u64) -> Moment {
        Moment { one_more: NonZeroU64::MIN.saturating_add(since_start_ns) }
    }

    /// Nanoseconds since the run began.
    #[inline]
    pub fn ns(self) -> u64 {
        self.one_more.get() - 1
    }

    /// Time since the run began.
    #[inline]
    pub fn since_start(self) -> Duration {
        Duration::from_nanos(self.ns())
    }

    /// The time from `earlier` to this moment; zero if that is later.
    #[inline]
    pub fn since(self, earlier: Moment) -> Duration {
        Duration::from_nanos(self.ns().saturating_sub(earlier.ns()))
    }

    /// So many nanoseconds later.
    #[inline]
    pub fn later_by_ns(self, time_ns: u64) -> Moment {
        Moment { one_more: self.one_more.saturating_add(time_ns) }
    }

    /// So much later.
    #[inline]
    pub fn later_by(self, time: Duration) -> Moment {
        self.later_by_ns(nanoseconds(time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_moment_is_a_time_since_the_run_began_in_eight_bytes_and_so_is_none() {
        assert_eq!((size_of::<Moment>(), size_of::<Option<Moment>>()), (8, 8));
        assert_eq!((Moment::after(Duration::ZERO).ns(), Moment::after(MS(5)).since_start()), (0, MS(5)));
        assert!(Moment::after(MS(5)) < Moment::after(MS(6)));
    }

    #[test]
    fn differences_are_never_negative_and_no_sum_wraps_around() {
        let (five, seven) = (Moment::after(MS(5)), Moment::after(MS(5)).later_by(MS(2)));
        assert_eq!((seven.since(five), five.since(seven)), (MS(2), Duration::ZERO));
        assert_eq!(seven.later_by(Duration::MAX), Moment::after(Duration::MAX));
        assert_eq!(Moment::at_ns(u64::MAX), Moment::after(Duration::MAX));
    }
}
