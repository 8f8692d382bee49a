//! A request, from its parts to its answer.

use std::fmt::Display;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use http::{HeaderMap, Method};
use serde::Serialize;
use url::Url;

use super::exchange::Exchange;
use super::expected::{Expected, ExpectedStatus};
use super::transport::{Outgoing, Transport, TransportError};
use super::{Error, Response, Result, Target, User};
use crate::measure::Fate;

/// A request that is being put together; `.await` sends it.
///
/// ```no_run
/// # use proofload::prelude::*;
/// # async fn body(user: &mut User) -> proofload::Result {
/// let created = user
///     .post("http://127.0.0.1:8080", "/workflows")
///     .bearer("secret")
///     .json(&[1, 2, 3])
///     .expect(201)
///     .timeout(Duration::from_secs(2))
///     .await?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
///
/// `.await` returns an error when the status was not expected, the answer did not come within the timeout, or the
/// connection failed. Such a request is counted as failed already, so `?` is all there is to do.
/// A mistake in the parts (a header that is none, JSON that cannot be written) is an error of the test, and nothing is sent.
#[must_use = "a request is only sent by `.await`"]
#[derive(Debug)]
pub struct Request<'a> {
    user: &'a mut User,
    method: Method,
    url: Option<Url>,
    endpoint: String,
    headers: HeaderMap,
    body: Bytes,
    expected: Expected,
    timeout: Duration,
    mistakes: Vec<String>,
}

impl<'a> Request<'a> {
    pub(super) fn new<T: Target + ?Sized>(user: &'a mut User, method: Method, target: &T, path: &str) -> Request<'a> {
        let mut mistakes = Vec::from_iter(user.take_mistake());
        let url = join(target.base_url(), path).map_err(|mistake| mistakes.push(mistake)).ok();
        let timeout = user.timeout();
        Request {
            endpoint: format!("{method} {}", without_query(path)),
            user,
            method,
            url,
            headers: HeaderMap::new(),
            body: Bytes::new(),
            expected: Expected::Success,
            timeout,
            mistakes,
        }
    }

    /// Adds a header; one of the same name is kept beside it, but there is only ever one `Content-Type`.
    pub fn header(mut self, name: &str, value: impl Display) -> Self {
        let value = value.to_string();
        match (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_str(&value)) {
            (Ok(CONTENT_TYPE), Ok(value)) => drop(self.headers.insert(CONTENT_TYPE, value)),
            (Ok(name), Ok(value)) => drop(self.headers.append(name, value)),
            (Err(_), _) => self.mistakes.push(format!("`{name}` is no name of a header: use letters, digits and `-`")),
            (_, Err(_)) => self.mistakes.push(format!(
                "the value {value:?} of the header `{name}` has a character that a header must not have, such as a line break"
            )),
        }
        self
    }

    /// Adds `Authorization: Bearer …`.
    pub fn bearer(self, token: impl Display) -> Self {
        self.header(AUTHORIZATION.as_str(), format_args!("Bearer {token}"))
    }

    /// Adds parameters to the query string, encoded as they must be.
    ///
    /// ```no_run
    /// # use proofload::prelude::*;
    /// # async fn body(user: &mut User) -> proofload::Result {
    /// user.get("http://127.0.0.1:8080", "/workflows").query(&[("status", "in progress"), ("limit", "20")]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query<K: AsRef<str>, V: Display>(mut self, parameters: &[(K, V)]) -> Self {
        if let Some(url) = self.url.as_mut().filter(|_| !parameters.is_empty()) {
            url.query_pairs_mut().extend_pairs(parameters.iter().map(|(name, value)| (name, value.to_string())));
        }
        self
    }

