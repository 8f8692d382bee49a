//! How often the interval of the change holds the truth, and how often a verdict is wrong. Seeded: the same in every run of the tests.

use super::*;
use crate::measure::{StageTimes, TimeSummary};
use crate::seeded::SplitMix64;

const RUNS: u64 = 200;
const RATE_PER_S: u64 = 40;

/// What happened in many runs.
#[derive(Debug, Default)]
struct Runs {
    printed: u64,
    held: u64,
    degraded: u64,
    stable: u64,
}

/// Box and Muller's.
fn normal(random: &mut SplitMix64) -> f64 {
    let (radius, angle) = (random.next_unit(), random.next_unit());
    (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
}

/// A stage of so many seconds, with skewed times around `usual_s` and conditions that wander by `wandering` and are forgotten within so
/// many seconds.
fn stage(
    random: &mut SplitMix64,
    level: f64,
    seconds: u64,
    usual_s: f64,
    wandering: f64,
    memory_s: f64,
) -> StageSummary {
    let kept = (-1.0 / RATE_PER_S as f64 / memory_s).exp();
    let mut conditions = wandering * normal(random);
    let mut parts = vec![Batch::default(); (seconds * 10) as usize];
    for index in 0..RATE_PER_S * seconds {
        conditions = kept * conditions + (1.0 - kept * kept).sqrt() * wandering * normal(random);
        parts[(index * 10 / RATE_PER_S) as usize].add(usual_s * (conditions + 0.3 * normal(random)).exp());
    }
    let all = parts.iter().fold(0.0, |sum, part| sum + part.sum) / (RATE_PER_S * seconds) as f64;
    let mut stage = StageSummary { from: level, to: level, times: StageTimes { parts }, ..StageSummary::default() };
    stage.total.response_time =
        TimeSummary { mean_s: Some(all), samples: RATE_PER_S * seconds, ..TimeSummary::default() };
    stage
}

/// Full load takes `ratio` times as long as the first level.
fn run(seed: u64, seconds: u64, ratio: f64, wandering: f64, memory_s: f64) -> Degradation {
    let random = &mut SplitMix64::new(seed * 7_919 + 1);
    let mut at = |level, usual_s| stage(random, level, seconds, usual_s, wandering, memory_s);
    let stages = vec![at(2.0, 0.02), at(10.0, 0.02 * ratio)];
    Degradation::of(&Measured { stages, ..Measured::default() }).expect("two steady levels")
}

fn runs(seconds: u64, ratio: f64, wandering: f64, memory_s: f64) -> Runs {
    let mut runs = Runs::default();
    for seed in 0..RUNS {
        let found = run(seed, seconds, ratio, wandering, memory_s);
        runs.degraded += u64::from(found.verdict == DegradationVerdict::Degraded);
        runs.stable += u64::from(found.verdict == DegradationVerdict::Stable);
        let Some((low, high)) = found.interval else { continue };
        runs.printed += 1;
        runs.held += u64::from(low < ratio - 1.0 && ratio - 1.0 < high);
    }
    runs
}

#[test]
fn the_interval_of_independent_times_holds_the_truth_nineteen_times_in_twenty() {
    for (seconds, ratio) in [(3, 1.0), (3, 2.0), (5, 1.0), (5, 1.2), (10, 2.0)] {
        let runs = runs(seconds, ratio, 0.0, 1.0);
        assert!(runs.held * 100 >= runs.printed * 92, "{seconds} s, {ratio}: {runs:?}");
        assert!(runs.printed * 10 >= RUNS * 8, "{seconds} s, {ratio}: {runs:?}");
    }
}

#[test]
fn the_interval_of_times_that_depend_on_each_other_holds_the_truth_nine_times_in_ten_in_stages_of_thirty_memories() {
    for (seconds, memory_s) in [(5, 0.1), (10, 0.3), (20, 0.6)] {
        let runs = runs(seconds, 1.5, 0.15, memory_s);
        assert!(runs.held * 10 >= runs.printed * 9, "{seconds} s, {memory_s} s: {runs:?}");
    }
}

#[test]
fn in_shorter_stages_one_run_in_ten_at_most_has_an_interval_that_misleads() {
    for (seconds, memory_s) in [(3, 0.3), (5, 0.3), (5, 0.6), (10, 1.0)] {
        let runs = runs(seconds, 1.5, 0.15, memory_s);
        assert!((runs.printed - runs.held) * 10 <= RUNS, "{seconds} s, {memory_s} s: {runs:?}");
    }
}

#[test]
fn a_server_that_does_not_change_is_seldom_called_degraded_and_one_that_doubles_is_nearly_always() {
    for (wandering, memory_s) in [(0.0, 1.0), (0.1, 0.1), (0.1, 0.3), (0.1, 2.0)] {
        let (same, doubled) = (runs(5, 1.0, wandering, memory_s), runs(5, 2.0, wandering, memory_s));
        assert!(same.degraded * 25 <= RUNS, "{wandering}, {memory_s} s: {same:?}");
        assert!(doubled.degraded * 10 >= RUNS * 9 && doubled.stable == 0, "{wandering}, {memory_s} s: {doubled:?}");
    }
}
