//! The levels and times that loads are made of.

use std::fmt;
use std::time::Duration;

use super::error::ShapeError;
use crate::units::{Quantity, ShortNumber, parse_quantity};

/// The unit of a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelUnit {
    /// Virtual users.
    Users,
    /// Arrivals each second.
    PerSecond,
}

/// A number of users, or of arrivals per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct GivenLevel {
    pub(super) unit: LevelUnit,
    pub(super) value: f64,
}

impl fmt::Display for GivenLevel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            LevelUnit::Users => write!(f, "{}", ShortNumber(self.value)),
            LevelUnit::PerSecond => write!(f, "{}/s", ShortNumber(self.value)),
        }
    }
}

pub(super) fn parse_level(text: &str) -> Result<GivenLevel, ShapeError> {
    match parse_quantity(text)? {
        Quantity::Number(value) if value.fract() == 0.0 => Ok(GivenLevel { unit: LevelUnit::Users, value }),
        Quantity::PerSecond(value) => Ok(GivenLevel { unit: LevelUnit::PerSecond, value }),
        _ => Err(ShapeError::Level(text.trim().to_owned())),
    }
}

pub(super) fn parse_time(text: &str) -> Result<Duration, ShapeError> {
    match parse_quantity(text)? {
        Quantity::Duration(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(ShapeError::Time(text.trim().to_owned())),
    }
}
