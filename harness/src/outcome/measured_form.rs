//! The figures of a test among the other fields of its record. Without figures each of these fields is `null` or empty.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::{Map, Value};

use crate::measure::Measured;

/// Writes the figures, or every field of theirs without a value.
pub(super) fn serialize<S: Serializer>(measured: &Option<Measured>, serializer: S) -> Result<S::Ok, S::Error> {
    match measured {
        Some(measured) => measured.serialize(serializer),
        None => without_figures().serialize(serializer),
    }
}

/// Reads the figures; a test without totals has none.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Measured>, D::Error> {
    let fields: Map<String, Value> = Map::deserialize(deserializer)?;
    if fields.get("totals").is_none_or(Value::is_null) {
        return Ok(None);
    }
    Measured::deserialize(Value::Object(fields)).map(Some).map_err(D::Error::custom)
}

fn without_figures() -> Map<String, Value> {
    // By way of the text, which is written in any case: another format is compiled for every type of the record.
    let text = serde_json::to_string_pretty(&Measured::default()).unwrap_or_default();
    let mut fields: Map<String, Value> = serde_json::from_str(&text).unwrap_or_default();
    fields.values_mut().filter(|value| !value.is_array()).for_each(|value| *value = Value::Null);
    fields
}

#[cfg(test)]
pub(super) use schema::MeasuredOrNull;

#[cfg(test)]
mod schema {
    use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
    use serde_json::{Map, Value};

    use crate::measure::Measured;

    /// The schema of the fields, any of which may be `null` unless it is a list.
    pub(in crate::outcome) struct MeasuredOrNull;

    impl JsonSchema for MeasuredOrNull {
        fn schema_name() -> std::borrow::Cow<'static, str> {
            "MeasuredOrNull".into()
        }

        fn inline_schema() -> bool {
            true
        }

        fn json_schema(generator: &mut SchemaGenerator) -> Schema {
            let mut schema = Measured::json_schema(generator);
            let fields = schema.get_mut("properties").and_then(Value::as_object_mut);
            for field in fields.into_iter().flat_map(Map::values_mut) {
                if field.get("type") != Some(&Value::from("array")) {
                    *field = or_null(field.take());
                }
            }
            schema
        }
    }

    /// A field that is described stays described.
    fn or_null(mut field: Value) -> Value {
        let description = field.as_object_mut().and_then(|field| field.remove("description"));
        let mut schema = json_schema!({ "anyOf": [field, { "type": "null" }] });
        if let Some(description) = description {
            schema.insert("description".to_owned(), description);
        }
        schema.to_value()
    }
}
