//! When a benchmark is warm, and when its mean is known well enough.

use std::time::Duration;

use crate::measure::Precision;
use crate::statistics::{Batch, MeanEstimate, halves_differ, is_steady};

/// Shortest slice: fast tests then need 300 ms for the six slices that show them steady.
const SLICE: Duration = Duration::from_millis(50);
/// A slice of the warm-up holds at least so many iterations.
const SLICE_ITERATIONS: u64 = 3;
const LONGEST_WARMUP: Duration = Duration::from_secs(6);

const PRECISE: f64 = 0.02;
const LEAST_SAMPLES: u64 = 200;
const LEAST_TIME: Duration = Duration::from_secs(1);
const LONGEST_TIME: Duration = Duration::from_secs(15);
/// What a test must have that is too slow for `LEAST_SAMPLES` in `LONGEST_TIME`.
const LEAST_SAMPLES_OF_A_SLOW_TEST: u64 = 10;
const LONGEST_TIME_OF_A_SLOW_TEST: Duration = Duration::from_secs(30);

/// The times of one benchmark's iterations, slice by slice. Knows no clock: every time is handed in.
#[derive(Debug, Default)]
pub(super) struct Benchmark {
    warmup: Slices,
    measured: Slices,
    steady: bool,
    precise: bool,
}

#[derive(Debug, Default)]
struct Slices {
    closed: Vec<Batch>,
    current: Batch,
    current_since: Option<Duration>,
    since: Option<Duration>,
    samples: u64,
}

impl Benchmark {
    /// An iteration of the warm-up.
    pub(super) fn warm(&mut self, begin: Duration, end: Duration) {
        if self.warmup.add(begin, end, SLICE_ITERATIONS) {
            self.steady = is_steady(&self.warmup.closed);
        }
    }

    /// An iteration of the measurement.
    pub(super) fn measure(&mut self, begin: Duration, end: Duration) {
        if self.measured.add(begin, end, 1) {
            self.precise =
                MeanEstimate::of(&self.measured.closed).is_some_and(|mean| mean.relative_half_width() <= PRECISE);
        }
    }

    /// True when the times are steady, or it took too long.
    pub(super) fn is_warm(&self, now: Duration) -> bool {
        self.steady || self.warmup.elapsed(now) >= LONGEST_WARMUP
    }

    /// True when the mean is known well enough, or it took too long.
    pub(super) fn is_done(&self, now: Duration) -> bool {
        let (elapsed, samples) = (self.measured.elapsed(now), self.measured.samples);
        match elapsed {
            _ if elapsed >= LONGEST_TIME_OF_A_SLOW_TEST => true,
            _ if elapsed >= LONGEST_TIME => samples >= LEAST_SAMPLES_OF_A_SLOW_TEST,
            _ => elapsed >= LEAST_TIME && samples >= LEAST_SAMPLES && self.precise,
        }
    }

    /// How precise the mean is; `None` if there were too few iterations to say.
    pub(super) fn precision(mut self) -> Option<Precision> {
        self.measured.close();
        let slices = &self.measured.closed;
        Some(Precision {
            half_width: MeanEstimate::of(slices)?.relative_half_width(),
            drifting: halves_differ(slices),
            steady: self.steady,
            warmup: self
                .measured
                .since
                .zip(self.warmup.since)
                .map(|(end, begin)| end.saturating_sub(begin))
                .unwrap_or_default(),
        })
    }
}

impl Slices {
    /// True if the iteration closed its slice.
    fn add(&mut self, begin: Duration, end: Duration, least_iterations: u64) -> bool {
        self.since.get_or_insert(begin);
        let slice_since = *self.current_since.get_or_insert(begin);
        self.current.add(end.saturating_sub(begin).as_secs_f64());
        self.samples += 1;
        let full = end.saturating_sub(slice_since) >= SLICE && self.current.samples >= least_iterations;
        if full {
            self.close();
        }
        full
    }

    fn close(&mut self) {
        if self.current.samples > 0 {
            self.closed.push(std::mem::take(&mut self.current));
        }
        self.current_since = None;
    }

