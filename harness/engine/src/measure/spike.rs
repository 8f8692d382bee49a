//! How long a server takes to recover from a surge: [`SpikeFigures`].

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::json;
use super::slices::Slices;
use super::stage::StageBounds;
use super::time_slice::TimeSlice;

/// The name of the stage that is the surge.
pub(super) const SPIKE: &str = "spike";
/// The length of the slices from which recovery is computed: its resolution.
pub(super) const WIDTH: Duration = Duration::from_millis(250);
/// The response time must stay within the band for this many slices, which are one second.
const STAYS: usize = 4;
/// With fewer slices before the surge there is no band.
const LEAST_BEFORE: usize = 4;
const DEVIATIONS: f64 = 3.0;
const SHARE: f64 = 0.10;
/// The generator may be late by this much without a warning.
const LEAST_REACH_S: f64 = 0.000_5;

/// The effect of a surge on response times.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SpikeFigures {
    /// Mean of the medians of the slices before the surge.
    #[serde(serialize_with = "json::figure")]
    pub before_s: Option<f64>,
    /// The upper end of the band within which the response time counts as recovered: that mean and the greatest of
    /// three standard deviations of the medians, a tenth of the mean, and half a millisecond. `None` when the time
    /// before the surge was too short.
    #[serde(serialize_with = "json::figure")]
    pub band_s: Option<f64>,
    /// From the end of the surge until the median of a slice is within the band and stays there for a second, with a
    /// resolution of a quarter of a second; `None` if this had not happened when the measurement ended.
    #[serde(serialize_with = "json::figure")]
    pub recovery_s: Option<f64>,
}

/// A surge, and the requests of the whole measurement in slices of [`WIDTH`].
#[derive(Debug, Clone)]
#[cfg_attr(feature = "cluster", derive(serde::Serialize, serde::Deserialize))]
pub(super) struct SpikeSlices {
    pub(super) bounds: StageBounds,
    pub(super) slices: Slices,
}

impl SpikeFigures {
    /// Computed from slices of [`WIDTH`]. Requests belong to the slice in which they ended, as a waiting caller sees it.
    ///
    /// A backlog of (ρ−1)·T requests, and the time that it adds, is gone after (ρ−1)·T ÷ (1−ρ₀).
    pub(super) fn of(slices: &[TimeSlice], spike: &StageBounds) -> SpikeFigures {
        let index = |moment: Duration| (moment.as_secs_f64() / WIDTH.as_secs_f64()) as usize;
        let before = &slices[..index(spike.begins).min(slices.len())];
        let medians: Vec<f64> = before.iter().filter_map(|slice| slice.p50_s).collect();
        if medians.len() < LEAST_BEFORE {
            return SpikeFigures::default();
        }
        let (mean_s, deviation_s) = mean_and_deviation(&medians);
        let band_s = mean_s + (DEVIATIONS * deviation_s).max(SHARE * mean_s).max(LEAST_REACH_S);
        let after = &slices[index(spike.ends).min(slices.len())..];
        let recovery_s = first_calm(after, band_s).map(|slices| slices as f64 * WIDTH.as_secs_f64());
        SpikeFigures { before_s: Some(mean_s), band_s: Some(band_s), recovery_s }
    }
}

/// The first slice that begins a calm second: it is calm, and no slice of that second is not.
fn first_calm(slices: &[TimeSlice], band_s: f64) -> Option<usize> {
    let calm: Vec<Option<bool>> = (0..slices.len()).map(|index| is_calm(slices, index, band_s)).collect();
    calm.windows(STAYS).position(|second| second[0] == Some(true) && !second.contains(&Some(false)))
}

/// `None` if no request ended in the slice, and none shows that the server was silent.
///
/// Users that wait for a silent server begin nothing, so that one slow response of each is all that a freeze leaves behind, too few
/// to move a median. But what is open where a slice without an end ends, and still is where the next such slice does, has
/// waited for at least that long.
fn is_calm(slices: &[TimeSlice], index: usize, band_s: f64) -> Option<bool> {
    let slice = &slices[index];
    if let Some(median_s) = slice.p50_s {
        return Some(median_s <= band_s && slice.ok >= slice.failed);
    }
    let is_silent = |slice: &&TimeSlice| slice.p50_s.is_none() && slice.in_flight > 0;
    let before = slices[..index].iter().rev().take_while(is_silent).count();
    let after = slices[index + 1..].iter().take_while(is_silent).count();
    let waited_s = (before + after) as f64 * WIDTH.as_secs_f64();
    (slice.in_flight > 0 && waited_s > band_s).then_some(false)
}

