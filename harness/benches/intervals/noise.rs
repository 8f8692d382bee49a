//! Request times as a shared machine makes them: each depends on those just before it. Seeded, so that every run of it is
//! the same.
//!
//! The logarithm of the times wanders as a first-order autoregression with a memory of two seconds, and every twenty
//! seconds or so a neighbour makes everything two and a half times as slow for about a second.

use std::time::Duration;

use proofload_vocabulary::seeded::SplitMix64;

/// How often the conditions change.
const STEP: Duration = Duration::from_millis(100);
/// What is left of the wandering after a step: e^(−0.1 s ÷ 2 s).
const MEMORY: f64 = 0.951;
/// The spread of the wandering, and that of single requests around it, as logarithms.
const WANDERING: f64 = 0.1;
const SCATTER: f64 = 0.2;
/// The chances of a neighbour to come and to go in a step, and how slow it makes everything.
const COMES: f64 = 0.005;
const GOES: f64 = 0.1;
const SLOWER: f64 = 2.5;
/// The time of most requests.
const USUAL_S: f64 = 0.01;

/// A machine's noise from one moment to the next.
pub(crate) struct Noise {
    random: SplitMix64,
    wandering: f64,
    has_neighbour: bool,
}

impl Noise {
    pub(crate) fn seeded(seed: u64) -> Noise {
        let mut noise = Noise { random: SplitMix64::new(seed), wandering: 0.0, has_neighbour: false };
        noise.wandering = WANDERING * noise.normal();
        // Long enough for the neighbours, too, to reach their usual state.
        for _ in 0..200 {
            noise.step();
        }
        noise
    }

    /// Requests at this rate for this long: when each starts, and the seconds that it takes.
    pub(crate) fn requests(&mut self, rate_per_s: u32, length: Duration) -> Vec<(Duration, f64)> {
        let steps = (length.as_nanos() / STEP.as_nanos()) as u32;
        let in_step = rate_per_s / 10;
        let mut requests = Vec::with_capacity((steps * in_step) as usize);
        for step in 0..steps {
            self.step();
            for index in 0..in_step {
                requests.push((STEP * step + STEP / in_step * index, self.time_s()));
            }
        }
        requests
    }

    fn step(&mut self) {
        // The innovation that keeps the spread of the wandering where it is.
        self.wandering = MEMORY * self.wandering + (1.0 - MEMORY * MEMORY).sqrt() * WANDERING * self.normal();
        let changes = self.uniform() < if self.has_neighbour { GOES } else { COMES };
        self.has_neighbour ^= changes;
    }

    fn time_s(&mut self) -> f64 {
        let slower = if self.has_neighbour { SLOWER } else { 1.0 };
        USUAL_S * slower * (self.wandering + SCATTER * self.normal()).exp()
    }

    /// Box and Muller's.
    fn normal(&mut self) -> f64 {
        let (radius, angle) = (self.uniform(), self.uniform());
        (-2.0 * (1.0 - radius).ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    /// From 0 to 1.
    fn uniform(&mut self) -> f64 {
        self.random.next_unit()
    }
}

/// The true figure, or several, approximated by ten hours of requests.
pub(crate) fn truth<F>(figure: impl Fn(&mut [f64]) -> F) -> F {
    let ten_hours = Noise::seeded(1).requests(20, Duration::from_secs(36_000));
    figure(&mut ten_hours.into_iter().map(|(_, time_s)| time_s).collect::<Vec<_>>())
}

pub(crate) fn mean(times_s: &mut [f64]) -> f64 {
    times_s.iter().sum::<f64>() / times_s.len() as f64
}

/// The time that this share of the times does not exceed; sorts them.
pub(crate) fn quantile(times_s: &mut [f64], share: f64) -> f64 {
    times_s.sort_by(f64::total_cmp);
    times_s[((times_s.len() as f64 * share).ceil() as usize).clamp(1, times_s.len()) - 1]
}

/// The mean's interval for independent samples.
pub(crate) fn naive_mean(times_s: &mut [f64]) -> (f64, f64) {
    let (count, mean) = (times_s.len() as f64, mean(times_s));
    let variance = times_s.iter().map(|time_s| (time_s - mean).powi(2)).sum::<f64>() / (count - 1.0);
    let half = 1.96 * (variance / count).sqrt();
    (mean - half, mean + half)
}

/// A quantile's interval by order statistics, for independent samples.
pub(crate) fn naive_quantile(times_s: &mut [f64], share: f64) -> (f64, f64) {
    let reach = 1.96 * (share * (1.0 - share) / times_s.len() as f64).sqrt();
    (quantile(times_s, share - reach), quantile(times_s, share + reach))
}
