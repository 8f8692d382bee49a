//! What load a test offers: the settings an author writes, layer over layer, and the workload they come to.

mod key;
mod settings;
mod value;

pub use key::{Expects, SettingKey, UnknownSetting};
pub use settings::{Settings, WorkloadError};
pub use value::{SettingError, SettingValue, parse_value};

use std::time::Duration;

/// A closed workload: each virtual user starts its next iteration when the one before has ended.
///
/// Its choices are values that do not multiply: how many users, when the warm-up ends, when the measurement ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Virtual users.
    pub users: usize,
    /// The time over which the users start, evenly spread; outside every figure.
    pub ramp_up: Duration,
    /// What comes before the measurement; outside every figure.
    pub warmup: Warmup,
    /// When the measurement ends.
    pub length: Length,
    /// How long a request may take.
    pub timeout: Duration,
    /// Where every random choice of every user starts.
    pub seed: u64,
}

/// When the warm-up ends and the measurement begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Warmup {
    /// After so many requests; 0 is no warm-up.
    Requests(u64),
    /// After so long.
    Duration(Duration),
    /// When the median of the last three slices is within 3 % of the three before.
    UntilSteady,
}

/// When the measurement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Length {
    /// After so many requests.
    Requests(u64),
    /// After so long.
    Duration(Duration),
    /// When the interval of the mean is within 2 %, or after 15 s; with at least 200 samples.
    UntilPrecise,
}
