//! `stages(0/s -> 500/s over 30s, peak: 500/s for 60s)`

use std::time::Duration;

use super::error::{ShapeError, ShapeMistake};
use super::fields::parts;
use super::level::{GivenLevel, LevelUnit, parse_level, parse_time};
use crate::settings::value_type::ValueType;
use crate::workload::Stage;

/// How the number of users, or the rate of arrivals, changes over time.
#[derive(Debug, Clone, PartialEq)]
pub struct Stages {
    /// The unit of the levels.
    pub unit: LevelUnit,
    /// At least one.
    pub stages: Vec<Stage>,
}

impl Stages {
    /// Reads the text between the parentheses.
    ///
    /// A ramp starts where the stage before it ended; a steady stage may have another level, which is a step.
    ///
    /// # Errors
    /// No stage, levels of two sorts, a ramp from elsewhere, a name twice, or levels that are all zero.
    pub fn parse(text: &str) -> Result<Stages, ShapeMistake> {
        let mut read: Vec<Read> = Vec::new();
        for (index, part) in parts(text).into_iter().enumerate() {
            let stage = Read::parse(part).and_then(|stage| stage.after(&read));
            read.push(stage.map_err(|source| ShapeMistake { part: Some(index), source })?);
        }
        let Some(first) = read.first() else {
            return Err(ShapeMistake::whole(ShapeError::Empty(ValueType::Stages.describe())));
        };
        let unit = first.from.unit;
        let stages: Vec<Stage> = read.into_iter().map(Read::into_stage).collect();
        if stages.iter().all(|stage| stage.from == 0.0 && stage.to == 0.0) {
            return Err(ShapeMistake::whole(ShapeError::NoLoad));
        }
        Ok(Stages { unit, stages })
    }

    /// The highest level.
    pub fn peak(&self) -> f64 {
        self.stages.iter().map(|stage| stage.from.max(stage.to)).fold(0.0, f64::max)
    }

    /// How long all of them take.
    pub fn length(&self) -> Duration {
        self.stages.iter().map(|stage| stage.over).sum()
    }

    /// The names that thresholds may ask for.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.stages.iter().filter_map(|stage| stage.name.as_deref())
    }
}

/// A stage with the unit of its levels.
struct Read {
    name: Option<String>,
    from: GivenLevel,
    to: GivenLevel,
    over: Duration,
}

impl Read {
    fn parse(part: &str) -> Result<Read, ShapeError> {
        let (name, plan) = match part.split_once(':') {
            Some((name, plan)) => (Some(stage_name(name.trim())?), plan.trim()),
            None => (None, part),
        };
        let no_stage = || ShapeError::NoStage(part.to_owned());
        let (from, to, over) = match plan.split_once("->") {
            Some((from, rest)) => {
                let (to, over) = rest.split_once(" over ").ok_or_else(no_stage)?;
                (parse_level(from)?, parse_level(to)?, over)
            }
            None => {
                let (level, over) = plan.split_once(" for ").ok_or_else(no_stage)?;
                let level = parse_level(level)?;
                (level, level, over)
            }
        };
        if from.unit != to.unit {
            return Err(ShapeError::Mixed(plan.to_owned()));
        }
        Ok(Read { name, from, to, over: parse_time(over)? })
    }

    /// This stage, if it can follow those before it.
    fn after(self, before: &[Read]) -> Result<Read, ShapeError> {
        if let Some(name) = self.name.as_ref().filter(|name| before.iter().any(|one| one.name.as_ref() == Some(*name)))
        {
            return Err(ShapeError::SameName(name.clone()));
        }
        let Some(last) = before.last() else { return Ok(self) };
        if last.to.unit != self.from.unit {
            return Err(ShapeError::Mixed(self.from.to_string()));
        }
        let is_ramp = self.from != self.to;
        if is_ramp && last.to != self.from {
            return Err(ShapeError::Gap { from: self.from.to_string(), before: last.to.to_string() });
        }
        Ok(self)
    }

    fn into_stage(self) -> Stage {
        Stage { name: self.name, from: self.from.value, to: self.to.value, over: self.over }
    }
}

fn stage_name(name: &str) -> Result<String, ShapeError> {
    let starts = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
    if starts && name.chars().all(|c| c.is_alphanumeric() || c == '_') {
        return Ok(name.to_owned());
    }
    Err(ShapeError::StageName(name.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refusal(text: &str) -> (Option<usize>, String) {
        let mistake = Stages::parse(text).unwrap_err();
        (mistake.part, mistake.source.to_string())
    }

    #[test]
    fn ramps_steady_stages_and_names_are_read() {
        let stages = Stages::parse("warm: 0/s -> 500/s over 30s, peak: 500/s for 1m, 500/s->0/s over 5s,").unwrap();
        assert_eq!(
            (stages.unit, stages.peak(), stages.length()),
            (LevelUnit::PerSecond, 500.0, Duration::from_secs(95))
        );
        assert_eq!(stages.names().collect::<Vec<_>>(), ["warm", "peak"]);
        assert!(stages.stages[1].is_steady() && !stages.stages[0].is_steady());
        assert_eq!((stages.stages[2].from, stages.stages[2].to), (500.0, 0.0));
        assert_eq!(Stages::parse("1 -> 50 over 10s, 50 for 60s").unwrap().unit, LevelUnit::Users);
    }

    #[test]
    fn a_step_is_allowed_and_a_ramp_from_elsewhere_is_not() {
        assert!(Stages::parse("100/s for 5s, 200/s for 5s, 200/s -> 0/s over 1s").is_ok());
        let (part, text) = refusal("0/s -> 100/s over 5s, 200/s -> 300/s over 5s");
        assert_eq!(part, Some(1));
        assert!(text.starts_with("the ramp starts at 200/s, but the stage before it ends at 100/s"), "{text}");
    }

    #[test]
    fn what_is_not_a_stage_is_reported_with_its_part() {
        assert_eq!(refusal("5/s for 5s, 5/s over 5s").0, Some(1));
        assert!(refusal("5/s over 5s").1.starts_with("`5/s over 5s` is not a stage"));
        assert!(refusal("5 for 5s, 5/s for 5s").1.contains("mixes users and rates"));
        assert!(refusal("5 -> 5/s over 5s").1.contains("mixes users and rates"));
        assert!(refusal("a: 5 for 5s, a: 6 for 5s").1.starts_with("two stages are called `a`"));
        assert!(refusal("rush hour: 5 for 5s").1.contains("one word"));
        assert!(refusal("5ms for 5s").1.contains("neither a number of users"));
        assert!(refusal("5 for 5").1.contains("not a time above zero"));
        assert_eq!(refusal("0 for 5s"), (None, "every level is zero, so no load is offered".to_owned()));
        assert!(refusal(" ").1.starts_with("it is empty"));
    }
}
