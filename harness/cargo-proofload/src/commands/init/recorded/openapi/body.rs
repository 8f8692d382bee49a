//! Bodies of requests.

use serde_json::Value;

use super::super::raw_session::{RawBody, RawPart};
use super::document::ApiDocument;
use super::example::ExampleValue;

impl ApiDocument {
    /// The body of an operation with its content type; JSON if it may be. `Err` says what it may be, if nothing of it can be made.
    pub(super) fn body(&self, operation: &Value) -> Result<Option<(RawBody, ExampleValue)>, String> {
        let Some(content) = self.resolve(&operation["requestBody"])["content"].as_object() else { return Ok(None) };
        let is_json = |kind: &&String| kind.contains("json");
        let Some(kind) = content.keys().find(is_json).or_else(|| content.keys().next()) else { return Ok(None) };
        let example = self.example(&content[kind]);
        let body = match (kind.as_str(), &example.value) {
            (kind, value) if kind.contains("json") => RawBody::Text(Some(kind.to_owned()), value.to_string()),
            ("application/x-www-form-urlencoded", Value::Object(_)) => RawBody::Form(fields(&example.value)),
            ("multipart/form-data", Value::Object(_)) => {
                let part = |(name, value)| RawPart { name, value, file: None };
                RawBody::Multipart(fields(&example.value).into_iter().map(part).collect())
            }
            (kind, Value::String(text)) if kind.starts_with("text/") || !example.is_made_up => {
                RawBody::Text(Some(kind.to_owned()), text.clone())
            }
            (kind, _) => return Err(format!("its body is of type {kind} and has no example")),
        };
        Ok(Some((body, example)))
    }
}

fn fields(object: &Value) -> Vec<(String, String)> {
    object.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), plain(value))).collect()
}

/// A value as it stands in a path, a parameter or a field.
pub(super) fn plain(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(plain).collect::<Vec<_>>().join(","),
        other => other.to_string(),
    }
}
