//! The workload of one run.

use std::time::Duration;

use super::connections::Connections;
use super::http::HttpOptions;
use super::mix::Mix;
use super::model::{LoadModel, Stage};

/// No run is this long; a longer time would not fit a clock.
const LONGEST: Duration = Duration::from_secs(100 * 365 * 24 * 3600);

/// The load that one run offers.
///
/// Its choices are independent values: the workload model, when the warm-up ends, when the measurement ends.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub struct Workload {
    /// What decides when an iteration starts.
    pub model: LoadModel,
    /// What comes before the measurement; outside every figure.
    pub warmup: Warmup,
    /// When the measurement ends; with stages, their sum.
    pub length: RunLength,
    /// How long a request may take.
    pub timeout: Duration,
    /// Where every random choice of every user starts.
    pub seed: u64,
    /// How users share connections.
    pub connections: Connections,
    /// What it asks of HTTP beyond a plain request.
    pub http: HttpOptions,
    /// The classes of its users.
    pub mix: Mix,
}

/// When the warm-up ends and the measurement begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub enum Warmup {
    /// After this number of requests; 0 means no warm-up.
    Requests(u64),
    /// After this time.
    Duration(Duration),
    /// When the median of the last three slices is within 3 % of the three before.
    UntilSteady,
}

/// When the measurement ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub enum RunLength {
    /// After this number of requests.
    Requests(u64),
    /// After this time.
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

    /// How long a run takes, from the first user to the last request, if time alone ends it; the drain is not counted.
    pub fn planned_time(&self) -> Option<Duration> {
        let warmup = match self.warmup {
            Warmup::Requests(0) => Duration::ZERO,
            Warmup::Duration(warmup) => warmup,
            Warmup::Requests(_) | Warmup::UntilSteady => return None,
        };
        match self.length {
            RunLength::Duration(length) => Some(self.ramp_up() + warmup + length),
            RunLength::Requests(_) | RunLength::UntilPrecise => None,
        }
    }

    /// The same workload at one steady level, for the next step of a sweep or a search: `level` users, or
    /// `level` arrivals per second.
    #[must_use]
    pub fn at_level(mut self, level: f64) -> Workload {
        match &mut self.model {
            LoadModel::Closed(users) => {
                // Users that start at a rate go on doing so.
                let factor = level / users.count as f64;
                users.ramp_up = users.ramp_up.mul_f64(factor);
                users.count = level as usize;
                users.stages.clear();
            }
            LoadModel::Open(arrivals) => arrivals.stages = vec![Stage::steady(level, self.length.time_at(level))],
        }
        self
    }
}

impl RunLength {
    /// How long arrivals at a steady rate take: as long as the measurement, or until the requests have arrived.
    pub fn time_at(self, rate_per_s: f64) -> Duration {
        match self {
            RunLength::Duration(duration) => duration,
            RunLength::Requests(requests) => {
                Duration::try_from_secs_f64(requests as f64 / rate_per_s).unwrap_or(Duration::MAX)
            }
            RunLength::UntilPrecise => Duration::MAX,
        }
    }
}
