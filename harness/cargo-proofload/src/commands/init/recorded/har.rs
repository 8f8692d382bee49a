//! Sessions that a browser has recorded: HAR 1.2, as Chromium, Firefox and Playwright write it.

use std::collections::BTreeMap;

use serde_json::Value;
use url::Url;

use super::raw_session::{RawBody, RawPart, RawRequest, RawSession};
use super::secret_shapes::is_secret;
use super::timestamp::milliseconds;
use crate::failure::UsageFailure;

/// Which of the recorded requests are repeated.
#[derive(Debug, Clone, Default)]
pub(crate) struct HarSelection {
    pub(crate) with_static: bool,
    /// Besides the origin of the first request: `https://api.shop.example`.
    pub(crate) origins: Vec<String>,
    pub(crate) keeps_pauses: bool,
}

/// Endings of files that a browser keeps, and that a server sends without work.
const STATIC_ENDINGS: [&str; 27] = [
    "js",
    "mjs",
    "css",
    "map",
    "png",
    "jpg",
    "jpeg",
    "gif",
    "svg",
    "webp",
    "avif",
    "ico",
    "bmp",
    "woff",
    "woff2",
    "ttf",
    "otf",
    "eot",
    "mp3",
    "mp4",
    "webm",
    "ogg",
    "wav",
    "m4a",
    "mov",
    "wasm",
    "webmanifest",
];

/// The session in the text of a HAR file.
pub(crate) fn read_har(source: &str, text: &str, selection: &HarSelection) -> Result<RawSession, UsageFailure> {
    let json: Value = serde_json::from_str(text.trim_start_matches('\u{feff}'))
        .map_err(|error| UsageFailure::new(format!("{source} is not a HAR file: {error}")))?;
    let entries = json["log"]["entries"]
        .as_array()
        .ok_or_else(|| UsageFailure::new(format!("{source} is not a HAR file: it has no list `log.entries`")))?;
    let mut entries: Vec<&Value> = entries.iter().collect();
    entries.sort_by_key(|entry| started(entry));
    let mut session = RawSession { source: source.to_owned(), ..RawSession::default() };
    let mut left_out: BTreeMap<String, usize> = BTreeMap::new();
    let (mut first_origin, mut ended) = (None, None);
    for entry in entries {
        match request(entry, &mut first_origin, selection) {
            Ok(mut request) => {
                let (started, time) = (started(entry), entry["time"].as_f64().unwrap_or_default());
                if selection.keeps_pauses
                    && let (Some(ended), Some(started)) = (ended, started)
                {
                    request.pause_ms = u64::try_from(started - ended).unwrap_or_default();
                }
                ended = ended.max(started.map(|started| started + time.max(0.0) as i64));
                session.requests.push(request);
            }
            Err(why) => *left_out.entry(why).or_default() += 1,
        }
    }
    let remarks = left_out.into_iter().map(|(why, count)| match count {
        1 => format!("1 request was left out: {why}"),
        _ => format!("{count} requests were left out: {why}"),
    });
    session.remarks = remarks.collect();
    Ok(session)
}

fn started(entry: &Value) -> Option<i64> {
    entry["startedDateTime"].as_str().and_then(milliseconds)
}

/// One request, or why it is left out.
fn request(entry: &Value, first_origin: &mut Option<String>, selection: &HarSelection) -> Result<RawRequest, String> {
    let (asked, answered) = (&entry["request"], &entry["response"]);
    let mut url =
        Url::parse(asked["url"].as_str().unwrap_or_default()).map_err(|_| "their URL cannot be read".to_owned())?;
    url.set_fragment(None);
    if !matches!(url.scheme(), "http" | "https") || answered["status"] == 101 || entry["_resourceType"] == "websocket" {
        return Err("not a plain request of HTTP (WebSocket, data:, blob:)".to_owned());
    }
    let origin = url.origin().ascii_serialization();
    let own = first_origin.get_or_insert_with(|| origin.clone());
    if *own != origin && !selection.origins.iter().any(|wanted| same_origin(wanted, &origin)) {
        return Err(format!("they go to {origin}, which --origin {origin} adds"));
    }
    let status = answered["status"].as_u64().and_then(|status| u16::try_from(status).ok());
    let Some(status) = status.filter(|status| (200..600).contains(status)) else {
        return Err("the browser blocked or cancelled them".to_owned());
    };
    let headers = pairs(&asked["headers"]);
    let method = asked["method"].as_str().unwrap_or("GET");
    let is_preflight = headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("access-control-request-method"));
    if is_preflight || method == "CONNECT" {
        return Err("the browser itself sent them, to ask if it may send another".to_owned());
    }
    if !selection.with_static && is_static(entry, &url) {
        return Err("static files, which --with-static adds".to_owned());
    }
    let mut request = RawRequest::new(method, url);
    request.status = Some(status);
    request.body = body(&asked["postData"]);
    request.headers = headers;
    request.set_cookies = set_cookies(answered);
    request.received_secrets = received_secrets(answered);
    Ok(with_login(request))
}

