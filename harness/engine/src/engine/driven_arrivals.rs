//! When each arrival of a driven open load is due. Pure.

use std::time::Duration;

use super::arrival_schedule::{arrivals_seed, exponential_gap};
use super::share::WorkerShare;
use crate::seeded::SplitMix64;
use crate::workload::Spacing;

/// The rates that were asked for so far, each with the time from which it applies, since the run began.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct DrivenRates(Vec<(Duration, f64)>);

impl DrivenRates {
    pub(super) fn starting(per_s: f64) -> DrivenRates {
        DrivenRates(vec![(Duration::ZERO, per_s)])
    }

    /// From `from` on another rate applies; changes come in order of time.
    pub(super) fn change(&mut self, from: Duration, per_s: f64) {
        self.0.push((from, per_s));
    }

    /// The rate at `at`.
    pub(super) fn at(&self, at: Duration) -> f64 {
        self.0.iter().take_while(|(from, _)| *from <= at).last().map_or(0.0, |(_, per_s)| *per_s)
    }

    /// When the rate changes next after `at`, as far as is known.
    pub(super) fn next_change(&self, at: Duration) -> Option<Duration> {
        self.0.iter().map(|(from, _)| *from).find(|from| *from > at)
    }
}

/// One worker's arrivals at one rate, without an end.
///
/// Evenly spaced, the i-th arrival of all workers is due where the cumulated rate since the beginning of the segment is i + ½;
/// Poisson arrivals have exponential gaps. The workers take turns.
#[derive(Debug, Clone)]
pub(super) struct SegmentArrivals {
    from: Duration,
    per_s: f64,
    gaps: SegmentGaps,
    next: u64,
    step: u64,
}

#[derive(Debug, Clone, Copy)]
enum SegmentGaps {
    Even,
    /// `drawn` gaps add up to `cumulated`.
    Exponential {
        seed: u64,
        drawn: u64,
        cumulated: f64,
    },
}

impl SegmentArrivals {
    /// The arrivals of `share` at `per_s` from `from` on, since the run began.
    pub(super) fn new(from: Duration, per_s: f64, spacing: Spacing, seed: u64, share: WorkerShare) -> SegmentArrivals {
        let gaps = match spacing {
            Spacing::Even => SegmentGaps::Even,
            // Each segment has other gaps, the same for all workers.
            Spacing::Poisson => {
                let seed = SplitMix64::nth(arrivals_seed(seed), from.as_nanos() as u64);
                SegmentGaps::Exponential { seed, drawn: 0, cumulated: 0.0 }
            }
        };
        SegmentArrivals { from, per_s, gaps, next: share.index as u64, step: share.workers.max(1) as u64 }
    }

    /// When the segment begins.
    pub(super) fn from(&self) -> Duration {
        self.from
    }
}

impl Iterator for SegmentArrivals {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        if self.per_s <= 0.0 {
            return None;
        }
        let index = self.next;
        self.next += self.step;
        let target = match &mut self.gaps {
            SegmentGaps::Even => index as f64 + 0.5,
            SegmentGaps::Exponential { seed, drawn, cumulated } => {
                // The gaps of the other workers' arrivals lie in between.
                *cumulated += (*drawn..=index).map(|number| exponential_gap(*seed, number)).sum::<f64>();
                *drawn = index + 1;
                *cumulated
            }
        };
        let after = Duration::try_from_secs_f64(target / self.per_s).unwrap_or(Duration::MAX);
        Some(self.from.saturating_add(after))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    fn segment(spacing: Spacing, index: usize, workers: usize) -> SegmentArrivals {
        SegmentArrivals::new(MS(1_000), 4.0, spacing, 7, WorkerShare { index, workers })
    }

    #[test]
    fn the_ith_arrival_is_due_where_the_cumulated_rate_is_i_and_a_half() {
        let times: Vec<Duration> = segment(Spacing::Even, 0, 1).take(4).collect();
        assert_eq!(times, [1_125, 1_375, 1_625, 1_875].map(MS));
    }

    #[test]
    fn the_workers_share_the_arrivals_of_one_worker() {
        for spacing in [Spacing::Even, Spacing::Poisson] {
            let alone: Vec<Duration> = segment(spacing, 0, 1).take(300).collect();
            let mut shared: Vec<Duration> = (0..3).flat_map(|index| segment(spacing, index, 3).take(100)).collect();
            shared.sort_unstable();
            assert!(alone.iter().zip(&shared).all(|(one, other)| one.abs_diff(*other) < Duration::from_nanos(10)));
        }
    }

    #[test]
    fn poisson_arrivals_have_the_rate_in_the_mean_and_differ_between_segments() {
        let times: Vec<Duration> = segment(Spacing::Poisson, 0, 1).take(10_000).collect();
        let mean_gap_s = (times[9_999] - MS(1_000)).as_secs_f64() / 10_000.0;
        assert!((0.24..0.26).contains(&mean_gap_s), "{mean_gap_s}");
        let later = SegmentArrivals::new(MS(2_000), 4.0, Spacing::Poisson, 7, WorkerShare::ALL).next();
        assert_ne!(later.map(|at| at - MS(1_000)), Some(times[0]));
    }

    #[test]
    fn a_rate_of_0_has_no_arrival_and_a_tiny_one_is_no_overflow() {
        assert_eq!(SegmentArrivals::new(MS(0), 0.0, Spacing::Even, 0, WorkerShare::ALL).next(), None);
        let tiny = SegmentArrivals::new(MS(1), f64::MIN_POSITIVE, Spacing::Even, 0, WorkerShare::ALL).next();
        assert_eq!(tiny, Some(Duration::MAX));
    }

    #[test]
    fn a_rate_applies_from_its_time_on_and_the_last_of_two_at_once_counts() {
        let mut rates = DrivenRates::starting(100.0);
        rates.change(MS(500), 300.0);
        rates.change(MS(900), 10.0);
        rates.change(MS(900), 50.0);
        assert_eq!([0, 499, 500, 899, 900].map(|ms| rates.at(MS(ms))), [100.0, 100.0, 300.0, 300.0, 50.0]);
        assert_eq!([0, 500, 900].map(|ms| rates.next_change(MS(ms))), [Some(MS(500)), Some(MS(900)), None]);
    }
}
