//! Bodies without their secrets.

use serde_json::Value;
use url::form_urlencoded;

use super::raw_session::{RawBody, RawPart};
use super::secret_shapes::{is_secret, looks_secret, mentions_a_secret};
use super::secrets::{CleanText, Secrets};
use super::session::{CleanJson, RepeatedBody, RepeatedPart};

pub(super) fn clean_body(body: &RawBody, secrets: &mut Secrets) -> RepeatedBody {
    match body {
        RawBody::Form(fields) => RepeatedBody::Form(
            fields.iter().map(|(name, value)| (clean_name(name, secrets), clean_value(name, value, secrets))).collect(),
        ),
        RawBody::Multipart(parts) => {
            RepeatedBody::Multipart(parts.iter().map(|part| clean_part(part, secrets)).collect())
        }
        RawBody::Text(content_type, text) => {
            let is_json = content_type.as_ref().is_some_and(|kind| kind.to_lowercase().contains("json"));
            let json = serde_json::from_str(text).ok().filter(|json: &Value| is_json || json.is_object());
            match json {
                Some(json) => clean_json_body(text, &json, secrets),
                None if has_secret_pair(content_type.as_deref(), text) => {
                    RepeatedBody::Text(CleanText::secret(secrets.field("body", text)))
                }
                None => RepeatedBody::Text(clean_prose(text, secrets)),
            }
        }
    }
}

/// The name of a field: data that is a token alone is read as one.
fn clean_name(name: &str, secrets: &mut Secrets) -> CleanText {
    match looks_secret(name) {
        true => CleanText::secret(secrets.field("field_name", name)),
        false => secrets.clean(name),
    }
}

/// Text under the type of a form may be encoded as one, so that no secret in it looks like one.
fn has_secret_pair(content_type: Option<&str>, text: &str) -> bool {
    content_type.is_some_and(|kind| kind.to_lowercase().starts_with("application/x-www-form-urlencoded"))
        && form_urlencoded::parse(text.as_bytes()).any(|(name, value)| is_secret(&name, &value) || looks_secret(&name))
}

/// The value of a field, a parameter or a header.
pub(super) fn clean_value(name: &str, value: &str, secrets: &mut Secrets) -> CleanText {
    match !value.is_empty() && is_secret(name, value) {
        true => CleanText::secret(secrets.field(name, value)),
        false => secrets.clean(value),
    }
}

fn clean_part(part: &RawPart, secrets: &mut Secrets) -> RepeatedPart {
    let value = match &part.file {
        Some(_) => clean_prose(&part.value, secrets),
        None => clean_value(&part.name, &part.value, secrets),
    };
    let file = part.file.as_ref().map(|(file, kind)| (secrets.clean(file), kind.clone()));
    RepeatedPart { name: clean_name(&part.name, secrets), value, file }
}

/// Text of no known form: if anything in it may be a secret, it is a variable as a whole.
fn clean_prose(text: &str, secrets: &mut Secrets) -> CleanText {
    match mentions_a_secret(text) || secrets.is_in(text) {
        true => CleanText::secret(secrets.field("body", text)),
        false => secrets.clean(text),
    }
}

fn clean_json_body(text: &str, json: &Value, secrets: &mut Secrets) -> RepeatedBody {
    if has_odd_secret("", json, secrets) {
        return RepeatedBody::Text(CleanText::secret(secrets.field("body", text)));
    }
    let clean = clean_json("", json, secrets);
    match has_secrets(&clean) {
        true => RepeatedBody::Json(clean),
        false => RepeatedBody::Text(secrets.clean(text)),
    }
}

/// A secret that is a key or a number, for which no variable can stand.
fn has_odd_secret(name: &str, json: &Value, secrets: &Secrets) -> bool {
    match json {
        Value::Object(fields) => fields.iter().any(|(key, value)| {
            let name = if is_secret(name, "") { name } else { key };
            looks_secret(key) || secrets.is_in(key) || has_odd_secret(name, value, secrets)
        }),
        Value::Array(items) => items.iter().any(|item| has_odd_secret(name, item, secrets)),
        Value::Number(number) => !name.is_empty() && is_secret(name, &number.to_string()),
        _ => false,
    }
}

/// `name` is that of the field; what is below a secret name is secret too.
fn clean_json(name: &str, json: &Value, secrets: &mut Secrets) -> CleanJson {
    match json {
        Value::String(text) => CleanJson::Text(clean_json_text(name, text, secrets)),
        Value::Array(items) => CleanJson::List(items.iter().map(|item| clean_json(name, item, secrets)).collect()),
        Value::Object(fields) => {
            let inner = |key: &String| if is_secret(name, "") { name.to_owned() } else { key.clone() };
            CleanJson::Object(
                fields.iter().map(|(key, value)| (key.clone(), clean_json(&inner(key), value, secrets))).collect(),
            )
        }
        other => CleanJson::Plain(other.to_string()),
    }
}

/// A text may be JSON itself, or a form.
fn clean_json_text(name: &str, text: &str, secrets: &mut Secrets) -> CleanText {
    let is_nested = text.contains([':', '=']) && mentions_a_secret(text);
    match is_nested && !is_secret(name, text) {
        true => CleanText::secret(secrets.field(name, text)),
        false => clean_value(name, text, secrets),
    }
}

fn has_secrets(json: &CleanJson) -> bool {
    match json {
        CleanJson::Plain(_) => false,
        CleanJson::Text(text) => text.has_secrets(),
        CleanJson::List(items) => items.iter().any(has_secrets),
        CleanJson::Object(fields) => fields.iter().any(|(_, value)| has_secrets(value)),
    }
}