/// `https://ann:secret@host/` is a header.
pub(super) fn with_login(mut request: RawRequest) -> RawRequest {
    let (user, password) = (request.url.username().to_owned(), request.url.password().unwrap_or_default().to_owned());
    if !user.is_empty() || !password.is_empty() {
        _ = request.url.set_username("").and_then(|()| request.url.set_password(None));
        request.received_secrets.push(("password".to_owned(), password.clone()));
        request.headers.push(("authorization".to_owned(), format!("{user}:{password}")));
    }
    request
}

fn same_origin(wanted: &str, origin: &str) -> bool {
    let whole = if wanted.contains("://") { wanted.to_owned() } else { format!("https://{wanted}") };
    Url::parse(&whole).is_ok_and(|url| url.origin().ascii_serialization() == origin)
}

/// Chromium says what a request was for; for others, its type and its ending have to do.
fn is_static(entry: &Value, url: &Url) -> bool {
    match entry["_resourceType"].as_str() {
        Some("script" | "stylesheet" | "image" | "font" | "media" | "manifest" | "texttrack") => return true,
        Some("document" | "xhr" | "fetch" | "ping" | "eventsource") => return false,
        _ => {}
    }
    let kind = entry["response"]["content"]["mimeType"].as_str().unwrap_or_default().to_lowercase();
    let is_kind =
        ["image/", "font/", "audio/", "video/", "text/css", "text/javascript", "application/font", "application/wasm"]
            .iter()
            .any(|start| kind.starts_with(start));
    let ending =
        url.path().rsplit('/').next().and_then(|file| file.rsplit_once('.')).map(|(_, ending)| ending.to_lowercase());
    is_kind || kind.contains("javascript") || ending.is_some_and(|ending| STATIC_ENDINGS.contains(&ending.as_str()))
}

/// `[{"name": …, "value": …}]`
fn pairs(list: &Value) -> Vec<(String, String)> {
    let list = list.as_array().map(Vec::as_slice).unwrap_or_default();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    list.iter().filter_map(|pair| Some((text(&pair["name"])?, text(&pair["value"]).unwrap_or_default()))).collect()
}

fn body(post_data: &Value) -> Option<RawBody> {
    let content_type = post_data["mimeType"].as_str().filter(|kind| !kind.is_empty());
    let text = post_data["text"].as_str().unwrap_or_default();
    let parameters = post_data["params"].as_array().map(Vec::as_slice).unwrap_or_default();
    let is_multipart = content_type.is_some_and(|kind| kind.starts_with("multipart/form-data"));
    if text.is_empty() && !parameters.is_empty() {
        return Some(if is_multipart {
            RawBody::Multipart(parts(parameters))
        } else {
            RawBody::Form(pairs(&post_data["params"]))
        });
    }
    (!text.is_empty()).then(|| RawBody::read(content_type, text))
}

fn parts(parameters: &[Value]) -> Vec<RawPart> {
    let part = |parameter: &Value| {
        let text = |key: &str| parameter[key].as_str().map(str::to_owned);
        let kind = text("contentType").unwrap_or_else(|| "application/octet-stream".to_owned());
        let file = text("fileName").map(|file| (file, kind));
        Some(RawPart { name: text("name")?, value: text("value").unwrap_or_default(), file })
    };
    parameters.iter().filter_map(part).collect()
}

/// From the headers, which Chromium has, and from the list beside them.
fn set_cookies(answered: &Value) -> Vec<(String, String)> {
    let headers = pairs(&answered["headers"]);
    let set = headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("set-cookie"));
    let pair = |line: &str| {
        let (name, value) = line.split(';').next()?.split_once('=')?;
        Some((name.trim().to_owned(), value.trim().to_owned()))
    };
    let of_headers = set.flat_map(|(_, value)| value.lines()).filter_map(pair);
    of_headers.chain(pairs(&answered["cookies"])).collect()
}

/// Tokens in the JSON of an answer, which later requests bring back.
fn received_secrets(answered: &Value) -> Vec<(String, String)> {
    let text = answered["content"]["text"].as_str().unwrap_or_default();
    let mut found = Vec::new();
    if let Ok(json) = serde_json::from_str::<Value>(text) {
        collect("", &json, &mut found);
    }
    found
}

fn collect(name: &str, json: &Value, found: &mut Vec<(String, String)>) {
    match json {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| collect(key, value, found)),
        Value::Array(items) => items.iter().for_each(|item| collect(name, item, found)),
        Value::String(text) if is_secret(name, text) => found.push((name.to_owned(), text.clone())),
        _ => {}
    }
}
