//! The response to a request that succeeded.

use std::rc::Rc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::accounting::OperationTimes;
use super::error::{Error, Result};
use crate::http::{SharedResponse, codings};
use crate::measure::Endpoint;

/// How much of a body an error shows.
const SHOWN_CHARACTERS: usize = 200;

/// A response whose status was expected, read to its last byte.
///
/// It holds the memory that it was read into. Later responses are read into the same memory once this one is dropped.
#[derive(Debug, Clone)]
pub struct Response {
    endpoint: Endpoint,
    bytes: SharedResponse,
    /// The body without its encoding, if it was decoded.
    decoded: Option<Rc<[u8]>>,
    times: OperationTimes,
}

impl Response {
    pub(super) fn new(
        endpoint: Endpoint,
        bytes: SharedResponse,
        decoded: Option<Vec<u8>>,
        times: OperationTimes,
    ) -> Response {
        Response { endpoint, bytes, decoded: decoded.map(Rc::from), times }
    }

    /// 200, 404 …
    pub fn status(&self) -> u16 {
        self.bytes.status()
    }

    /// The first header of this name, in any case; `None` also when its value is not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.bytes.header(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// All headers, names and values as received.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.bytes.headers()
    }

    /// The body: as received, or decoded if the test says `decompress = true` and the body has a `content-encoding`. Empty
    /// after [`Request::discard_body`](super::Request::discard_body).
    pub fn bytes(&self) -> &[u8] {
        self.decoded.as_deref().unwrap_or_else(|| self.bytes.body())
    }

    /// How many bytes of the body were received, decoded or not, and even if they were not kept.
    pub fn body_bytes(&self) -> u64 {
        self.bytes.discarded_bytes().unwrap_or(self.bytes.body().len() as u64)
    }

    /// The body as text.
    ///
    /// # Errors
    ///
    /// The body is not UTF-8.
    pub fn text(&self) -> Result<&str> {
        std::str::from_utf8(self.bytes()).map_err(|error| self.unexpected("text in UTF-8", &error))
    }

    /// The body, read as the JSON of a `T`.
    ///
    /// # Errors
    ///
    /// The body is not JSON, or not that of a `T`. The text says where, and shows the start of the body.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(self.bytes())
            .map_err(|error| self.unexpected(&format!("the JSON of {}", std::any::type_name::<T>()), &error))
    }

    /// From when the request is sent to the last byte of the body.
    pub fn service_time(&self) -> Duration {
        self.times.service()
    }

    /// From the intended start of the request to the last byte of the body. The same as the service time, unless the workload
    /// schedules its requests.
    pub fn response_time(&self) -> Duration {
        self.times.response()
    }

    fn codings(&self) -> Vec<String> {
        codings(self.bytes.header("content-encoding").unwrap_or_default())
    }

    fn unexpected(&self, wanted: &str, error: &dyn std::error::Error) -> Error {
        let start = String::from_utf8_lossy(self.bytes()).chars().take(SHOWN_CHARACTERS).collect::<String>();
        let shown = match self.bytes().len() {
            0 if self.bytes.discarded_bytes().is_some() => "it was not kept: remove `.discard_body()`".to_owned(),
            0 => "the body is empty".to_owned(),
            length if self.decoded.is_none() && !self.codings().is_empty() => format!(
                "its {length} bytes are encoded as `{}` (`content-encoding`): `decompress = true` decodes gzip and deflate",
                self.codings().join(", ")
            ),
            length => format!("its {length} bytes start with `{start}`"),
        };
        Error::unexpected(format!("{}: the body is not {wanted}", self.endpoint.name()), format!("{error}; {shown}"))
    }
}
