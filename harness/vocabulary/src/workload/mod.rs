//! What load a test offers: the settings an author writes, layer over layer, and the workload they come to.

mod connections;
mod contradiction;
mod expects;
mod http;
mod key;
mod model;
mod plan;
mod run_plan;
mod rate;
mod settings;
mod shape;
mod value;

pub use connections::Connections;
pub use contradiction::WorkloadError;
pub use expects::Expects;
pub use http::HttpOptions;
pub use key::{SettingKey, UnknownSetting};
pub use model::{Arrivals, LoadModel, Overflow, Spacing, Stage, Users};
pub use plan::{Calibration, LoadPlan};
pub use rate::Rate;
pub use run_plan::{CapacitySearch, RunPlan, Spike};
pub use settings::Settings;
pub use shape::{LevelUnit, ShapeError, Stages, Surge, Sweep};
pub use value::{SettingError, SettingValue, parse_value};

use std::time::Duration;

/// No run is this long; a longer time would not fit a clock.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The load that one run offers.
///
/// Its choices are values that do not multiply: who sets the pace, when the warm-up ends, when the measurement ends.
#[derive(Debug, Clone, PartialEq)]
pub struct Workload {
    /// Who decides when an iteration starts.
    pub model: LoadModel,
    /// What comes before the measurement; outside every figure.
    pub warmup: Warmup,
    /// When the measurement ends; with stages, their sum.
    pub length: RunLength,
    /// How long a request may take.
    pub timeout: Duration,
    /// Where every random choice of every user starts.
    pub seed: u64,
    /// Who sends a request on which connection.
    pub connections: Connections,
    /// What it asks of HTTP beyond a plain request.
    pub http: HttpOptions,
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
pub enum RunLength {
    /// After so many requests.
    Requests(u64),
    /// After so long.
    Duration(Duration),
    /// When the interval of the mean is within 2 %, or after 15 s; with at least 200 samples.
    UntilPrecise,
}

impl Workload {
    /// The most users there may be at once; each holds a connection.
    pub fn users(&self) -> usize {
        match &self.model {
            LoadModel::Closed(users) => users.count,
            LoadModel::Open(arrivals) => arrivals.max_in_flight,
        }
    }

    /// The time over which the users start.
    pub fn ramp_up(&self) -> Duration {
        match &self.model {
            LoadModel::Closed(users) => users.ramp_up,
            LoadModel::Open(_) => Duration::ZERO,
        }
    }

    /// Longer or shorter by `factor`: requests, durations, warm-up and ramp-up; never below one request for each user
    /// or a millisecond.
    ///
    /// Users stay: fewer users would be another question, not a shorter answer.
    #[must_use]
    pub fn scaled(mut self, factor: f64) -> Workload {
        let time = |duration: Duration| match duration.is_zero() {
            true => duration,
            false => Duration::try_from_secs_f64(duration.as_secs_f64() * factor)
                .map_or(LONGEST, |scaled| scaled.clamp(Duration::from_millis(1), LONGEST)),
        };
        let count = |requests: u64| (requests as f64 * factor).round() as u64;
        let least = match &self.model {
            LoadModel::Closed(users) => users.count as u64,
            LoadModel::Open(_) => 1,
        };
        match &mut self.model {
            LoadModel::Closed(users) => {
                users.ramp_up = time(users.ramp_up);
                users.stages.iter_mut().for_each(|stage| stage.over = time(stage.over));
            }
            LoadModel::Open(arrivals) => arrivals.stages.iter_mut().for_each(|stage| stage.over = time(stage.over)),
        }
        self.length = match self.length {
            RunLength::Requests(requests) => RunLength::Requests(count(requests).max(least)),
            RunLength::Duration(duration) => RunLength::Duration(time(duration)),
            RunLength::UntilPrecise => RunLength::UntilPrecise,
        };
        self.warmup = match self.warmup {
            Warmup::Requests(requests) => Warmup::Requests(count(requests)),
            Warmup::Duration(duration) => Warmup::Duration(time(duration)),
            Warmup::UntilSteady => Warmup::UntilSteady,
        };
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Kind;

    #[test]
    fn scaling_shortens_but_keeps_the_users() {
        let settings = Settings {
            users: Some(100),
            length: Some(RunLength::Requests(5000)),
            warmup: Some(Warmup::Requests(500)),
            ..Settings::default()
        };
        let workload = settings.resolve(Kind::Load).unwrap().scaled(0.01);
        assert_eq!((workload.users(), workload.length), (100, RunLength::Requests(100)));
        assert_eq!((workload.warmup, workload.ramp_up()), (Warmup::Requests(5), Duration::ZERO));
    }

    #[test]
    fn scaling_beyond_what_a_clock_holds_stops_there() {
        let settings = Settings { ramp_up: Some(Duration::from_secs(1)), ..Settings::default() };
        let workload = settings.resolve(Kind::Load).unwrap();
        for factor in [1e20, 1e300, f64::MAX] {
            assert_eq!(workload.clone().scaled(factor).length, RunLength::Duration(LONGEST));
        }
        assert_eq!(workload.scaled(1e-300).ramp_up(), Duration::from_millis(1));
    }
}
