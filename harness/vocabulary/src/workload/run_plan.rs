//! How many runs a test has: one, or several that answer one question.

use std::time::Duration;

/// The runs of a test, and how one leads to the next.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum RunPlan {
    /// One run.
    #[default]
    Once,
    /// `repeat = 3`: the median of this number of runs is judged, and each is kept in the record.
    Repeat(u32),
    /// `sweep(users = [1, 2, 5, 10])` or `sweep(rate = [100/s, 200/s])`: one run a level, thresholds for each.
    Sweep(Vec<f64>),
    /// `kind = "capacity"`: the highest arrival rate at which the thresholds hold.
    Capacity(CapacitySearch),
    /// `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`: one staged run, judged on its recovery.
    Spike(SpikeWindow),
}

/// The times of the search for capacity (measurement rules §7).
#[derive(Debug, Clone, PartialEq)]
pub struct CapacitySearch {
    /// Where the doubling starts, in arrivals each second.
    pub start_per_s: f64,
    /// How long the load settles before a probe.
    pub settle: Duration,
    /// How long a probe measures.
    pub probe: Duration,
    /// How long the result is validated.
    pub validate: Duration,
    /// How long the whole search may take.
    pub budget: Duration,
    /// The bracket's width, as a share, at which the search has converged.
    pub precision: f64,
}

impl Default for CapacitySearch {
    fn default() -> CapacitySearch {
        CapacitySearch {
            start_per_s: 50.0,
            settle: Duration::from_millis(1_250),
            probe: Duration::from_secs(5),
            validate: Duration::from_secs(15),
            budget: Duration::from_secs(120),
            precision: 0.05,
        }
    }
}

/// The shape of a spike; the workload's stages are `before`, `spike` and `after`.
#[derive(Debug, Clone, PartialEq)]
pub struct SpikeWindow {
    /// When the surge begins, since the measurement began.
    pub at: Duration,
    /// How long it lasts.
    pub lasting: Duration,
}
