//! `capacity(start = 50/s, probe = 5s, budget = 120s)`

use super::error::{ShapeError, ShapeMistake};
use super::fields::NamedFields;
use super::level::{LevelUnit, parse_level, parse_time};
use crate::settings::value_type::ValueType;
use crate::units::{Quantity, ShortDuration, parse_quantity};
use crate::workload::CapacitySearch;

/// Reads the text between the parentheses; what is not given is as in [`CapacitySearch::default`].
///
/// # Errors
/// A name that is unknown or given twice, a value that does not fit, or a budget too small for one probe.
pub(crate) fn parse_search(text: &str) -> Result<CapacitySearch, ShapeMistake> {
    let known = ["start", "settle", "probe", "validate", "budget", "precision"];
    let fields = NamedFields::read(text, &known, ValueType::Capacity.describe())?;
    if fields.is_empty() {
        return Err(ShapeMistake::whole(ShapeError::Empty(ValueType::Capacity.describe())));
    }
    let default = CapacitySearch::default();
    let time = |field, default| Ok(fields.optional(field, parse_time)?.unwrap_or(default));
    let search = CapacitySearch {
        start_per_s: fields.optional("start", parse_start)?.unwrap_or(default.start_per_s),
        settle: time("settle", default.settle)?,
        probe: time("probe", default.probe)?,
        validate: time("validate", default.validate)?,
        budget: time("budget", default.budget)?,
        precision: fields.optional("precision", parse_share)?.unwrap_or(default.precision),
    };
    let least = search.settle.saturating_mul(2).saturating_add(search.probe).saturating_add(search.validate);
    if search.budget < least {
        let (budget, least) = (ShortDuration(search.budget).to_string(), ShortDuration(least).to_string());
        return Err(ShapeMistake::whole(ShapeError::SmallBudget { budget, least }));
    }
    Ok(search)
}

fn parse_start(text: &str) -> Result<f64, ShapeError> {
    let level = parse_level(text)?;
    if level.unit == LevelUnit::PerSecond && level.value > 0.0 {
        return Ok(level.value);
    }
    Err(ShapeError::WrongLevel { field: "start", expected: "a rate such as `50/s`", written: text.to_owned() })
}

fn parse_share(text: &str) -> Result<f64, ShapeError> {
    match parse_quantity(text)? {
        Quantity::Ratio(share) if share.as_f64() > 0.0 && share.as_f64() < 1.0 => Ok(share.as_f64()),
        _ => Err(ShapeError::Share(text.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_is_not_given_keeps_its_default() {
        let search = parse_search("start = 20/s, budget = 60s, precision = 10%").unwrap();
        assert_eq!((search.start_per_s, search.budget, search.precision), (20.0, Duration::from_secs(60), 0.1));
        assert_eq!(search.probe, CapacitySearch::default().probe);
    }

    #[test]
    fn what_cannot_be_searched_with_is_refused() {
        let refusal = |text| parse_search(text).unwrap_err().source.to_string();
        assert!(refusal("start = 20").contains("a rate such as `50/s`"));
        assert!(refusal("budget = 10s").starts_with("the budget (10s) is too short"));
        assert!(refusal("precision = 5").contains("not a share"));
        assert!(refusal("prob = 5s").contains("did you mean `probe`?"));
        assert!(refusal("").starts_with("it is empty"));
    }
}
