//! The seconds of the measured phase, one by one.

use std::collections::BTreeMap;
use std::time::Duration;

use super::Slice;

/// What each second saw. Sparse: a second, and a bucket of a second, exists once something fell into it.
#[derive(Debug, Clone)]
pub(crate) struct Slices {
    width: Duration,
    seconds: BTreeMap<u64, Tally>,
}

#[derive(Debug, Clone, Default)]
struct Tally {
    sent: u64,
    ok: u64,
    failed: u64,
    sum_ns: u128,
    max_ns: u64,
    buckets: BTreeMap<u32, u64>,
}

impl Default for Slices {
    fn default() -> Slices {
        Slices::of(Duration::from_secs(1))
    }
}

impl Slices {
    /// Slices of another length than a second.
    pub(crate) fn of(width: Duration) -> Slices {
        Slices { width, seconds: BTreeMap::new() }
    }

    /// A request was sent in one second and ended in another, or the same; both since the measurement began.
    pub(crate) fn record(&mut self, intended: Duration, done: Duration, is_ok: bool) {
        self.seconds.entry(self.index(intended)).or_default().sent += 1;
        let time_ns = u64::try_from(done.saturating_sub(intended).as_nanos()).unwrap_or(u64::MAX);
        let tally = self.seconds.entry(self.index(done)).or_default();
        if is_ok {
            tally.ok += 1;
        } else {
            tally.failed += 1;
        }
        tally.sum_ns += u128::from(time_ns);
        tally.max_ns = tally.max_ns.max(time_ns);
        *tally.buckets.entry(bucket_of(time_ns)).or_default() += 1;
    }

    fn index(&self, moment: Duration) -> u64 {
        (moment.as_nanos() / self.width.as_nanos()) as u64
    }

    pub(crate) fn merge(&mut self, other: Slices) {
        for (second, theirs) in other.seconds {
            let ours = self.seconds.entry(second).or_default();
            ours.sent += theirs.sent;
            ours.ok += theirs.ok;
            ours.failed += theirs.failed;
            ours.sum_ns += theirs.sum_ns;
            ours.max_ns = ours.max_ns.max(theirs.max_ns);
            for (bucket, count) in theirs.buckets {
                *ours.buckets.entry(bucket).or_default() += count;
            }
        }
    }

    /// Every second from the first to the last in which anything happened, quiet ones included.
    pub(crate) fn timeline(&self) -> Vec<Slice> {
        let Some(last) = self.seconds.keys().next_back() else { return Vec::new() };
        let quiet = Tally::default();
        let mut in_flight = 0;
        (0..=*last)
            .map(|second| {
                let tally = self.seconds.get(&second).unwrap_or(&quiet);
                // A request is sent before it ends, so the running sum cannot fall below zero.
                in_flight = (in_flight + tally.sent).saturating_sub(tally.ended());
                tally.slice(second, in_flight)
            })
            .collect()
    }
}

impl Tally {
    fn ended(&self) -> u64 {
        self.ok + self.failed
    }

    fn slice(&self, second: u64, in_flight: u64) -> Slice {
        let ended = self.ended();
        Slice {
            second,
            sent: self.sent,
            ok: self.ok,
            failed: self.failed,
            in_flight,
            mean_s: (ended > 0).then(|| self.sum_ns as f64 / ended as f64 / 1e9),
            p50_s: self.percentile_s(50),
            p95_s: self.percentile_s(95),
            p99_s: self.percentile_s(99),
            max_s: (ended > 0).then(|| self.max_ns as f64 / 1e9),
        }
    }

    fn percentile_s(&self, percent: u64) -> Option<f64> {
        let rank = (self.ended() * percent).div_ceil(100).max(1);
        let mut seen = 0;
        for (bucket, count) in &self.buckets {
            seen += count;
            if seen >= rank {
                return Some(end_of(*bucket).min(self.max_ns) as f64 / 1e9);
            }
        }
        None
    }
}

/// Buckets to an octave: a time is known to within 1/128.
const OCTAVE_BITS: u32 = 7;

/// The first bits of the time decide: 128 exact values, then 128 equal steps from each power of two to the next.
fn bucket_of(time_ns: u64) -> u32 {
    let shift = (u64::BITS - time_ns.leading_zeros()).saturating_sub(OCTAVE_BITS + 1);
    (shift << OCTAVE_BITS) + (time_ns >> shift) as u32
}

/// The greatest time of a bucket.
fn end_of(bucket: u32) -> u64 {
    let octave = 1 << OCTAVE_BITS;
    if bucket < 2 * octave {
        return u64::from(bucket);
    }
    let shift = (bucket >> OCTAVE_BITS) - 1;
    let step = u64::from(bucket - (shift << OCTAVE_BITS));
    (step << shift) + ((1 << shift) - 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    #[test]
    fn a_request_is_sent_in_one_second_and_ends_in_another() {
        let mut slices = Slices::default();
        slices.record(MS(500), MS(600), true);
        slices.record(MS(900), MS(3_100), false);
        let timeline = slices.timeline();
        let sent: Vec<u64> = timeline.iter().map(|slice| slice.sent).collect();
        let in_flight: Vec<u64> = timeline.iter().map(|slice| slice.in_flight).collect();
        assert_eq!((sent, in_flight), (vec![2, 0, 0, 0], vec![1, 1, 1, 0]));
        assert_eq!((timeline[0].ok, timeline[3].failed), (1, 1));
        assert_eq!(timeline[1].mean_s, None, "a quiet second has no mean");
        assert_eq!(timeline[3].max_s, Some(2.2));
    }

    proptest! {
        #[test]
        fn a_bucket_holds_its_time_to_within_a_hundred_and_twenty_eighth(time_ns in any::<u64>()) {
            let end = end_of(bucket_of(time_ns));
            prop_assert!(end >= time_ns);
            prop_assert!((end - time_ns) as f64 <= time_ns as f64 / 128.0);
        }
    }
}
