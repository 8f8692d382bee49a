//! `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`

use std::time::Duration;

use super::error::{ShapeError, ShapeMistake};
use super::fields::NamedFields;
use super::level::{LevelUnit, parse_time};
use super::stages::Stages;
use crate::settings::value_type::ValueType;
use crate::workload::{SpikeWindow, Stage};

/// A base load with one surge in it, and base again until the server has recovered.
#[derive(Debug, Clone, PartialEq)]
pub struct Surge {
    /// The unit of the levels.
    pub unit: LevelUnit,
    /// The level before and after.
    pub base: f64,
    /// The level of the surge.
    pub peak: f64,
    /// When it begins and how long it lasts.
    pub spike: SpikeWindow,
    /// How long the base load goes on after it.
    pub recover_within: Duration,
}

/// The least time for which the base load goes on: shorter, and there is little to see of a recovery.
const LEAST_RECOVERY: Duration = Duration::from_secs(10);

impl Surge {
    /// The names of its stages, in order.
    pub const STAGES: [&'static str; 3] = ["before", "spike", "after"];

    /// Reads the text between the parentheses.
    ///
    /// `recover_within` is four times the surge unless it is given, and then at least 10 s.
    ///
    /// # Errors
    /// A name that is missing, unknown or given twice, levels of two sorts, a peak that is not above the base.
    pub fn parse(text: &str) -> Result<Surge, ShapeMistake> {
        let known = ["base", "peak", "at", "lasting", "recover_within"];
        let fields = NamedFields::read(text, &known, ValueType::Spike.describe())?;
        let (base, peak) = (fields.level("base")?, fields.level("peak")?);
        let spike = SpikeWindow { at: fields.time("at")?, lasting: fields.time("lasting")? };
        if base.unit != peak.unit {
            return Err(ShapeMistake::whole(ShapeError::Mixed(format!("base = {base}, peak = {peak}"))));
        }
        if base.value <= 0.0 || peak.value <= base.value {
            let (base, peak) = (base.to_string(), peak.to_string());
            return Err(ShapeMistake::whole(ShapeError::NoSurge { base, peak }));
        }
        let recover_within = fields.optional("recover_within", parse_time)?;
        let recover_within = recover_within.unwrap_or_else(|| spike.lasting.saturating_mul(4).max(LEAST_RECOVERY));
        Ok(Surge { unit: base.unit, base: base.value, peak: peak.value, spike, recover_within })
    }

    /// As stages: `before`, `spike` and `after`.
    pub fn stages(&self) -> Stages {
        let plan = [(self.base, self.spike.at), (self.peak, self.spike.lasting), (self.base, self.recover_within)];
        let stage = |(name, (level, over)): (&str, (f64, Duration))| Stage {
            name: Some(name.to_owned()),
            from: level,
            to: level,
            over,
        };
        Stages { unit: self.unit, stages: Surge::STAGES.into_iter().zip(plan).map(stage).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_surge_is_three_stages_and_the_last_is_long_enough_to_recover() {
        let surge = Surge::parse("base = 20/s, peak = 300/s, at = 5s, lasting = 5s").unwrap();
        let stages = surge.stages();
        let seconds: Vec<u64> = stages.stages.iter().map(|stage| stage.over.as_secs()).collect();
        assert_eq!((seconds, stages.peak()), (vec![5, 5, 20], 300.0));
        let short = Surge::parse("base = 2, peak = 30, at = 1s, lasting = 1s").unwrap();
        assert_eq!((short.unit, short.recover_within), (LevelUnit::Users, Duration::from_secs(10)));
        let own = Surge::parse("base=2,peak=30,at=1s,lasting=1s,recover_within=3s").unwrap();
        assert_eq!(own.recover_within, Duration::from_secs(3));
    }

    #[test]
    fn what_is_missing_unknown_or_not_a_surge_is_refused() {
        let refusal = |text| Surge::parse(text).unwrap_err().source.to_string();
        assert!(refusal("base = 20/s, peak = 300/s, at = 5s").starts_with("`lasting` is missing"));
        assert!(refusal("base = 20/s, peek = 300/s").starts_with("unknown field `peek`, did you mean `peak`?"));
        assert!(
            refusal("base = 20/s, peak = 10/s, at = 5s, lasting = 5s").starts_with("the peak (10/s) must be above")
        );
        assert!(refusal("base = 20, peak = 100/s, at = 5s, lasting = 5s").contains("mixes users and rates"));
        assert!(refusal("base = 20, base = 30").contains("given twice"));
    }
}
