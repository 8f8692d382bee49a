//! The settings that stand in parentheses: how the load changes over time, or from run to run.
//!
//! Each is one text, so that the attribute and `proofload.toml` share a parser: `stages(…)` there,
//! `stages = "…"` here.

mod error;
mod fields;
mod search;
mod stages;
mod surge;
mod sweep;

pub use error::ShapeError;
pub(super) use search::parse_search;
pub use stages::Stages;
pub use surge::Surge;
pub use sweep::Sweep;

use std::fmt;
use std::time::Duration;

use crate::units::{Quantity, ShortNumber, parse_quantity};

/// What a level counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelUnit {
    /// Virtual users.
    Users,
    /// Arrivals each second.
    PerSecond,
}

/// A mistake, and the part between commas that it is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Misshapen {
    /// Counted from 0; `None` if it is about the whole.
    pub part: Option<usize>,
    /// What is wrong.
    pub source: ShapeError,
}

impl Misshapen {
    fn whole(source: ShapeError) -> Misshapen {
        Misshapen { part: None, source }
    }
}

/// So many users, or so many arrivals each second.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Level {
    unit: LevelUnit,
    value: f64,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.unit {
            LevelUnit::Users => write!(f, "{}", ShortNumber(self.value)),
            LevelUnit::PerSecond => write!(f, "{}/s", ShortNumber(self.value)),
        }
    }
}

fn parse_level(text: &str) -> Result<Level, ShapeError> {
    match parse_quantity(text)? {
        Quantity::Number(value) if value.fract() == 0.0 => Ok(Level { unit: LevelUnit::Users, value }),
        Quantity::PerSecond(value) => Ok(Level { unit: LevelUnit::PerSecond, value }),
        _ => Err(ShapeError::Level(text.trim().to_owned())),
    }
}

fn parse_time(text: &str) -> Result<Duration, ShapeError> {
    match parse_quantity(text)? {
        Quantity::Duration(duration) if !duration.is_zero() => Ok(duration),
        _ => Err(ShapeError::Time(text.trim().to_owned())),
    }
}

/// The parts between commas that stand in no brackets; the one after a last comma is dropped.
fn parts(text: &str) -> Vec<&str> {
    let (mut depth, mut start, mut parts) = (0usize, 0, Vec::new());
    for (at, character) in text.char_indices() {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            ',' if depth == 0 => {
                parts.push(text[start..at].trim());
                start = at + 1;
            }
            _ => {}
        }
    }
    let last = text[start..].trim();
    parts.extend((!last.is_empty()).then_some(last));
    parts
}
