//! The clock of a process, and how it differs from the coordinator's.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use crate::clock::monotonic_time_ns;

/// The monotonic clock of this process.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct LocalClock {
    /// Tests have processes with other clocks.
    pub(super) ahead_ns: i64,
}

impl LocalClock {
    pub(super) fn now_ns(self) -> i64 {
        monotonic_time_ns() + self.ahead_ns
    }

    /// The instant at which this clock shows this time; now, if that was before the machine started.
    pub(super) fn instant_at(self, local_ns: i64) -> Instant {
        let (now, now_ns) = (Instant::now(), self.now_ns());
        let away = Duration::from_nanos(local_ns.abs_diff(now_ns));
        if local_ns >= now_ns { now + away } else { now.checked_sub(away).unwrap_or(now) }
    }
}

/// One question for the coordinator's time; all in nanoseconds, each on the clock of the process that read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ping {
    pub(super) sent_ns: i64,
    pub(super) received_ns: i64,
    /// The coordinator's time, read between the two.
    pub(super) coordinator_ns: i64,
}

/// How this process's clock differs from the coordinator's.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct ClockOffset {
    /// This clock less the coordinator's.
    pub(super) offset_ns: i64,
    /// The offset is wrong by at most this much: half of the round trip.
    pub(super) error_ns: u64,
}

impl ClockOffset {
    /// From the fastest of `pings`, because a slow one waited somewhere, and it is not known in which direction. `None` without a ping.
    pub(super) fn of(pings: &[Ping]) -> Option<ClockOffset> {
        let round_trip = |ping: &&Ping| ping.received_ns - ping.sent_ns;
        let fastest = pings.iter().min_by_key(round_trip)?;
        let half = round_trip(&fastest).unsigned_abs() / 2;
        let middle_ns = fastest.sent_ns + half as i64;
        Some(ClockOffset { offset_ns: middle_ns - fastest.coordinator_ns, error_ns: half })
    }

    /// A time of the coordinator on this clock.
    pub(super) fn local_ns(self, coordinator_ns: i64) -> i64 {
        coordinator_ns + self.offset_ns
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_fastest_ping_decides() {
        let slow = Ping { sent_ns: 1_000, received_ns: 9_000, coordinator_ns: 2_000 };
        let fast = Ping { sent_ns: 20_000, received_ns: 20_400, coordinator_ns: 15_200 };
        assert_eq!(ClockOffset::of(&[slow, fast]), Some(ClockOffset { offset_ns: 5_000, error_ns: 200 }));
        assert_eq!(ClockOffset::of(&[]), None);
    }

    proptest! {
        #[test]
        fn the_error_bounds_how_wrong_the_offset_is(
            offset_ns in -10_000_000_000i64..10_000_000_000, there_ns in 0i64..50_000_000, back_ns in 0i64..50_000_000,
        ) {
            let sent_ns = 7_000_000_000;
            let ping = Ping { sent_ns, received_ns: sent_ns + there_ns + back_ns, coordinator_ns: sent_ns + there_ns - offset_ns };
            let found = ClockOffset::of(&[ping]).unwrap();
            prop_assert!((found.offset_ns - offset_ns).unsigned_abs() <= found.error_ns + 1);
            prop_assert!(found.error_ns <= ((there_ns + back_ns) / 2) as u64);
        }
    }
}
