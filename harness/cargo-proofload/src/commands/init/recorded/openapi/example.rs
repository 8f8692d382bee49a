//! Values for parameters and bodies: the examples and defaults of the file, and where it has none, one that its schema allows.

use serde_json::{Map, Value, json};

use super::document::ApiDocument;

/// Schemas that contain themselves end here.
const DEEPEST: usize = 8;

/// A value, and whether the file has it or it was made up.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ExampleValue {
    pub(super) value: Value,
    pub(super) is_made_up: bool,
}

impl ApiDocument {
    /// Of a parameter, a header or a media type: its example, or one of its schema.
    pub(super) fn example(&self, described: &Value) -> ExampleValue {
        self.given_example(described).unwrap_or_else(|| self.of_schema(&described["schema"], 0))
    }

    /// An example that the author of the file wrote.
    pub(super) fn given_example(&self, described: &Value) -> Option<ExampleValue> {
        let first = described["examples"].as_object().and_then(|examples| examples.values().next());
        let first = first.map(|example| &self.resolve(example)["value"]).filter(|value| !value.is_null());
        let own = Some(&described["example"]).filter(|value| !value.is_null());
        let given = own.or(first).or_else(|| given(self.resolve(&described["schema"])))?;
        Some(ExampleValue { value: given.clone(), is_made_up: false })
    }

    fn of_schema(&self, schema: &Value, depth: usize) -> ExampleValue {
        let schema = self.resolve(schema);
        if let Some(value) = given(schema) {
            return ExampleValue { value: value.clone(), is_made_up: false };
        }
        let made_up = |value| ExampleValue { value, is_made_up: true };
        if depth >= DEEPEST {
            return made_up(Value::Null);
        }
        for choice in ["oneOf", "anyOf"] {
            if let Some(first) = schema[choice].as_array().and_then(|choices| choices.iter().find(|one| !is_null(one)))
            {
                return self.of_schema(first, depth + 1);
            }
        }
        if let Some(parts) = schema["allOf"].as_array() {
            return self.of_all(parts, schema, depth);
        }
        match kind(schema) {
            "object" => self.of_object(schema, depth),
            "array" => {
                let item = self.of_schema(&schema["items"], depth + 1);
                ExampleValue { value: json!([item.value]), is_made_up: item.is_made_up }
            }
            "integer" => {
                made_up(schema.get("minimum").filter(|least| least.is_i64()).cloned().unwrap_or_else(|| json!(1)))
            }
            "number" => {
                made_up(schema.get("minimum").filter(|least| least.is_number()).cloned().unwrap_or_else(|| json!(1.5)))
            }
            "boolean" => made_up(json!(true)),
            "null" => made_up(Value::Null),
            _ => made_up(json!(text(schema))),
        }
    }

    fn of_all(&self, parts: &[Value], schema: &Value, depth: usize) -> ExampleValue {
        let mut whole = Map::new();
        let mut is_made_up = false;
        let own = std::iter::once(self.of_object(schema, depth + 1));
        for part in parts.iter().map(|part| self.of_schema(part, depth + 1)).chain(own) {
            match part.value {
                Value::Object(fields) => whole.extend(fields),
                other if parts.len() == 1 => return ExampleValue { value: other, is_made_up: part.is_made_up },
                _ => {}
            }
            is_made_up |= part.is_made_up;
        }
        ExampleValue { value: Value::Object(whole), is_made_up }
    }

