//! How many runs a test has: one, or several that answer one question.

use std::time::Duration;

/// The runs of a test, and how one leads to the next.
#[derive(Debug, Clone, PartialEq)]
pub enum RunPlan {
    /// One run, which may be repeated for longer.
    Once(Extension),
    /// `repeat = 3`: the median of this number of runs is judged, and each is kept in the record.
    Repeat(u32),
    /// `sweep(users = [1, 2, 5, 10])` or `sweep(rate = [100/s, 200/s])`: one run a level, thresholds for each.
    Sweep(Vec<f64>),
    /// The same with `repeat = 3`: so many runs a level, of which the median stands for it.
    RepeatedSweep {
        /// Users, or arrivals each second; rising.
        levels: Vec<f64>,
        /// At least 2.
        repeat: u32,
    },
    /// `kind = "capacity"`: the highest arrival rate at which the thresholds hold.
    Capacity(CapacitySearch),
    /// `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`: one staged run, judged on its recovery.
    Spike(SpikeWindow),
}

/// Whether a run is repeated for longer while a limit lies inside the interval of its figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extension {
    /// `extend = false`.
    Never,
    /// `max_time = 60s`: if the test then ends within this time.
    Within(Duration),
    /// Up to the longest repetition.
    #[default]
    Unlimited,
}

/// How several servers of one test take turns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArmOrder {
    /// `order = interleaved`: in slices of a second, so that what disturbs one disturbs the others.
    #[default]
    Interleaved,
    /// `order = one_after_the_other`: each for its whole time. Weaker, for servers that take seconds for one request.
    OneAfterTheOther,
}

impl ArmOrder {
    /// The word in the attribute.
    pub const fn name(self) -> &'static str {
        match self {
            ArmOrder::Interleaved => "interleaved",
            ArmOrder::OneAfterTheOther => "one_after_the_other",
        }
    }
}

impl Default for RunPlan {
    fn default() -> RunPlan {
        RunPlan::Once(Extension::default())
    }
}

impl Extension {
    /// True if a run that takes `next` may follow runs that took `spent` together.
    pub fn allows(self, spent: Duration, next: Duration) -> bool {
        match self {
            Extension::Never => false,
            Extension::Within(longest) => spent + next <= longest,
            Extension::Unlimited => true,
        }
    }
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
