//! Makes a raw session one that may be written down: the browser's own headers and all secrets are taken out.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::clean_body::{clean_body, clean_value};
use super::endpoint::{PathSegment, endpoint, segments};
use super::raw_session::{RawBody, RawRequest, RawSession};
use super::secret_shapes::{is_secret, looks_secret};
use super::secrets::{CleanText, Secrets, TextPiece, identifier, numbered};
use super::session::{CleanJson, RecordedServer, RepeatedBody, RepeatedPart, RepeatedRequest, RepeatedSession};
use crate::failure::UsageFailure;

/// Headers that say something about the browser, its cache or this connection, and nothing about the request.
const BROWSERS_OWN: [&str; 26] = [
    "accept-encoding",
    "accept-language",
    "alt-used",
    "authority",
    "cache-control",
    "connection",
    "content-length",
    "dnt",
    "expect",
    "host",
    "if-match",
    "if-modified-since",
    "if-none-match",
    "if-range",
    "if-unmodified-since",
    "keep-alive",
    "origin",
    "pragma",
    "priority",
    "proxy-connection",
    "referer",
    "te",
    "transfer-encoding",
    "upgrade-insecure-requests",
    "user-agent",
    "x-client-data",
];

impl RawSession {
    /// The session without its secrets.
    pub(crate) fn clean(&self) -> Result<RepeatedSession, UsageFailure> {
        if self.requests.is_empty() {
            let remarks: String = self.remarks.iter().map(|remark| format!("\n* {remark}")).collect();
            return Err(UsageFailure::new(format!("{} has no request that can be repeated{remarks}", self.source)));
        }
        let (servers, keeps_cookies) = (self.servers(), self.keeps_cookies());
        let mut secrets = Secrets::default();
        for request in &self.requests {
            request.received_secrets.iter().for_each(|(name, value)| secrets.learn(name, value));
            request.set_cookies.iter().for_each(|(name, value)| learn_cookie(name, value, &mut secrets));
        }
        // Once to learn all secrets: one of them may stand as plain text before it is recognised.
        let mut steps = Vec::new();
        for _ in 0..2 {
            steps = self.requests.iter().map(|request| step(request, &servers, keeps_cookies, &mut secrets)).collect();
        }
        let used = used(&steps);
        Ok(RepeatedSession {
            source: self.source.clone(),
            servers,
            secrets: used.into_iter().collect(),
            steps,
            settings: self.settings.clone(),
            features: self.features.clone(),
            keeps_cookies,
            remarks: self.remarks.clone(),
        })
    }

    fn servers(&self) -> Vec<RecordedServer> {
        let mut servers: Vec<RecordedServer> = Vec::new();
        for request in &self.requests {
            let origin = Some(request.url.origin().ascii_serialization()).filter(|_| !self.has_no_origin);
            if servers.iter().any(|server| server.origin == origin) {
                continue;
            }
            let host = request.url.host_str().unwrap_or_default();
            let is_local = host == "localhost" || host.starts_with("127.") || host == "[::1]";
            let port = request.url.port().map(|port| port.to_string()).unwrap_or_default();
            let other = format!("at_{}", identifier(&format!("{host}_{port}")));
            let wanted = if servers.is_empty() { "app".to_owned() } else { other };
            let fixture = numbered(wanted, |name| servers.iter().any(|server| server.fixture == name));
            servers.push(RecordedServer { fixture, is_local: is_local && origin.is_some(), origin });
        }
        servers
    }

    /// True if there are cookies, and each was set by a response before the request that had it.
    fn keeps_cookies(&self) -> bool {
        let mut set: BTreeSet<&str> = BTreeSet::new();
        let mut is_sent = false;
        for request in &self.requests {
            for (_, value) in request.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("cookie")) {
                is_sent = true;
                if !cookies(value).all(|(name, _)| set.contains(name)) {
                    return false;
                }
            }
            set.extend(request.set_cookies.iter().map(|(name, _)| name.as_str()));
        }
        is_sent
    }
}

/// `a=1; b=2`
fn cookies(header: &str) -> impl Iterator<Item = (&str, &str)> {
    header.split(';').filter_map(|pair| pair.trim().split_once('='))
}

fn step(
    request: &RawRequest,
    servers: &[RecordedServer],
    keeps_cookies: bool,
    secrets: &mut Secrets,
) -> RepeatedRequest {
    let origin = Some(request.url.origin().ascii_serialization());
    let segments = segments(request.url.path());
    let (path, query) = address(request, &segments, secrets);
    RepeatedRequest {
        pause_ms: request.pause_ms,
        method: request.method.clone(),
        server: servers.iter().position(|server| server.origin == origin).unwrap_or_default(),
        path,
        query,
        endpoint: request.endpoint.clone().or_else(|| endpoint(&request.method, &as_named(&segments, secrets))),
        headers: headers(request, keeps_cookies, secrets),
        body: request.body.as_ref().map(|body| clean_body(body, secrets)),
        // The browser had the page already; who does not ask for that gets it.
        status: if request.status == Some(304) { Some(200) } else { request.status },
    }
}

/// The segments as a name has them: one with a secret in it is a secret as a whole.
fn as_named(segments: &[PathSegment], secrets: &Secrets) -> Vec<PathSegment> {
    let named = |segment: &PathSegment| match segment {
        PathSegment::Text(text) | PathSegment::Id(text) if secrets.is_in(text) => PathSegment::Secret(text.clone()),
        other => other.clone(),
    };
    segments.iter().map(named).collect()
}

