//! The closed and the open workload model: what decides when an iteration starts.

use std::time::Duration;

use super::think_range::ThinkRange;

/// What decides when an iteration starts.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub enum LoadModel {
    /// Each virtual user starts its next iteration when the one before has ended.
    Closed(Users),
    /// Iterations start on a schedule, however long the ones before take.
    Open(Arrivals),
}

/// The closed workload model.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub struct Users {
    /// The most virtual users at once.
    pub count: usize,
    /// The time over which the users start, evenly spread; outside every figure.
    pub ramp_up: Duration,
    /// How the number of users changes; empty: `count` of them from the first to the last second.
    pub stages: Vec<Stage>,
    /// `pace = 2s`: each user's iterations are due so far apart (or at once, when the one before took longer).
    pub every: Option<Duration>,
    /// `think = 1s..3s`: each user pauses between its iterations.
    pub think: Option<ThinkRange>,
}

impl Users {
    /// `count` users, all at once, without pause.
    pub fn at_once(count: usize) -> Users {
        Users { count, ramp_up: Duration::ZERO, stages: Vec::new(), every: None, think: None }
    }

    /// `count` users that start evenly over `ramp_up`.
    pub fn over(count: usize, ramp_up: Duration) -> Users {
        Users { ramp_up, ..Users::at_once(count) }
    }
}

/// The open workload model.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub struct Arrivals {
    /// Arrivals each second, at least one stage; a constant rate is one steady stage as long as the measurement.
    pub stages: Vec<Stage>,
    /// The most iterations at once. It never blocks the schedule: `overflow` says what happens at the cap.
    pub max_in_flight: usize,
    /// What happens to an arrival at the cap.
    pub overflow: Overflow,
    /// How arrivals are spaced.
    pub spacing: Spacing,
}

/// What happens to an arrival when every slot is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub enum Overflow {
    /// It waits, first in, first out, and keeps its intended time.
    #[default]
    Queue,
    /// It is counted as never sent.
    Shed,
}

/// How arrivals are spaced.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub enum Spacing {
    /// The i-th is due where the cumulated rate is i + ½.
    #[default]
    Even,
    /// Seeded exponential gaps of the same mean.
    Poisson,
}

/// A stretch of time over which users or arrivals a second go evenly from one level to another.
#[derive(Debug, Clone, PartialEq)]
#[cfg_attr(feature = "travels", derive(serde::Serialize, serde::Deserialize))]
pub struct Stage {
    /// `peak: 500/s for 60s`; thresholds ask for it with `p95("stage peak")`.
    pub name: Option<String>,
    /// Users, or arrivals each second, at its start.
    pub from: f64,
    /// The same at its end.
    pub to: f64,
    /// How long it takes.
    pub over: Duration,
}

impl Overflow {
    /// The word in the attribute.
    pub const fn name(self) -> &'static str {
        match self {
            Overflow::Queue => "queue",
            Overflow::Shed => "shed",
        }
    }
}

impl Spacing {
    /// The word in the attribute.
    pub const fn name(self) -> &'static str {
        match self {
            Spacing::Even => "even",
            Spacing::Poisson => "poisson",
        }
    }
}

impl Stage {
    /// A stage without a name at one level.
    pub fn steady(level: f64, over: Duration) -> Stage {
        Stage { name: None, from: level, to: level, over }
    }

    /// True if the level stays: only steady stages are judged, unless a threshold names the stage.
    pub fn is_steady(&self) -> bool {
        self.from == self.to
    }
}
