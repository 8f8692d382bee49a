//! One setting: is its value what the setting expects?

use proc_macro2::TokenStream;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::settings::{SettingError, SettingKey, SettingValue, ValueType, parse_value};
use quote::ToTokens;
use syn::{LitStr, Path};

use crate::mistakes::Mistakes;
use crate::perf::parse::SettingItem;
use crate::perf::value::{Literal, Value, part_inside, text_inside};

/// A setting that shapes the load, with at least one value.
pub(crate) struct Setting {
    pub(crate) key: SettingKey,
    pub(crate) values: Vec<WrittenValue>,
    pub(crate) tokens: TokenStream,
}

/// A value of a setting.
pub(crate) enum WrittenValue {
    /// Read while the test compiles.
    Literal { text: String, value: SettingValue },
    /// Known only to the compiler.
    Constant(Path),
}

/// Whether the author wants the test left out of a plain run.
#[derive(Default)]
pub(crate) enum IgnoreChoice {
    /// The kind decides.
    #[default]
    ByKind,
    /// `ignore = false`
    Never,
    /// `ignore = "why"` or `ignore = true`
    Always(Option<String>),
}

/// A load setting's values: one, or the several of an array.
pub(crate) fn check_load(key: SettingKey, item: &SettingItem, mistakes: &mut Mistakes) -> Option<Setting> {
    let written = match &item.value {
        array @ Value::Array { .. } if key.takes().has_parentheses() => vec![array],
        Value::Array { values, .. } => values.iter().collect(),
        value => vec![value],
    };
    if written.is_empty() {
        mistakes.at(&item.value, format!("`{key} = []` has no value: expected {}", key.takes().describe()));
        return None;
    }
    let mut values: Vec<WrittenValue> = Vec::new();
    for value in &written {
        let Some(given) = check_value(key, value, mistakes) else { continue };
        if values.iter().any(|earlier| earlier.is_same_as(&given)) {
            mistakes.at(value, format!("`{}` is given twice in `{key}`", value.written()));
        }
        values.push(given);
    }
    let mut tokens = item.word.tokens.clone();
    item.value.to_tokens(&mut tokens);
    (values.len() == written.len()).then_some(Setting { key, values, tokens })
}

fn check_value(key: SettingKey, value: &Value, mistakes: &mut Mistakes) -> Option<WrittenValue> {
    let mismatch = SettingError::Mismatch { key, written: value.written() };
    let (text, tokens) = match value {
        Value::Literal(literal) if is_range(key, literal) || key.takes().is_text() => {
            mistakes.at(value, mismatch);
            return None;
        }
        Value::Literal(literal) => (literal.text.clone(), literal.tokens.clone()),
        Value::Text(text) => (text.value(), text.to_token_stream()),
        Value::Path(path) if key.takes().is_word() => (value.written(), path.to_token_stream()),
        Value::Call { text, tokens } if key.takes().is_word() => (text.clone(), tokens.clone()),
        Value::Bool(value) if key.takes() == ValueType::Switch => (value.value.to_string(), value.to_token_stream()),
        Value::Path(path) if takes_constants(key) => return Some(WrittenValue::Constant(path.clone())),
        Value::Parentheses(group) if key.takes().has_parentheses() => {
            (text_inside(group.stream()), group.to_token_stream())
        }
        Value::Path(_) if matches!(key, SettingKey::Rate | SettingKey::SpawnRate) => {
            mistakes.at(value, format!("{mismatch}: a rate is written out and cannot be a constant"));
            return None;
        }
        Value::Path(_) | Value::Call { .. } | Value::Parentheses(_) | Value::Bool(_) | Value::Array { .. } => {
            mistakes.at(value, mismatch);
            return None;
        }
    };
    match parse_value(key, &text) {
        Ok(value) => Some(WrittenValue::Literal { text, value }),
        Err(mistake) => {
            mistakes.at(part_of(value, &mistake).unwrap_or(tokens), mistake);
            None
        }
    }
}

/// A constant's type distinguishes a number from a time; there is no type for a rate, and texts are read while the test compiles.
fn takes_constants(key: SettingKey) -> bool {
    let is_written_out = key.takes().is_text()
        || matches!(key.takes(), ValueType::Rate | ValueType::PerSecond | ValueType::Switch | ValueType::Think);
    !key.takes().has_parentheses() && !is_written_out
}

