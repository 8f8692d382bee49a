//! Decides when a benchmark is warm, and when its mean is known precisely enough.

use std::time::Duration;

use crate::measure::Precision;
use crate::statistics::{Batch, MeanEstimate, halves_differ, is_steady};

/// The shortest batch: a fast test then needs 300 ms for the six batches that show that it is steady.
const SHORTEST_BATCH: Duration = Duration::from_millis(50);
/// The fewest iterations in a batch of the warm-up, and in one of the measurement.
const LEAST_WARMUP_ITERATIONS: u64 = 3;
const LEAST_MEASURED_ITERATIONS: u64 = 1;
const LONGEST_WARMUP: Duration = Duration::from_secs(6);

/// The mean is precise when its confidence interval is at most this share of it wide, to either side.
const PRECISE: f64 = 0.02;
const LEAST_SAMPLES: u64 = 200;
const LEAST_TIME: Duration = Duration::from_secs(1);
const LONGEST_TIME: Duration = Duration::from_secs(15);
/// Instead, for a test that is too slow to have `LEAST_SAMPLES` within `LONGEST_TIME`.
const LEAST_SAMPLES_OF_A_SLOW_TEST: u64 = 10;
const LONGEST_TIME_OF_A_SLOW_TEST: Duration = Duration::from_secs(30);

/// The times of one benchmark's iterations, in batches. Has no clock: every time is handed in.
#[derive(Debug, Default)]
pub(super) struct Benchmark {
    warmup: IterationBatches,
    measured: IterationBatches,
    steady: bool,
    precise: bool,
}

#[derive(Debug, Default)]
struct IterationBatches {
    complete: Vec<Batch>,
    current: Batch,
    current_since: Option<Duration>,
    /// When the first iteration began.
    since: Option<Duration>,
    samples: u64,
}

impl Benchmark {
    /// Adds an iteration of the warm-up.
    pub(super) fn warm(&mut self, begin: Duration, end: Duration) {
        if self.warmup.add(begin, end, LEAST_WARMUP_ITERATIONS) {
            self.steady = is_steady(&self.warmup.complete);
        }
    }

    /// Adds an iteration of the measurement.
    pub(super) fn measure(&mut self, begin: Duration, end: Duration) {
        if self.measured.add(begin, end, LEAST_MEASURED_ITERATIONS) {
            self.precise =
                MeanEstimate::of(&self.measured.complete).is_some_and(|mean| mean.relative_half_width() <= PRECISE);
        }
    }

    /// True when the times are steady, or the warm-up took too long.
    pub(super) fn is_warm(&self, now: Duration) -> bool {
        self.steady || self.warmup.elapsed(now) >= LONGEST_WARMUP
    }

    /// True when the mean is precise, or the measurement took too long.
    pub(super) fn is_done(&self, now: Duration) -> bool {
        let (elapsed, samples) = (self.measured.elapsed(now), self.measured.samples);
        match elapsed {
            _ if elapsed >= LONGEST_TIME_OF_A_SLOW_TEST => true,
            _ if elapsed >= LONGEST_TIME => samples >= LEAST_SAMPLES_OF_A_SLOW_TEST,
            _ => elapsed >= LEAST_TIME && samples >= LEAST_SAMPLES && self.precise,
        }
    }

    /// How precise the mean is; `None` if there were too few iterations for an estimate.
    pub(super) fn precision(mut self) -> Option<Precision> {
        self.measured.complete_batch();
        let batches = &self.measured.complete;
        Some(Precision {
            half_width: MeanEstimate::of(batches)?.relative_half_width(),
            drifting: halves_differ(batches),
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

impl IterationBatches {
    /// Adds an iteration. True if it completed its batch.
    fn add(&mut self, begin: Duration, end: Duration, least_iterations: u64) -> bool {
        self.since.get_or_insert(begin);
        let batch_since = *self.current_since.get_or_insert(begin);
        self.current.add(end.saturating_sub(begin).as_secs_f64());
        self.samples += 1;
        let is_full = end.saturating_sub(batch_since) >= SHORTEST_BATCH && self.current.samples >= least_iterations;
        if is_full {
            self.complete_batch();
        }
        is_full
    }

    fn complete_batch(&mut self) {
        if self.current.samples > 0 {
            self.complete.push(std::mem::take(&mut self.current));
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

    /// Runs iterations as long as `next_ms` says, from `now` on, until `ready`; returns the time at which it was.
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
    fn a_fast_test_is_warm_after_six_batches() {
        let mut benchmark = Benchmark::default();
        // Batches of 50 iterations of 1 ms.
        assert_eq!(run(&mut benchmark, MS(0), Benchmark::warm, Benchmark::is_warm, |_| 1), MS(300));
        assert!(benchmark.steady);
    }

    #[test]
    fn a_slow_test_has_batches_of_three_iterations() {
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
        // 20 iterations of 200 ms, then 20 of 20 ms, and so on: the batches never agree.
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
