//! A session as its source has it: secrets, browser's headers and all. It never leaves this program.

use url::Url;

/// Requests in the order in which they were sent.
#[derive(Debug, Default)]
pub(crate) struct RawSession {
    /// How the source is named in comments: `shop.har`.
    pub(super) source: String,
    /// The requests that are repeated.
    pub(super) requests: Vec<RawRequest>,
    /// True if the origin is made up, because the source names no server.
    pub(super) has_no_origin: bool,
    /// Settings for the attribute, as it writes them, and features of the library that they need.
    pub(super) settings: Vec<String>,
    pub(super) features: Vec<&'static str>,
    /// What was left out, and why; or guessed.
    pub(super) remarks: Vec<String>,
}

/// One request.
#[derive(Debug)]
pub(super) struct RawRequest {
    pub(super) method: String,
    pub(super) url: Url,
    pub(super) headers: Vec<(String, String)>,
    /// The host that it asks for, if that is not the one of its address; a browser never asks for another.
    pub(super) other_host: Option<String>,
    pub(super) body: Option<RawBody>,
    /// The status that was seen; `None` if any success will do.
    pub(super) status: Option<u16>,
    /// The time between the end of the request before it and its start, in milliseconds.
    pub(super) pause_ms: u64,
    /// The endpoint, if the source has a name for it: `GET /items/{id}`.
    pub(super) endpoint: Option<String>,
    /// Cookies that the response set, by name, and values in it that later requests must not have as text.
    pub(super) set_cookies: Vec<(String, String)>,
    pub(super) received_secrets: Vec<(String, String)>,
}

impl RawRequest {
    pub(super) fn new(method: &str, url: Url) -> RawRequest {
        RawRequest {
            method: method.to_uppercase(),
            url,
            headers: Vec::new(),
            other_host: None,
            body: None,
            status: None,
            pause_ms: 0,
            endpoint: None,
            set_cookies: Vec::new(),
            received_secrets: Vec::new(),
        }
    }
}

/// What a request carries.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum RawBody {
    /// With the content type, if there was one.
    Text(Option<String>, String),
    /// The fields of `application/x-www-form-urlencoded`.
    Form(Vec<(String, String)>),
    /// The fields of `multipart/form-data`.
    Multipart(Vec<RawPart>),
}

/// A field of a form with files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RawPart {
    pub(super) name: String,
    pub(super) value: String,
    /// Its name and content type, if it is a file.
    pub(super) file: Option<(String, String)>,
}
