//! From the operations of the file to requests.

use serde_json::Value;
use url::Url;

use super::super::raw_session::{RawRequest, RawSession};
use super::body::plain;
use super::document::ApiDocument;
use super::security::Credential;
use crate::failure::UsageFailure;

/// Which operations are requested.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct OperationSelection {
    /// Those that change something, too: POST, PUT, PATCH, DELETE.
    pub(crate) with_writes: bool,
}

const READS: [&str; 1] = ["get"];
const WRITES: [&str; 4] = ["post", "put", "patch", "delete"];

/// The operations in the text of an OpenAPI file.
pub(crate) fn read_openapi(
    source: &str,
    text: &str,
    selection: OperationSelection,
) -> Result<RawSession, UsageFailure> {
    let document = ApiDocument::read(source, text)?;
    let server = document.server();
    let mut session =
        RawSession { source: source.to_owned(), has_no_origin: server.is_none(), ..RawSession::default() };
    let base = match &server {
        Some(server) => server.origin().ascii_serialization(),
        None => "http://server.invalid".to_owned(),
    };
    let mut writes = 0;
    for (path, item) in document.root()["paths"].as_object().into_iter().flatten() {
        let item = document.resolve(item);
        for method in READS.iter().chain(&WRITES) {
            let operation = &item[*method];
            let name = format!("{} {path}", method.to_uppercase());
            match operation {
                Value::Null => {}
                _ if WRITES.contains(method) && !selection.with_writes => writes += 1,
                _ if operation["deprecated"] == true => {
                    session.remarks.push(format!("{name} was left out: it is deprecated"));
                }
                _ => session.add(&document, &base, &Described { name, path, item, operation, method }),
            }
        }
    }
    if writes > 0 {
        session.remarks.push(format!("{writes} operations that write were left out, which --with-writes adds"));
    }
    Ok(session)
}

/// An operation and where it stands in the file.
struct Described<'d> {
    /// `GET /items/{id}`
    name: String,
    path: &'d str,
    item: &'d Value,
    operation: &'d Value,
    method: &'d str,
}

/// What the parameters of an operation come to.
#[derive(Default)]
struct FilledParameters {
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    made_up: Vec<String>,
}

impl RawSession {
    fn add(&mut self, document: &ApiDocument, base: &str, described: &Described<'_>) {
        match request(document, base, described) {
            Ok((request, made_up)) => {
                if !made_up.is_empty() {
                    let values = made_up.join(", ");
                    self.remarks.push(format!(
                        "{}: no example for {values}, so a value of its type was made up",
                        described.name
                    ));
                }
                self.requests.push(request);
            }
            Err(why) => self.remarks.push(format!("{} was left out: {why}", described.name)),
        }
    }
}

fn request(document: &ApiDocument, base: &str, described: &Described<'_>) -> Result<(RawRequest, Vec<String>), String> {
    let Described { operation, path, .. } = described;
    let mut filled = FilledParameters { path: (*path).to_owned(), ..FilledParameters::default() };
    for parameter in parameters(document, described) {
        filled.fill(document, parameter);
    }
    if filled.path.contains('{') {
        return Err("a parameter of its path is not described".to_owned());
    }
    let text = format!("{base}{}{}", document.base_path(), filled.path);
    let mut url = Url::parse(&text).map_err(|error| format!("its address {text} is not valid: {error}"))?;
    for credential in document.credentials(operation) {
        match credential {
            Credential::Header(name, value) => filled.headers.push((name, value)),
            Credential::Parameter(name, value) => filled.query.push((name, value)),
        }
    }
    if !filled.query.is_empty() {
        url.query_pairs_mut().extend_pairs(&filled.query);
    }
    let mut request = RawRequest::new(described.method, url);
    request.headers = filled.headers;
    request.endpoint = path.contains('{').then(|| format!("{} {}{path}", request.method, document.base_path()));
    request.status = status(operation);
    if let Some((body, example)) = document.body(operation)? {
        if example.is_made_up {
            filled.made_up.push("parts of the body".to_owned());
        }
        request.body = Some(body);
    }
    Ok((request, filled.made_up))
}

/// Those of the operation, and those of its path that the operation does not describe anew.
fn parameters<'d>(document: &'d ApiDocument, described: &Described<'d>) -> Vec<&'d Value> {
    let list = |of: &'d Value| of["parameters"].as_array().map(Vec::as_slice).unwrap_or_default().iter();
    let own: Vec<&Value> = list(described.operation).map(|parameter| document.resolve(parameter)).collect();
    let of_path = list(described.item).map(|parameter| document.resolve(parameter));
    let same = |one: &Value, other: &Value| one["name"] == other["name"] && one["in"] == other["in"];
    let inherited: Vec<&Value> = of_path.filter(|inherited| !own.iter().any(|own| same(own, inherited))).collect();
    inherited.into_iter().chain(own).collect()
}

impl FilledParameters {
    /// What need not be there is only there if the file has an example of it.
    fn fill(&mut self, document: &ApiDocument, parameter: &Value) {
        let (name, place) =
            (parameter["name"].as_str().unwrap_or_default(), parameter["in"].as_str().unwrap_or_default());
        let is_required = parameter["required"] == true || place == "path";
        let has_example = !parameter["example"].is_null() || !parameter["examples"].is_null();
        if !is_required && !has_example {
            return;
        }
        let example = document.example(parameter);
        if example.is_made_up {
            self.made_up.push(format!("`{name}`"));
        }
        let value = plain(&example.value);
        match place {
            "path" => self.path = self.path.replace(&format!("{{{name}}}"), &percent_encoded(&value)),
            "query" => self.query.push((name.to_owned(), value)),
            "header" => self.headers.push((name.to_lowercase(), value)),
            "cookie" => self.headers.push(("cookie".to_owned(), format!("{name}={value}"))),
            _ => {}
        }
    }
}

/// A value as one segment of a path.
fn percent_encoded(value: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()*+,;=:@".contains(&byte);
    let byte = |byte: u8| if is_plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    value.bytes().map(byte).collect()
}

/// The first success that is described by its number; any success will do if there is no such number.
fn status(operation: &Value) -> Option<u16> {
    let responses = operation["responses"].as_object()?;
    responses.keys().filter_map(|status| status.parse().ok()).find(|status| (200..400).contains(status))
}
