//! The answer to a request that went well.

use std::rc::Rc;
use std::time::Duration;

use serde::de::DeserializeOwned;

use super::accounting::Times;
use super::error::{Error, Result};
use crate::http::Received;
use crate::measure::Endpoint;

/// How much of a body an error shows.
const SHOWN_CHARACTERS: usize = 200;

/// An answer whose status was expected, read to its last byte.
///
/// It lies in the memory that it was read into, which the user's next request reads into as well; while you hold an answer,
/// the next one is read into fresh memory.
#[derive(Debug, Clone)]
pub struct Response {
    endpoint: Endpoint,
    answer: Rc<Received>,
    times: Times,
}

impl Response {
    pub(super) fn new(endpoint: Endpoint, answer: Rc<Received>, times: Times) -> Response {
        Response { endpoint, answer, times }
    }

    /// 200, 404 …
    pub fn status(&self) -> u16 {
        self.answer.status()
    }

    /// The first header of this name, in any case; `None` also when its value is not text.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.answer.header(name).and_then(|value| std::str::from_utf8(value).ok())
    }

    /// All headers, names and values as they came.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &[u8])> {
        self.answer.headers()
    }

    /// The body, as it came: it is never decompressed.
    pub fn bytes(&self) -> &[u8] {
        self.answer.body()
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

    /// From the first byte offered to the connection to the last byte of the body.
    pub fn service_time(&self) -> Duration {
        self.times.service
    }

    /// From the moment the request was due to the last byte of the body; the service time, unless a plan sets the pace.
    pub fn response_time(&self) -> Duration {
        self.times.response
    }

    fn unexpected(&self, wanted: &str, error: &dyn std::error::Error) -> Error {
        let start = String::from_utf8_lossy(self.bytes()).chars().take(SHOWN_CHARACTERS).collect::<String>();
        let shown = match self.bytes().len() {
            0 => "the body is empty".to_owned(),
            length => format!("its {length} bytes start with `{start}`"),
        };
        Error::unexpected(format!("{}: the body is not {wanted}", self.endpoint.name()), format!("{error}; {shown}"))
    }
}