/// The path with the parameters that are harmless, and the others.
fn address(
    request: &RawRequest,
    segments: &[PathSegment],
    secrets: &mut Secrets,
) -> (CleanText, Vec<(String, CleanText)>) {
    let mut path = CleanText::default();
    for segment in segments {
        path.push(TextPiece::Text("/".to_owned()));
        match segment {
            PathSegment::Text(text) | PathSegment::Id(text) => path.append(secrets.clean(text)),
            PathSegment::Secret(text) => path.push(TextPiece::Secret(secrets.field("path_secret", text))),
        }
    }
    let mut secret = Vec::new();
    let mut separator = "?";
    let pairs = request.url.query().unwrap_or_default().split('&').filter(|pair| !pair.is_empty());
    for pair in pairs {
        let decoded = url::form_urlencoded::parse(pair.as_bytes()).next();
        let (name, value) = decoded.map(|(name, value)| (name.into_owned(), value.into_owned())).unwrap_or_default();
        let clean = clean_value(&name, &value, secrets);
        if looks_secret(&name) || secrets.is_in(&name) {
            path.push(TextPiece::Text(separator.to_owned()));
            path.push(TextPiece::Secret(secrets.field("query", pair)));
        } else if clean.has_secrets() {
            secret.push((name, clean));
            continue;
        } else {
            path.push(TextPiece::Text(format!("{separator}{pair}")));
        }
        separator = "&";
    }
    (path, secret)
}

fn headers(request: &RawRequest, keeps_cookies: bool, secrets: &mut Secrets) -> Vec<(String, CleanText)> {
    let mut kept = Vec::new();
    kept.extend(request.other_host.iter().map(|host| ("host".to_owned(), secrets.clean(host))));
    for (name, value) in &request.headers {
        let name = name.to_lowercase();
        if name == "cookie" {
            cookies(value).for_each(|(name, value)| learn_cookie(name, value, secrets));
            if !keeps_cookies {
                kept.push((name, CleanText::secret(secrets.field_of_name("cookie", value))));
            }
        } else if !is_browsers_own(&name, value) && !is_made_with_the_body(&name, request.body.as_ref()) {
            let clean = header_value(&name, value, secrets);
            kept.push((name, clean));
        }
    }
    if let Some(RawBody::Text(Some(kind), _)) = &request.body
        && !kept.iter().any(|(name, _)| name == "content-type")
    {
        kept.push(("content-type".to_owned(), secrets.clean(kind)));
    }
    kept
}

/// The language of a page is a cookie too, and may stand anywhere.
fn learn_cookie(name: &str, value: &str, secrets: &mut Secrets) {
    if is_secret(name, value) || value.len() >= 16 {
        secrets.learn(name, value);
    }
}

fn is_browsers_own(name: &str, value: &str) -> bool {
    // Pages ask for everything; programs say what they want.
    let is_vague = name == "accept" && value.contains("*/*");
    name.starts_with(':') || name.starts_with("sec-") || is_vague || BROWSERS_OWN.contains(&name)
}

/// Forms bring their own content type.
fn is_made_with_the_body(name: &str, body: Option<&RawBody>) -> bool {
    name == "content-type" && !matches!(body, Some(RawBody::Text(..)))
}

/// `Bearer …` keeps its word, so that the variable is the token alone.
fn header_value(name: &str, value: &str, secrets: &mut Secrets) -> CleanText {
    if let Some(token) = value.strip_prefix("Bearer ") {
        let mut text = CleanText(vec![TextPiece::Text("Bearer ".to_owned())]);
        text.push(TextPiece::Secret(secrets.field("token", token.trim())));
        return text;
    }
    if let Some(encoded) = value.strip_prefix("Basic ") {
        learn_basic(encoded.trim(), secrets);
    }
    if name == "content-type" || (name == "accept" && !is_secret("", value)) {
        return secrets.clean(value);
    }
    clean_value(name, value, secrets)
}

/// The password may stand elsewhere too.
fn learn_basic(encoded: &str, secrets: &mut Secrets) {
    let decoded = BASE64_STANDARD.decode(encoded).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some((_, password)) = decoded.as_deref().and_then(|pair| pair.split_once(':')) {
        secrets.learn("password", password);
    }
}

/// The fields that are used, sorted.
fn used(steps: &[RepeatedRequest]) -> BTreeSet<String> {
    let mut fields = BTreeSet::new();
    let mut add = |text: &CleanText| {
        fields.extend(text.0.iter().filter_map(|piece| match piece {
            TextPiece::Secret(field) => Some(field.clone()),
            TextPiece::Text(_) => None,
        }));
    };
    for step in steps {
        add(&step.path);
        step.query.iter().chain(&step.headers).for_each(|(_, value)| add(value));
        match &step.body {
            Some(RepeatedBody::Text(text)) => add(text),
            Some(RepeatedBody::Form(fields)) => {
                fields.iter().flat_map(|(name, value)| [name, value]).for_each(&mut add);
            }
            Some(RepeatedBody::Multipart(parts)) => parts.iter().flat_map(texts_of_part).for_each(&mut add),
            Some(RepeatedBody::Json(json)) => add_json(json, &mut add),
            None => {}
        }
    }
    fields
}

fn texts_of_part(part: &RepeatedPart) -> impl Iterator<Item = &CleanText> {
    [&part.name, &part.value].into_iter().chain(part.file.as_ref().map(|(file, _)| file))
}

fn add_json(json: &CleanJson, add: &mut impl FnMut(&CleanText)) {
    match json {
        CleanJson::Plain(_) => {}
        CleanJson::Text(text) => add(text),
        CleanJson::List(items) => items.iter().for_each(|item| add_json(item, add)),
        CleanJson::Object(fields) => fields.iter().for_each(|(_, value)| add_json(value, add)),
    }
}
