//! A request, while it is put together.

use std::fmt::Display;
use std::future::IntoFuture;
use std::time::Duration;

use http::Method;
use serde::Serialize;

use super::error::{Error, Result};
use super::response::Response;
use super::sending::Sending;
use super::virtual_user::User;
use crate::http::{ExpectedStatus, Form, Target};

/// A body with more bytes is refused, unless the request says otherwise: no answer may eat the generator's memory.
const BODY_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

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
    pub(super) user: &'a mut User,
    link: Option<usize>,
    pub(super) timeout: Duration,
    pub(super) body_limit: u64,
}

impl<'a> Request<'a> {
    pub(super) fn new<T: Target + ?Sized>(user: &'a mut User, method: Method, target: &T, path: &str) -> Request<'a> {
        user.draft.begin(method, path);
        user.draft.mistakes.extend(user.mistake.take());
        let link = user.link(target.base_url()).map_err(|mistake| user.draft.mistakes.push(mistake)).ok();
        let timeout = user.slot.timeout;
        Request { user, link, timeout, body_limit: BODY_LIMIT_BYTES }
    }

    /// Adds a header; one of the same name is kept beside it, but there is only ever one `Content-Type`.
    pub fn header(self, name: &str, value: impl Display) -> Self {
        self.user.draft.header(name, value);
        self
    }

    /// Adds `Authorization: Bearer …`.
    pub fn bearer(self, token: impl Display) -> Self {
        self.header("authorization", format_args!("Bearer {token}"))
    }

    /// Adds parameters to the query string, encoded as they must be.
    ///
    /// ```no_run
    /// # use proofload::prelude::*;
    /// # async fn body(user: &mut User, agent: &str) -> proofload::Result {
    /// user.get(agent, "/workflows").query(&[("status", "in progress"), ("limit", "20")]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query<K: AsRef<str>, V: Display>(self, parameters: &[(K, V)]) -> Self {
        self.user.draft.query(parameters);
        self
    }

    /// Sends `value` as JSON.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let mut written = Ok(());
        self.user.draft.body("application/json", |body| written = serde_json::to_writer(body, value));
        if let Err(error) = written {
            let kind = std::any::type_name::<T>();
            self.user.draft.mistakes.push(format!("the {kind} cannot be written as JSON: {error}"));
        }
        self
    }

    /// Sends text, as `text/plain; charset=utf-8` unless a header says otherwise.
    pub fn text(self, text: impl AsRef<str>) -> Self {
        self.user.draft.body("text/plain; charset=utf-8", |body| body.extend_from_slice(text.as_ref().as_bytes()));
        self
    }

    /// Sends bytes, as `application/octet-stream` unless a header says otherwise.
    pub fn bytes(self, bytes: impl AsRef<[u8]>) -> Self {
        self.user.draft.body("application/octet-stream", |body| body.extend_from_slice(bytes.as_ref()));
        self
    }

    /// Sends the fields of an HTML form.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(self, fields: &[(K, V)]) -> Self {
        let encoded = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(fields).finish();
        self.user.draft.body("application/x-www-form-urlencoded", |body| body.extend_from_slice(encoded.as_bytes()));
        self
    }

    /// Sends a form with files, as `multipart/form-data`.
    ///
    /// ```no_run
    /// # use proofload::prelude::*;
    /// # async fn body(user: &mut User, shop: &str) -> proofload::Result {
    /// let photo = Form::new().text("title", "front").file("photo", "front.png", "image/png", [0x89, b'P', b'N', b'G']);
    /// user.post(shop, "/photos").multipart(&photo).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn multipart(self, form: &Form) -> Self {
        let mut content_type = String::new();
        self.user.draft.body("multipart/form-data", |body| content_type = form.write(body));
        self.header("content-type", content_type)
    }

    /// The name that the request is counted under, instead of its method and path.
    ///
    /// Give one whenever the path holds an identifier, so that `/workflows/1` and `/workflows/2` are one endpoint.
    pub fn named(self, endpoint: impl AsRef<str>) -> Self {
        self.user.draft.set_name(endpoint.as_ref());
        self
    }

    /// The statuses that count as a success, instead of 2xx and 3xx: `404`, `200..300`, `[200, 404]`.
    pub fn expect(mut self, status: impl ExpectedStatus) -> Self {
        self.user.draft.expected.only(status);
        if self.user.draft.expected.is_nothing() {
            self.mistake("`.expect(…)` names no status, so nothing could succeed: name one, such as 404");
        }
        self
    }

    /// How long the answer may take, from the moment the request is sent to the last byte of the body.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if timeout.is_zero() {
            self.mistake("a timeout of 0 s leaves no time for an answer: give it some");
        }
        self.timeout = timeout;
        self
    }

    /// How many bytes the body of the answer may have; 64 MiB unless said. A longer one is a failure.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.body_limit = bytes;
        self
    }

    fn mistake(&mut self, mistake: &str) {
        self.user.draft.mistakes.push(mistake.to_owned());
    }

    /// The number of the user's link that the request goes over.
    ///
    /// # Errors
    /// There is a mistake in the request.
    pub(super) fn link(&self) -> Result<usize> {
        let draft = &self.user.draft;
        match self.link {
            Some(link) if draft.mistakes.is_empty() => Ok(link),
            _ => Err(Error::message(format!("{} was not sent: {}", draft.name(), draft.mistakes.join("; ")))),
        }
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Result<Response>;
    type IntoFuture = Sending<'a>;

    fn into_future(self) -> Sending<'a> {
        Sending::new(self)
    }
}
