//! Turns, seconds and runs of servers whose true figures are known, disturbed as real ones are. The same in every build: seeded.

use crate::comparison::{ArmFigures, ChangeReport, MetricChange, StoredFigures};
use crate::measure::TimeSlice;
use crate::seeded::SplitMix64;

/// Measurements of each kind: few enough for a build without optimisation.
pub(super) const REPETITIONS: u64 = if cfg!(debug_assertions) { 300 } else { 1_000 };

/// What disturbs a server, as logarithms: 0.05 is 5 %.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Noise {
    /// What happens to the machine, so to both arms: its standard deviation, and its memory from one second to the next.
    pub(super) common: (f64, f64),
    /// What happens to one arm alone: as above. It goes on while the other has its turn.
    pub(super) own: (f64, f64),
    /// By how much the machine becomes slower over the run.
    pub(super) drift: f64,
    /// By how much the machine becomes slower at one moment.
    pub(super) step: f64,
    /// The chance that a turn is twice as slow, such as by a collection of garbage.
    pub(super) spikes: f64,
    /// The standard deviation of each run as a whole.
    pub(super) between_runs: f64,
}

pub(super) struct Source(SplitMix64);

impl Source {
    pub(super) fn new(seed: u64) -> Source {
        Source(SplitMix64::new(seed))
    }

    /// A standard normal number (Box and Muller).
    pub(super) fn normal(&mut self) -> f64 {
        let radius = (-2.0 * (1.0 - self.0.next_unit()).ln()).sqrt();
        radius * (std::f64::consts::TAU * self.0.next_unit()).cos()
    }

    /// A first-order autoregression with this standard deviation.
    fn series(&mut self, (deviation, memory): (f64, f64), length: usize) -> Vec<f64> {
        let mut value = self.normal();
        let mut next = || {
            value = memory * value + (1.0 - memory * memory).sqrt() * self.normal();
            value * deviation
        };
        (0..length).map(|_| next()).collect()
    }

    /// What happens to the machine in each turn.
    fn machine(&mut self, noise: Noise, turns: usize) -> Vec<f64> {
        let step_at = (self.0.next_unit() * turns as f64) as usize;
        let mut machine = self.series(noise.common, turns);
        for (turn, disturbance) in machine.iter_mut().enumerate() {
            *disturbance += noise.drift * turn as f64 / turns as f64;
            *disturbance += if turn >= step_at { noise.step } else { 0.0 };
        }
        machine
    }

    /// The turns of an arm with this change, in these of the seconds.
    fn arm(&mut self, name: &str, log_change: f64, noise: Noise, machine: &[f64], seconds: &[usize]) -> ArmFigures {
        let own = self.series(noise.own, machine.len());
        let whole = noise.between_runs * self.normal();
        let turns = seconds.iter().map(|second| {
            let (own, machine) = (own[*second], machine[*second]);
            let spike = if self.0.next_unit() < noise.spikes { 2.0f64.ln() } else { 0.0 };
            let mean_s = 0.1 * (log_change + whole + own + machine + spike).exp();
            // Percentiles of a second have noise of their own beside that of the mean, p95 more than the median.
            let p50_s = 0.9 * mean_s * (0.3 * noise.own.0 * self.normal()).exp();
            let p95_s = 3.0 * mean_s * (noise.own.0 * self.normal()).exp();
            let (mean_s, p50_s, p95_s) = (Some(mean_s), Some(p50_s), Some(p95_s));
            TimeSlice { sent: 100, ok: 100, mean_s, p50_s, p95_s, ..TimeSlice::default() }
        });
        ArmFigures { name: name.into(), totals: StoredFigures::default(), turns: turns.collect() }
    }

    /// Two arms that took turns, ABBA, of which the second is slower by `log_change`.
    pub(super) fn arms(&mut self, log_change: f64, noise: Noise, pairs: usize) -> (ArmFigures, ArmFigures) {
        let machine = self.machine(noise, 2 * pairs);
        let first = |pair: usize| 2 * pair + pair % 2;
        let second = |pair: usize| 2 * pair + 1 - pair % 2;
        let (firsts, seconds): (Vec<usize>, Vec<usize>) = (0..pairs).map(|pair| (first(pair), second(pair))).unzip();
        (self.arm("before", 0.0, noise, &machine, &firsts), self.arm("now", log_change, noise, &machine, &seconds))
    }

    /// Two runs of so many seconds, one after the other.
    pub(super) fn runs(&mut self, log_change: f64, noise: Noise, seconds: usize) -> (ArmFigures, ArmFigures) {
        let machine = self.machine(noise, 2 * seconds);
        let (first, second): (Vec<usize>, Vec<usize>) = ((0..seconds).collect(), (seconds..2 * seconds).collect());
        (self.arm("before", 0.0, noise, &machine, &first), self.arm("now", log_change, noise, &machine, &second))
    }

    /// The totals of a run, of which the mean and p95 vary from run to run.
    pub(super) fn run(&mut self, log_change: f64, of_mean: f64, of_p95: f64) -> StoredFigures {
        let mean_s = 0.1 * (log_change + of_mean * self.normal()).exp();
        let p95_s = 3.0 * mean_s * (of_p95 * self.normal()).exp();
        let (mean_s, p50_s, p95_s) = (Some(mean_s), Some(0.9 * mean_s), Some(p95_s));
        StoredFigures { mean_s, p50_s, p95_s, samples: 10_000, ..StoredFigures::default() }
    }
}

pub(super) fn of(report: &ChangeReport, metric: &str) -> MetricChange {
    report.changes.iter().find(|change| change.metric == metric).unwrap().clone()
}

/// True if the interval of each figure but throughput holds the true log-change.
pub(super) fn holds(report: &ChangeReport, log_change: f64) -> [bool; 3] {
    ["mean", "median", "p95"].map(|metric| {
        let (low, high) = of(report, metric).change.unwrap().interval.unwrap();
        (low.ln()..=high.ln()).contains(&log_change)
    })
}

/// The shares of the measurements with different seeds of which `are_so` holds.
pub(super) fn shares<const N: usize>(are_so: impl Fn(&mut Source) -> [bool; N]) -> [f64; N] {
    let mut hits = [0; N];
    // One stream of seeds, so that the sources do not begin near each other.
    for number in 0..REPETITIONS {
        let so = are_so(&mut Source::new(SplitMix64::nth(20_261_126, number)));
        hits.iter_mut().zip(so).for_each(|(hits, so)| *hits += u64::from(so));
    }
    hits.map(|hits| hits as f64 / REPETITIONS as f64)
}

pub(super) fn share(is_so: impl Fn(&mut Source) -> bool) -> f64 {
    let [share] = shares(|source| [is_so(source)]);
    share
}