    /// Sends `value` as JSON.
    pub fn json<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        match serde_json::to_vec(value) {
            Ok(json) => self.body(json, "application/json"),
            Err(error) => {
                let kind = std::any::type_name::<T>();
                self.mistakes.push(format!("the {kind} cannot be written as JSON: {error}"));
                self
            }
        }
    }

    /// Sends text, as `text/plain; charset=utf-8` unless a header says otherwise.
    pub fn text(self, text: impl Into<String>) -> Self {
        self.body(text.into(), "text/plain; charset=utf-8")
    }

    /// Sends bytes, as `application/octet-stream` unless a header says otherwise.
    pub fn bytes(self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body(bytes.into(), "application/octet-stream")
    }

    /// Sends the fields of an HTML form.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(self, fields: &[(K, V)]) -> Self {
        let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.body(encoded, "application/x-www-form-urlencoded")
    }

    /// The name that the request is counted under, instead of its method and path.
    ///
    /// Give one whenever the path holds an identifier, so that `/workflows/1` and `/workflows/2` are one endpoint.
    pub fn named(mut self, endpoint: impl Into<String>) -> Self {
        self.endpoint = endpoint.into();
        self
    }

    /// The statuses that count as a success, instead of 2xx and 3xx: `404`, `200..300`, `[200, 404]`.
    pub fn expect(mut self, status: impl ExpectedStatus) -> Self {
        let ranges = status.ranges();
        if ranges.iter().all(|range| range.is_empty()) {
            self.mistakes
                .push("`.expect(…)` names no status, so nothing could succeed: name one, such as 404".to_owned());
        }
        self.expected = Expected::Only(ranges);
        self
    }

    /// How long the answer may take, from the moment the request is sent to the last byte of the body.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if timeout.is_zero() {
            self.mistakes.push("a timeout of 0 s leaves no time for an answer: give it some".to_owned());
        }
        self.timeout = timeout;
        self
    }

    /// A type that the author has named stays.
    fn body(mut self, body: impl Into<Bytes>, content_type: &'static str) -> Self {
        self.body = body.into();
        self.headers.entry(CONTENT_TYPE).or_insert(HeaderValue::from_static(content_type));
        self
    }

    async fn send(self) -> Result<Response> {
        let (Some(url), true) = (self.url, self.mistakes.is_empty()) else {
            return Err(Error::message(format!("{} was not sent: {}", self.endpoint, self.mistakes.join("; "))));
        };
        let outgoing = Outgoing { method: self.method, url, headers: self.headers, body: self.body };
        let (connection, log, clock) = self.user.parts();
        let exchange = Exchange::open(log, clock, self.endpoint.clone(), self.timeout);
        let answer = exchange.in_time(connection.send(outgoing, &exchange.traffic)).await;
        let incoming = match answer {
            None => return Err(exchange.fail(Fate::TimedOut)),
            Some(Err(TransportError::Failed(cause))) => return Err(exchange.fail(Fate::Failed(cause))),
            Some(Err(TransportError::Ours(cause))) => return Err(exchange.fail(Fate::Ours(cause))),
            Some(Ok(incoming)) => incoming,
        };
        if !self.expected.holds(incoming.status) {
            return Err(exchange.fail(Fate::Failed(format!("status {}", incoming.status))));
        }
        Ok(Response::new(self.endpoint, incoming, exchange.succeed()))
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Result<Response>;
    type IntoFuture = Pin<Box<dyn Future<Output = Result<Response>> + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

fn join(base: &str, path: &str) -> std::result::Result<Url, String> {
    if path.contains("://") && !path.starts_with('/') {
        return Err(format!(
            "{path:?} is a whole address: give `http://host:port` as the target and the rest as the path"
        ));
    }
    if !path.starts_with('/') {
        return Err(format!("the path {path:?} does not start with `/`: write \"/{path}\""));
    }
    let base = base.trim_end_matches('/');
    if !base.starts_with("http://") {
        return Err(format!("the target {base:?} does not start with `http://`, the only scheme that is supported"));
    }
    let address = format!("{base}{path}");
    Url::parse(&address).map_err(|error| format!("the address {address:?} cannot be read: {error}"))
}

fn without_query(path: &str) -> &str {
    path.split(['?', '#']).next().unwrap_or(path)
}
