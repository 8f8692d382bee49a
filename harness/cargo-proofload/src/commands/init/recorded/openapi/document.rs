//! A description of an API, in JSON or YAML, with its references.

use serde_json::Value;
use url::Url;

use crate::failure::UsageFailure;

/// More references in a row are a circle.
const MOST_REFERENCES: usize = 16;

/// An OpenAPI file of version 3.
#[derive(Debug)]
pub(super) struct ApiDocument {
    root: Value,
}

impl ApiDocument {
    pub(super) fn read(source: &str, text: &str) -> Result<ApiDocument, UsageFailure> {
        let wrong = |why: String| UsageFailure::new(format!("{source} is not an OpenAPI file of version 3: {why}"));
        let is_json = text.trim_start().starts_with('{');
        let root: Value = match is_json {
            true => serde_json::from_str(text).map_err(|error| wrong(error.to_string()))?,
            false => serde_saphyr::from_str(text).map_err(|error| wrong(error.to_string()))?,
        };
        match root["openapi"].as_str() {
            Some(version) if version.starts_with("3.") => Ok(ApiDocument { root }),
            Some(version) => Err(wrong(format!("it is of version {version}"))),
            None if !root["swagger"].is_null() => {
                Err(wrong("it is of version 2; convert it, as with https://converter.swagger.io".to_owned()))
            }
            None => Err(wrong("it has no key `openapi`".to_owned())),
        }
    }

    pub(super) fn root(&self) -> &Value {
        &self.root
    }

    /// What `$ref` points to; a value without `$ref` is itself. A reference to another file leads nowhere.
    pub(super) fn resolve<'a>(&'a self, value: &'a Value) -> &'a Value {
        let mut value = value;
        for _ in 0..MOST_REFERENCES {
            let Some(reference) = value["$ref"].as_str() else { return value };
            value = reference.strip_prefix('#').and_then(|pointer| self.root.pointer(pointer)).unwrap_or(&Value::Null);
        }
        &Value::Null
    }

    /// The first server, with the defaults of its variables; `None` if its address is not whole.
    pub(super) fn server(&self) -> Option<Url> {
        Url::parse(&self.server_text()?).ok().filter(|url| matches!(url.scheme(), "http" | "https"))
    }

    /// The path that comes before all others: `/v1`.
    pub(super) fn base_path(&self) -> String {
        let text = self.server_text().unwrap_or_default();
        let path = Url::parse(&text).map_or(text, |url| url.path().to_owned());
        path.trim_end_matches('/').to_owned()
    }

    fn server_text(&self) -> Option<String> {
        let server = &self.root["servers"][0];
        let mut text = server["url"].as_str()?.to_owned();
        for (name, variable) in server["variables"].as_object().into_iter().flatten() {
            let default = variable["default"].as_str().map_or_else(|| variable["default"].to_string(), str::to_owned);
            text = text.replace(&format!("{{{name}}}"), &default);
        }
        Some(text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn json_and_yaml_are_read() {
        let json = ApiDocument::read("a.json", r#"{"openapi": "3.1.0", "paths": {}}"#).unwrap();
        let yaml =
            ApiDocument::read("a.yaml", "openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        200: {}\n")
                .unwrap();
        assert!(json.root()["paths"].is_object());
        assert!(yaml.root()["paths"]["/a"]["get"]["responses"]["200"].is_object());
    }

    #[test]
    fn other_files_are_refused() {
        let refusal = |text: &str| ApiDocument::read("a.json", text).unwrap_err().to_string();
        assert!(refusal(r#"{"swagger": "2.0"}"#).contains("version 2; convert it"));
        assert!(refusal("{}").ends_with("it has no key `openapi`"));
        assert!(refusal("a: [").starts_with("a.json is not an OpenAPI file of version 3: "));
    }

    #[test]
    fn a_server_has_an_address_and_a_path() {
        let with =
            |servers: &str| ApiDocument::read("", &format!(r#"{{"openapi": "3.0.3", "servers": {servers}}}"#)).unwrap();
        let whole = with(r#"[{"url": "http://localhost:{port}/v1/", "variables": {"port": {"default": "81"}}}]"#);
        assert_eq!((whole.server().unwrap().as_str(), whole.base_path().as_str()), ("http://localhost:81/v1/", "/v1"));
        let relative = with(r#"[{"url": "/v2"}]"#);
        assert_eq!((relative.server(), relative.base_path().as_str()), (None, "/v2"));
        assert_eq!(with("[]").base_path(), "");
    }

    #[test]
    fn a_reference_in_a_circle_leads_nowhere() {
        let text =
            r##"{"openapi": "3.1.0", "a": {"$ref": "#/b"}, "b": {"$ref": "#/a"}, "c": {"$ref": "#/d"}, "d": 1}"##;
        let document = ApiDocument::read("", text).unwrap();
        assert!(document.resolve(&document.root()["a"]).is_null());
        assert_eq!(document.resolve(&document.root()["c"]), 1);
    }
}
