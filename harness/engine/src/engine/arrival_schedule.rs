//! When each arrival of an open workload is due. Pure: the stages alone decide, no clock and no worker.

#[cfg(test)]
mod tests;

use std::time::Duration;

use super::share::WorkerShare;
use crate::seeded::{SplitMix64, unit};
use crate::workload::{Spacing, Stage};

/// A rate that adds up to a whole number of arrivals may miss it by this much in floating point.
const ROUNDING: f64 = 1e-6;
/// Makes the seed of the arrivals different from those of the users, which come from the same number.
const ARRIVALS: u64 = 0xa11_17a1;

/// The intended times of all arrivals, since the beginning of the plan.
///
/// The i-th arrival is due when the cumulated rate is i + ½. Their number is the integral of the rate, rounded to the
/// nearest. There are just as many Poisson arrivals: their gaps are exponential, and scaled so that exactly the planned
/// number fits, which is the distribution of Poisson arrivals whose number is known.
#[derive(Debug, Clone)]
pub(super) struct ArrivalSchedule {
    ramps: Vec<Ramp>,
    arrivals: u64,
    length: Duration,
    gaps: Gaps,
}

/// A stage with its place in time and in the count of arrivals.
#[derive(Debug, Clone, Copy)]
struct Ramp {
    begins_s: f64,
    over_s: f64,
    from_per_s: f64,
    to_per_s: f64,
    /// The cumulated rate at its beginning and at its end.
    before: f64,
    after: f64,
}

#[derive(Debug, Clone, Copy)]
enum Gaps {
    Even,
    Exponential { seed: u64, scale: f64 },
}

impl ArrivalSchedule {
    /// The plan of `stages`, one after the other.
    pub(super) fn new(stages: &[Stage], spacing: Spacing, seed: u64) -> ArrivalSchedule {
        let (mut begins_s, mut before) = (0.0, 0.0);
        let ramps: Vec<Ramp> = stages
            .iter()
            .map(|stage| {
                let (over_s, from_per_s, to_per_s) = (stage.over.as_secs_f64(), stage.from, stage.to);
                let after = before + (from_per_s + to_per_s) / 2.0 * over_s;
                let ramp = Ramp { begins_s, over_s, from_per_s, to_per_s, before, after };
                (begins_s, before) = (begins_s + over_s, after);
                ramp
            })
            .collect();
        let arrivals = (before + 0.5 + ROUNDING).floor().max(0.0) as u64;
        let gaps = match spacing {
            Spacing::Even => Gaps::Even,
            Spacing::Poisson => {
                let seed = arrivals_seed(seed);
                let sum: f64 = (0..=arrivals).map(|number| exponential_gap(seed, number)).sum();
                Gaps::Exponential { seed, scale: before / sum }
            }
        };
        ArrivalSchedule { ramps, arrivals, length: stages.iter().map(|stage| stage.over).sum(), gaps }
    }

    /// A plan without any arrival.
    pub(super) fn empty() -> ArrivalSchedule {
        ArrivalSchedule::new(&[], Spacing::Even, 0)
    }

    /// The same plan, cut after `most` arrivals if it holds more.
    pub(super) fn of_at_most(mut self, most: u64) -> ArrivalSchedule {
        if most < self.arrivals {
            self.arrivals = most;
            self.length = self.of_worker(WorkerShare { index: 0, workers: 1 }).last().unwrap_or_default();
        }
        self
    }

    /// How many arrivals the plan holds.
    pub(super) fn arrivals(&self) -> u64 {
        self.arrivals
    }

    /// How long the plan lasts.
    pub(super) fn length(&self) -> Duration {
        self.length
    }

    /// The arrivals of one worker; the workers take turns. Together the workers' arrivals are the whole plan, and no two workers
    /// start one at the same time.
    pub(super) fn of_worker(&self, share: WorkerShare) -> WorkerArrivals<'_> {
        let (next, step) = (share.index as u64, share.workers.max(1) as u64);
        WorkerArrivals { schedule: self, next, step, drawn: 0, cumulated: 0.0 }
    }

    /// When the cumulated rate reaches `target`.
    fn time_of(&self, target: f64) -> Duration {
        let place = self.ramps.partition_point(|ramp| ramp.after < target).min(self.ramps.len().saturating_sub(1));
        let time = self.ramps.get(place).map_or(0.0, |ramp| ramp.begins_s + ramp.time_of(target - ramp.before));
        Duration::from_secs_f64(time).min(self.length)
    }
}

impl Ramp {
    /// Solves from·t + (to − from)/(2·over)·t² = `arrivals`, in the form that loses no digits and needs no special case.
    fn time_of(&self, arrivals: f64) -> f64 {
        if arrivals <= 0.0 {
            return 0.0;
        }
        let slope = (self.to_per_s - self.from_per_s) / self.over_s;
        let rate_then = (self.from_per_s.powi(2) + 2.0 * slope * arrivals).max(0.0).sqrt();
        (2.0 * arrivals / (self.from_per_s + rate_then)).clamp(0.0, self.over_s)
    }
}

/// The due times of one worker's arrivals, in order.
#[derive(Debug, Clone)]
pub(super) struct WorkerArrivals<'a> {
    schedule: &'a ArrivalSchedule,
    next: u64,
    step: u64,
    /// How many gaps have been drawn, and their sum.
    drawn: u64,
    cumulated: f64,
}

impl Iterator for WorkerArrivals<'_> {
    type Item = Duration;

    fn next(&mut self) -> Option<Duration> {
        if self.next >= self.schedule.arrivals {
            return None;
        }
        let index = self.next;
        self.next += self.step;
        let target = match self.schedule.gaps {
            Gaps::Even => index as f64 + 0.5,
            Gaps::Exponential { seed, scale } => {
                // The gaps of the other workers' arrivals lie in between. Added one by one, so that the sum does not depend on how
                // many workers there are.
                let gaps = (self.drawn..=index).map(|number| exponential_gap(seed, number));
                self.cumulated = gaps.fold(self.cumulated, |cumulated, gap| cumulated + gap);
                self.drawn = index + 1;
                self.cumulated * scale
            }
        };
        Some(self.schedule.time_of(target))
    }
}

/// The seed of the gaps, from that of a run.
pub(super) fn arrivals_seed(seed: u64) -> u64 {
    seed ^ ARRIVALS
}

/// The gap with this number of a sequence of exponential gaps whose mean is 1.
pub(super) fn exponential_gap(seed: u64, number: u64) -> f64 {
    // 1 − u is never 0, where the logarithm is infinite.
    -(1.0 - unit(SplitMix64::nth(seed, number))).ln()
}