    fn elapsed(&self, now: Duration) -> Duration {
        self.since.map(|since| now.saturating_sub(since)).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MS: fn(u64) -> Duration = Duration::from_millis;

    /// Runs iterations as long as `next_ms` says, from `now` on, until `ready`; returns when that was.
    fn run(
        benchmark: &mut Benchmark,
        mut now: Duration,
        feed: fn(&mut Benchmark, Duration, Duration),
        ready: fn(&Benchmark, Duration) -> bool,
        mut next_ms: impl FnMut(u64) -> u64,
    ) -> Duration {
        let mut iteration = 0;
        while !ready(benchmark, now) {
            let end = now + MS(next_ms(iteration));
            feed(benchmark, now, end);
            (now, iteration) = (end, iteration + 1);
        }
        now
    }

    #[test]
    fn a_fast_test_is_warm_after_six_slices() {
        let mut benchmark = Benchmark::default();
        // Slices of 50 iterations of 1 ms.
        assert_eq!(run(&mut benchmark, MS(0), Benchmark::warm, Benchmark::is_warm, |_| 1), MS(300));
        assert!(benchmark.steady);
    }

    #[test]
    fn a_slow_test_has_slices_of_three_iterations() {
        let mut benchmark = Benchmark::default();
        assert_eq!(run(&mut benchmark, MS(0), Benchmark::warm, Benchmark::is_warm, |_| 100), MS(1_800));
    }

    #[test]
    fn a_test_that_never_settles_is_measured_after_six_seconds() {
        let mut benchmark = Benchmark::default();
        let warm = run(&mut benchmark, MS(0), Benchmark::warm, Benchmark::is_warm, |i| 10 + i);
        assert!(warm >= MS(6_000) && warm < MS(6_200), "{warm:?}");
        assert!(!benchmark.steady);
    }

    #[test]
    fn a_steady_fast_test_is_done_after_a_second() {
        let mut benchmark = Benchmark::default();
        let done = run(&mut benchmark, MS(0), Benchmark::measure, Benchmark::is_done, |_| 1);
        assert_eq!(done, MS(1_000));
        let precision = benchmark.precision().unwrap();
        assert!(precision.half_width < 1e-9 && !precision.drifting);
    }

    #[test]
    fn two_hundred_samples_are_waited_for() {
        let mut benchmark = Benchmark::default();
        assert_eq!(run(&mut benchmark, MS(0), Benchmark::measure, Benchmark::is_done, |_| 20), MS(4_000));
    }

    #[test]
    fn an_imprecise_test_ends_after_fifteen_seconds() {
        let mut benchmark = Benchmark::default();
        // 200 ms or 20 ms in turns of 20 slices: the batches disagree for good.
        let done =
            run(
                &mut benchmark,
                MS(0),
                Benchmark::measure,
                Benchmark::is_done,
                |i| if i / 20 % 2 == 0 { 200 } else { 20 },
            );
        assert!(done >= MS(15_000) && done < MS(15_200), "{done:?}");
        assert!(benchmark.precision().unwrap().half_width > PRECISE);
    }

    #[test]
    fn a_very_slow_test_gets_ten_iterations_or_thirty_seconds() {
        let two_seconds = run(&mut Benchmark::default(), MS(0), Benchmark::measure, Benchmark::is_done, |_| 2_000);
        assert_eq!(two_seconds, MS(20_000));
        let seven_seconds = run(&mut Benchmark::default(), MS(0), Benchmark::measure, Benchmark::is_done, |_| 7_000);
        assert_eq!(seven_seconds, MS(35_000), "the iteration that runs at 30 s is the last");
    }

    #[test]
    fn a_test_that_gets_slower_is_drifting() {
        let mut benchmark = Benchmark::default();
        run(&mut benchmark, MS(0), Benchmark::measure, Benchmark::is_done, |i| 20 + i / 20);
        assert!(benchmark.precision().unwrap().drifting);
    }

    #[test]
    fn one_iteration_has_no_precision() {
        let mut benchmark = Benchmark::default();
        benchmark.measure(MS(0), MS(100));
        assert!(benchmark.precision().is_none());
    }
}
