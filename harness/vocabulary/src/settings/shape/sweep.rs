//! `sweep(users = [1, 2, 5])` or `sweep(rate = [100/s, 200/s])`

use super::error::{ShapeError, ShapeMistake};
use super::fields::{NamedFields, parts};
use super::level::{LevelUnit, parse_level};
use crate::settings::value_type::ValueType;

/// The levels of a sweep: one run each.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The unit of the levels.
    pub unit: LevelUnit,
    /// At least one, rising.
    pub levels: Vec<f64>,
}

impl Sweep {
    /// Reads the text between the parentheses.
    ///
    /// # Errors
    /// Neither users nor rates, or both; levels that do not fit, or do not rise.
    pub fn parse(text: &str) -> Result<Sweep, ShapeMistake> {
        let fields = NamedFields::read(text, &["users", "rate"], ValueType::Sweep.describe())?;
        let users = fields.optional("users", |list| levels(list, LevelUnit::Users))?;
        let rates = fields.optional("rate", |list| levels(list, LevelUnit::PerSecond))?;
        match (users, rates) {
            (Some(levels), None) => Ok(Sweep { unit: LevelUnit::Users, levels }),
            (None, Some(levels)) => Ok(Sweep { unit: LevelUnit::PerSecond, levels }),
            (Some(_), Some(_)) => Err(ShapeMistake::whole(ShapeError::Mixed(text.trim().to_owned()))),
            (None, None) => Err(ShapeMistake::whole(ShapeError::Empty(ValueType::Sweep.describe()))),
        }
    }

    /// The highest level.
    pub fn peak(&self) -> f64 {
        self.levels.last().copied().unwrap_or_default()
    }
}

fn levels(list: &str, unit: LevelUnit) -> Result<Vec<f64>, ShapeError> {
    let inside = list.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let inside = inside.ok_or_else(|| ShapeError::NoList(list.to_owned()))?;
    let mut levels: Vec<f64> = Vec::new();
    for written in parts(inside) {
        let level = parse_level(written)?;
        if level.unit != unit || level.value <= 0.0 {
            let (field, expected) = match unit {
                LevelUnit::Users => ("users", "whole numbers of at least 1"),
                LevelUnit::PerSecond => ("rate", "rates such as `100/s`"),
            };
            return Err(ShapeError::WrongLevel { field, expected, written: written.to_owned() });
        }
        if levels.last().is_some_and(|last| *last >= level.value) {
            return Err(ShapeError::NotRising(written.to_owned()));
        }
        levels.push(level.value);
    }
    if levels.is_empty() { Err(ShapeError::Empty(ValueType::Sweep.describe())) } else { Ok(levels) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_are_users_or_rates_and_rise() {
        assert_eq!(Sweep::parse("users = [1, 2, 5,]").unwrap().levels, [1.0, 2.0, 5.0]);
        let rates = Sweep::parse("rate = [100/s, 6_000/min, 1_000/s]").unwrap_err();
        assert_eq!(rates.source, ShapeError::NotRising("6_000/min".to_owned()));
        assert_eq!(Sweep::parse("rate = [100/s, 200/s]").unwrap().unit, LevelUnit::PerSecond);
    }

    #[test]
    fn other_levels_are_refused() {
        let refusal = |text| Sweep::parse(text).unwrap_err().source.to_string();
        assert!(refusal("users = 5").contains("levels are in brackets"));
        assert!(refusal("users = [5/s]").starts_with("`users` takes whole numbers of at least 1, not `5/s`"));
        assert!(refusal("users = [0, 1]").contains("at least 1"));
        assert!(refusal("users = []").starts_with("it is empty"));
        assert!(refusal("").starts_with("it is empty"));
        assert!(refusal("user = [1]").contains("did you mean `users`"));
    }
}