    /// All fields that must be there, and those that have an example.
    fn of_object(&self, schema: &Value, depth: usize) -> ExampleValue {
        let required = schema["required"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut fields = Map::new();
        let mut is_made_up = false;
        for (name, property) in schema["properties"].as_object().into_iter().flatten() {
            let property = self.resolve(property);
            let is_wanted = required.iter().any(|wanted| wanted == name) || given(property).is_some();
            if is_wanted && property["readOnly"] != true {
                let example = self.of_schema(property, depth + 1);
                is_made_up |= example.is_made_up;
                fields.insert(name.clone(), example.value);
            }
        }
        ExampleValue { value: Value::Object(fields), is_made_up }
    }
}

/// What the schema itself says a value is.
fn given(schema: &Value) -> Option<&Value> {
    let candidates =
        [&schema["example"], &schema["examples"][0], &schema["const"], &schema["default"], &schema["enum"][0]];
    candidates.into_iter().find(|value| !value.is_null())
}

fn is_null(schema: &Value) -> bool {
    schema["type"] == "null"
}

/// `type` may be a list in 3.1: `["string", "null"]`.
fn kind(schema: &Value) -> &str {
    let first = schema["type"].as_array().and_then(|kinds| kinds.iter().find(|kind| *kind != "null"));
    let is_object = schema["properties"].is_object();
    first.unwrap_or(&schema["type"]).as_str().unwrap_or(if is_object { "object" } else { "string" })
}

fn text(schema: &Value) -> String {
    let text = match schema["format"].as_str() {
        Some("uuid") => "00000000-0000-4000-8000-000000000001",
        Some("date") => "2026-01-01",
        Some("date-time") => "2026-01-01T00:00:00Z",
        Some("email") => "someone@example.com",
        Some("uri" | "url") => "https://example.com/",
        Some("ipv4") => "192.0.2.1",
        _ => "example",
    };
    let least =
        schema["minLength"].as_u64().and_then(|least| usize::try_from(least).ok()).unwrap_or_default().min(1000);
    let most = schema["maxLength"].as_u64().and_then(|most| usize::try_from(most).ok()).unwrap_or(usize::MAX);
    let long = format!("{text:x<least$}");
    long.chars().take(most).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn example_of(described: &Value) -> (Value, bool) {
        let root = json!({"openapi": "3.1.0", "components": {"schemas": {
            "Node": {"type": "object", "required": ["next"], "properties": {"next": {"$ref": "#/components/schemas/Node"}}},
            "Id": {"type": "string", "format": "uuid"},
        }}});
        let document = ApiDocument::read("", &root.to_string()).unwrap();
        let example = document.example(described);
        (example.value, example.is_made_up)
    }

    #[test]
    fn examples_come_before_defaults_and_those_before_types() {
        assert_eq!(example_of(&json!({"example": 7, "schema": {"example": 8}})), (json!(7), false));
        assert_eq!(example_of(&json!({"examples": {"a": {"value": 9}}, "schema": {"default": 8}})), (json!(9), false));
        assert_eq!(example_of(&json!({"schema": {"examples": ["x"], "default": "y"}})), (json!("x"), false));
        assert_eq!(example_of(&json!({"schema": {"enum": ["new", "old"]}})), (json!("new"), false));
        assert_eq!(example_of(&json!({"schema": {"type": "integer", "minimum": 5}})), (json!(5), true));
        assert_eq!(example_of(&json!({"schema": {"type": ["null", "boolean"]}})), (json!(true), true));
        let id = json!({"schema": {"$ref": "#/components/schemas/Id"}});
        assert_eq!(example_of(&id), (json!("00000000-0000-4000-8000-000000000001"), true));
    }

    #[test]
    fn an_object_has_what_it_must_have_and_what_has_an_example() {
        let schema = json!({"type": "object", "required": ["name", "id"], "properties": {
            "name": {"type": "string", "maxLength": 4}, "id": {"type": "integer", "readOnly": true},
            "tags": {"type": "array", "items": {"type": "string", "example": "red"}}, "size": {"example": 3}, "note": {"type": "string"},
        }});
        assert_eq!(example_of(&json!({"schema": schema})), (json!({"name": "exam", "size": 3}), true));
    }

    #[test]
    fn parts_make_a_whole_and_a_circle_ends() {
        let parts = json!({"allOf": [{"properties": {"a": {"example": 1}}}, {"properties": {"b": {"example": 2}}}],
            "properties": {"c": {"example": 3}}});
        assert_eq!(example_of(&json!({"schema": parts})), (json!({"a": 1, "b": 2, "c": 3}), false));
        let (circle, _) = example_of(&json!({"schema": {"$ref": "#/components/schemas/Node"}}));
        assert!(circle["next"]["next"]["next"].is_object());
    }
}
