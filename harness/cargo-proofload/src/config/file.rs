//! Reads the file: TOML, or JSON where its name ends in `.json`.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::failure::UsageFailure;

/// A value of the file; a number is its text.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum ConfigValue {
    Switch(bool),
    Text(String),
    List(Vec<String>),
    Table(BTreeMap<String, ConfigValue>),
}

/// The keys and values of the file.
pub(super) fn read_file(file: &Path) -> Result<BTreeMap<String, ConfigValue>, UsageFailure> {
    let refused = |why: &dyn std::fmt::Display| UsageFailure::new(format!("{}: {why}", file.display()));
    let text = fs::read_to_string(file)
        .map_err(|error| UsageFailure::new(format!("--config: cannot read {}: {error}", file.display())))?;
    let is_json = file.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("json"));
    let whole = if is_json {
        serde_json::from_str(&text).map_err(|error| refused(&error))?
    } else {
        let table: toml::Table = toml::from_str(&text).map_err(|error| refused(&error.to_string().trim_end()))?;
        serde_json::to_value(table).map_err(|error| refused(&error))?
    };
    match read(whole).map_err(|why| refused(&why))? {
        ConfigValue::Table(table) => Ok(table),
        _ => Err(refused(&"it has options and their values, as in {\"users\": 50}")),
    }
}

fn read(value: serde_json::Value) -> Result<ConfigValue, String> {
    use serde_json::Value;
    Ok(match value {
        Value::Bool(value) => ConfigValue::Switch(value),
        Value::Array(values) => ConfigValue::List(values.into_iter().map(text).collect::<Result<_, _>>()?),
        Value::Object(entries) => {
            let entries = entries.into_iter().map(|(key, value)| {
                let value = read(value).map_err(|why| format!("`{key}`: {why}"))?;
                Ok((key, value))
            });
            ConfigValue::Table(entries.collect::<Result<_, String>>()?)
        }
        scalar => ConfigValue::Text(text(scalar)?),
    })
}

fn text(value: serde_json::Value) -> Result<String, String> {
    match value {
        serde_json::Value::String(text) => Ok(text),
        serde_json::Value::Number(number) => Ok(number.to_string()),
        other => Err(format!("`{other}` is neither a text nor a number")),
    }
}