fn mean_and_deviation(values: &[f64]) -> (f64, f64) {
    let count = values.len() as f64;
    let mean = values.iter().sum::<f64>() / count;
    let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (count - 1.0);
    (mean, variance.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::sample::Moments;
    use crate::measure::seconds::nanoseconds;

    const S: fn(u64) -> Duration = Duration::from_secs;

    /// A surge from 5 to 10 s.
    fn spike() -> StageBounds {
        StageBounds { name: SPIKE.to_owned(), from: 300.0, to: 300.0, begins: S(5), ends: S(10) }
    }

    /// One server that serves `capacity` requests a second, first in first out.
    fn queue(base_per_s: f64, peak_per_s: f64, capacity: f64, until_s: f64) -> Vec<TimeSlice> {
        let (mut slices, mut due_s, mut free_s) = (Slices::of(WIDTH), 0.0, 0.0f64);
        while due_s < until_s {
            let rate_per_s = if (5.0..10.0).contains(&due_s) { peak_per_s } else { base_per_s };
            free_s = free_s.max(due_s) + 1.0 / capacity;
            let [due_ns, free_ns] = [due_s, free_s].map(|at_s| nanoseconds(Duration::from_secs_f64(at_s)));
            slices.record(Moments { intended_ns: due_ns, sent_ns: due_ns, done_ns: free_ns }, true);
            due_s += 1.0 / rate_per_s;
        }
        slices.timeline()
    }

    #[test]
    fn recovery_is_the_closed_form_of_an_overloaded_queue() {
        // ρ = 1.5 for 5 s, then 0.5: (1.5 − 1) × 5 ÷ (1 − 0.5) = 5 s, to a quarter of a second.
        let figures = SpikeFigures::of(&queue(100.0, 300.0, 200.0, 25.0), &spike());
        let recovery_s = figures.recovery_s.expect("it recovers");
        assert!((recovery_s - 5.0).abs() <= 0.25, "{figures:?}");
        assert!((figures.before_s.expect("a band") - 0.005).abs() < 1e-4, "{figures:?}");
    }

    #[test]
    fn a_server_that_the_surge_does_not_move_recovers_at_once() {
        assert_eq!(SpikeFigures::of(&queue(100.0, 150.0, 200.0, 20.0), &spike()).recovery_s, Some(0.0));
    }

    #[test]
    fn a_measurement_that_ends_before_the_backlog_does_has_no_recovery() {
        let figures = SpikeFigures::of(&queue(100.0, 300.0, 200.0, 12.0)[..48], &spike());
        assert_eq!(figures.recovery_s, None);
        assert!(figures.band_s.is_some());
    }

    #[test]
    fn a_surge_from_the_start_leaves_nothing_to_compare_with() {
        let spike = StageBounds { begins: Duration::from_millis(500), ..spike() };
        assert_eq!(SpikeFigures::of(&queue(100.0, 300.0, 200.0, 20.0), &spike), SpikeFigures::default());
    }

    /// Users, each of which waits for its answer of `time_s` before it asks again, of a server that is silent for a while.
    fn users(count: usize, time_s: f64, silent_s: std::ops::Range<f64>) -> Vec<TimeSlice> {
        let mut slices = Slices::of(WIDTH);
        for user in 0..count {
            let mut at_s = time_s * user as f64 / count as f64;
            while at_s < 20.0 {
                let mut done_s = at_s + time_s;
                if at_s < silent_s.end && done_s > silent_s.start {
                    done_s = done_s.max(silent_s.end);
                }
                let [at_ns, done_ns] = [at_s, done_s].map(|moment_s| nanoseconds(Duration::from_secs_f64(moment_s)));
                slices.record(Moments { intended_ns: at_ns, sent_ns: at_ns, done_ns }, true);
                at_s = done_s;
            }
        }
        slices.timeline()
    }

    #[test]
    fn a_server_that_falls_silent_after_the_surge_has_not_recovered() {
        let recovery_s = |slices: &[TimeSlice]| SpikeFigures::of(slices, &spike()).recovery_s;
        assert_eq!(recovery_s(&users(20, 0.001, 0.0..0.0)), Some(0.0));
        assert_eq!(recovery_s(&users(20, 0.001, 10.3..11.2)), Some(1.0), "nothing ends from 10.3 to 11.2 s");
    }

    #[test]
    fn a_slow_server_whose_slices_are_often_empty_is_calm() {
        // Answers of 0.9 s come once in 0.9 s, here at 10.8 s, and between them nothing ends.
        assert_eq!(SpikeFigures::of(&users(1, 0.9, 0.0..0.0), &spike()).recovery_s, Some(0.75));
    }

    #[test]
    fn failing_fast_is_not_recovering() {
        let mut slices = queue(100.0, 300.0, 200.0, 25.0);
        slices.iter_mut().skip(40).for_each(|slice| {
            (slice.failed, slice.ok) = (slice.ok, 0);
            slice.p50_s = Some(0.000_1);
        });
        assert_eq!(SpikeFigures::of(&slices, &spike()).recovery_s, None);
    }
}