/// Only pauses are taken from a range.
fn is_range(key: SettingKey, literal: &Literal) -> bool {
    key.takes() != ValueType::Think && literal.text.contains("..")
}

/// The part between commas that the mistake is about.
fn part_of(value: &Value, mistake: &SettingError) -> Option<TokenStream> {
    let (Value::Parentheses(group), SettingError::Shape { part, .. }) = (value, mistake) else { return None };
    Some(part_inside(group, (*part)?)).filter(|tokens| !tokens.is_empty())
}

impl WrittenValue {
    fn is_same_as(&self, other: &WrittenValue) -> bool {
        match (self, other) {
            (WrittenValue::Literal { value: left, .. }, WrittenValue::Literal { value: right, .. }) => left == right,
            (WrittenValue::Constant(left), WrittenValue::Constant(right)) => {
                left.to_token_stream().to_string() == right.to_token_stream().to_string()
            }
            _ => false,
        }
    }
}

/// `kind = "load"`
pub(crate) fn check_kind(value: &Value, mistakes: &mut Mistakes) -> Option<Kind> {
    if let Value::Path(word) = value
        && let Ok(kind) = value.written().parse::<Kind>()
    {
        mistakes.at(word, format!("a kind is written in quotes: `kind = \"{kind}\"`"));
        return None;
    }
    let text = expect_text(SettingKey::Kind, value, mistakes)?;
    match text.value().parse() {
        Ok(kind) => Some(kind),
        Err(mistake) => {
            mistakes.at(text, mistake);
            None
        }
    }
}

/// `name = "rush hour"`; the name becomes part of a path, so something of it must remain there.
pub(crate) fn check_name(value: &Value, mistakes: &mut Mistakes) -> Option<String> {
    let text = expect_text(SettingKey::Name, value, mistakes)?;
    let name = text.value().trim().to_owned();
    if name.contains(|c: char| c.is_alphanumeric()) {
        return Some(name);
    }
    mistakes.at(text, "a name has at least one letter or digit");
    None
}

/// `ignore = "why"`, `true` or `false`
pub(crate) fn check_ignore(value: &Value, mistakes: &mut Mistakes) -> IgnoreChoice {
    match value {
        Value::Text(reason) if reason.value().trim().is_empty() => {
            mistakes.at(reason, "the reason is empty: say why the test is ignored, or write `ignore = true`");
            IgnoreChoice::ByKind
        }
        Value::Text(reason) => IgnoreChoice::Always(Some(reason.value())),
        Value::Bool(ignored) if ignored.value => IgnoreChoice::Always(None),
        Value::Bool(_) => IgnoreChoice::Never,
        other => {
            mistakes.at(other, mismatch(SettingKey::Ignore, other));
            IgnoreChoice::ByKind
        }
    }
}

/// `markers = [slow, smoke]`
pub(crate) fn check_markers(value: &Value, mistakes: &mut Mistakes) -> Vec<String> {
    let Value::Array { values, .. } = value else {
        mistakes.at(value, mismatch(SettingKey::Markers, value));
        return Vec::new();
    };
    let mut markers: Vec<String> = Vec::new();
    for value in values {
        let marker = value.written();
        match refuse_marker(value, &marker, &markers) {
            Some(refusal) => mistakes.at(value, refusal),
            None => markers.push(marker),
        }
    }
    markers
}

fn refuse_marker(value: &Value, marker: &str, earlier: &[String]) -> Option<String> {
    let is_word = matches!(value, Value::Path(_) | Value::Text(_))
        && marker.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && marker.chars().all(|c| c.is_alphanumeric() || c == '_');
    if !is_word {
        return Some(format!("a marker is one word, such as `slow`, not `{marker}`"));
    }
    if ["and", "or", "not"].contains(&marker) {
        return Some(format!("`{marker}` joins markers in `-m`, so it cannot be a marker"));
    }
    if marker.parse::<Kind>().is_ok() {
        return Some(format!("`{marker}` is a kind, and the kind of a test is already its marker"));
    }
    earlier.iter().any(|other| other == marker).then(|| format!("the marker `{marker}` is given twice"))
}

fn expect_text<'a>(key: SettingKey, value: &'a Value, mistakes: &mut Mistakes) -> Option<&'a LitStr> {
    if let Value::Text(text) = value {
        return Some(text);
    }
    mistakes.at(value, mismatch(key, value));
    None
}

fn mismatch(key: SettingKey, value: &Value) -> SettingError {
    SettingError::Mismatch { key, written: value.written() }
}
