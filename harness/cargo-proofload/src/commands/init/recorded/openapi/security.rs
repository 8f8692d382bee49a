//! What lets a request in, as headers and parameters with values that are taken for secrets.

use serde_json::Value;

use super::document::ApiDocument;

/// Where a secret goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Credential {
    Header(String, String),
    Parameter(String, String),
}

impl ApiDocument {
    /// What an operation asks for: the first of its alternatives, or of those of the whole file.
    pub(super) fn credentials(&self, operation: &Value) -> Vec<Credential> {
        let asked = operation.get("security").unwrap_or(&self.root()["security"]);
        let first = asked.as_array().and_then(|alternatives| alternatives.first()).and_then(Value::as_object);
        let schemes = &self.root()["components"]["securitySchemes"];
        let names = first.into_iter().flat_map(|schemes| schemes.keys());
        names.filter_map(|name| credential(self.resolve(&schemes[name]))).collect()
    }
}

/// The values are placeholders that look like secrets, so that variables stand in their places.
fn credential(scheme: &Value) -> Option<Credential> {
    let header = |name: &str, value: &str| Some(Credential::Header(name.to_lowercase(), value.to_owned()));
    let name = scheme["name"].as_str().unwrap_or_default();
    let key = format!("sk_of_the_environment_{name}");
    match (scheme["type"].as_str()?, scheme["in"].as_str(), scheme["scheme"].as_str().map(str::to_lowercase).as_deref())
    {
        ("apiKey", Some("header"), _) => header(name, &key),
        ("apiKey", Some("cookie"), _) => header("cookie", &format!("{name}={key}")),
        ("apiKey", Some("query"), _) => Some(Credential::Parameter(name.to_owned(), key)),
        ("http", _, Some("bearer")) | ("oauth2" | "openIdConnect", ..) => header("authorization", "Bearer TOKEN"),
        ("http", ..) => header("authorization", "of the environment"),
        _ => None,
    }
}
