//! The figures that a report must show according to theory: pure functions, times in seconds, rates per second.

/// A server that stalls for `stall_s` at the start of each `period_s`, with one queue, first in, first out.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Stalled {
    pub(crate) stall_s: f64,
    pub(crate) period_s: f64,
    /// Service time of a request that finds an empty queue.
    pub(crate) service_s: f64,
    /// ρ: the offered rate over the capacity.
    pub(crate) utilisation: f64,
}

impl Stalled {
    /// True if the queue of one stall is empty before the next begins; else the forms below do not hold.
    pub(crate) fn recovers(&self) -> bool {
        self.utilisation < 1.0 && self.stall_s / (1.0 - self.utilisation) <= self.period_s
    }

    /// `s₀ + max(0, S − (1−ρ)·P·(1−q))`
    pub(crate) fn quantile_s(&self, q: f64) -> f64 {
        let left_of_stall_s = self.stall_s - (1.0 - self.utilisation) * self.period_s * (1.0 - q);
        self.service_s + left_of_stall_s.max(0.0)
    }

    /// `s₀ + S² ÷ (2(1−ρ)P)`
    pub(crate) fn mean_s(&self) -> f64 {
        self.service_s + self.stall_s.powi(2) / (2.0 * (1.0 - self.utilisation) * self.period_s)
    }

    /// `s₀ + S`
    pub(crate) fn max_s(&self) -> f64 {
        self.service_s + self.stall_s
    }

    /// `S ÷ ((1−ρ)P)`
    pub(crate) fn delayed_share(&self) -> f64 {
        self.stall_s / ((1.0 - self.utilisation) * self.period_s)
    }
}

/// Response time at `q` of a run of `run_s` that offers ρ > 1 times the capacity: `s₀ + (ρ−1)·q·T_run`.
pub(crate) fn overloaded_s(q: f64, utilisation: f64, run_s: f64, service_s: f64) -> f64 {
    service_s + (utilisation - 1.0) * q * run_s
}

/// How long after a spike of `spike_s` its backlog is gone: `(ρ_s−1)·T_s ÷ (1−ρ_base)`.
pub(crate) fn recovery_s(spike_utilisation: f64, spike_s: f64, base_utilisation: f64) -> f64 {
    (spike_utilisation - 1.0) * spike_s / (1.0 - base_utilisation)
}

/// The interactive response-time law: `X = K ÷ (service + think)`.
pub(crate) fn closed_throughput_per_s(users: f64, mean_service_s: f64, mean_think_s: f64) -> f64 {
    users / (mean_service_s + mean_think_s)
}

/// Arrivals from `from_s` to `to_s` of a ramp from `start` to `end` per second over `over_s`: the integral of its rate.
pub(crate) fn ramp_arrivals(start: f64, end: f64, over_s: f64, from_s: f64, to_s: f64) -> f64 {
    let slope = (end - start) / over_s;
    let until = |t: f64| start * t + slope * t * t / 2.0;
    until(to_s.clamp(0.0, over_s)) - until(from_s.clamp(0.0, over_s))
}

/// The exact percentile of a record: the smallest value that at least the share `q` of all does not exceed.
pub(crate) fn exact_quantile(values: &[f64], q: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let rank = (q * sorted.len() as f64).ceil() as usize;
    sorted[rank.clamp(1, sorted.len()) - 1]
}

/// How far a percentile of a timed run may lie from its closed form: `2/R + p99(lag) + 2 ms`.
///
/// Two arrivals, because a percentile lies between two of them and the plan may begin anywhere in a period; the
/// lateness that the run itself reports; and two wake-ups, of generator and server, on a busy machine.
pub(crate) fn tolerance_s(rate_per_s: f64, p99_lag_s: f64) -> f64 {
    2.0 / rate_per_s + p99_lag_s + 0.002
}

pub(crate) mod specification {
    use proofload_testing::specification::Specification;

    use super::*;

    pub(crate) const SPECIFICATION: Specification = &[
        ("closed form: a stalled server reads as in the published example", published_example),
        ("closed form: a queue that outlasts its period has none", outlasting),
        ("closed form: the mean is the integral of the percentiles", mean_is_the_integral),
        ("closed form: overload, recovery and closed throughput by hand", by_hand),
        ("closed form: a ramp's arrivals are the area under its rate", ramp),
        ("closed form: exact percentiles of a record", percentiles),
    ];

    fn close(actual: f64, expected: f64) {
        assert!((actual - expected).abs() < 1e-6, "{actual} is not {expected}");
    }

    fn published_example() {
        // S = 0.5 s, P = 5 s, ρ = 0: p95 250 ms, p99 450 ms, mean 25 ms, a tenth delayed.
        let stalled = Stalled { stall_s: 0.5, period_s: 5.0, service_s: 0.0, utilisation: 0.0 };
        close(stalled.quantile_s(0.95), 0.25);
        close(stalled.quantile_s(0.99), 0.45);
        close(stalled.quantile_s(0.5), 0.0);
        close(stalled.mean_s(), 0.025);
        close(stalled.max_s(), 0.5);
        close(stalled.delayed_share(), 0.1);
    }

    fn outlasting() {
        let stalled = |utilisation| Stalled { stall_s: 0.5, period_s: 5.0, service_s: 0.0, utilisation };
        // 0.5 ÷ (1 − 0.8) = 2.5 s; 0.5 ÷ (1 − 0.95) = 10 s.
        assert!(stalled(0.8).recovers());
        assert!(!stalled(0.95).recovers());
        assert!(!stalled(1.1).recovers());
    }

    fn mean_is_the_integral() {
        let stalled = Stalled { stall_s: 0.25, period_s: 2.5, service_s: 0.001, utilisation: 0.2 };
        let steps = 1_000_000;
        let sum: f64 = (0..steps).map(|i| stalled.quantile_s((f64::from(i) + 0.5) / f64::from(steps))).sum();
        close(sum / f64::from(steps), stalled.mean_s());
    }

    fn by_hand() {
        // 10 % too much for 10 s leaves 1 s of work at the end, half of it in the middle.
        close(overloaded_s(1.0, 1.1, 10.0, 0.002), 1.002);
        close(overloaded_s(0.5, 1.1, 10.0, 0.0), 0.5);
        // Twice the capacity for 2 s leaves 2 s of work; at half of the capacity that takes 4 s.
        close(recovery_s(2.0, 2.0, 0.5), 4.0);
        close(closed_throughput_per_s(100.0, 0.05, 0.15), 500.0);
    }

    fn ramp() {
        close(ramp_arrivals(0.0, 500.0, 30.0, 0.0, 30.0), 7_500.0);
        close(ramp_arrivals(100.0, 300.0, 2.0, 0.0, 1.0), 150.0);
        close(ramp_arrivals(100.0, 300.0, 2.0, 1.0, 2.0), 250.0);
        close(ramp_arrivals(500.0, 0.0, 5.0, 4.0, 9.0), 50.0);
    }

    fn percentiles() {
        let values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        close(exact_quantile(&values, 0.95), 95.0);
        close(exact_quantile(&values, 0.5), 50.0);
        close(exact_quantile(&[7.0], 0.99), 7.0);
        close(tolerance_s(400.0, 0.0005), 0.0075);
    }
}
