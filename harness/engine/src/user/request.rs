//! A request that a user builds.

use std::fmt::Display;
use std::future::IntoFuture;
use std::time::Duration;

use http::Method;
use serde::Serialize;

use super::error::Result;
use super::expected::ExpectedStatus;
use super::response::Response;
use super::sending::Sending;
use super::virtual_user::User;
use crate::http::{Body, Form, RequestLimits, ServerIndex, Target, push_pair};

/// A longer body is refused, unless the request says otherwise, so that no response can use up the generator's memory.
const BODY_LIMIT_BYTES: u64 = 64 * 1024 * 1024;

/// A request that is being built; `.await` sends it.
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
/// `.await` returns an error when the status was not expected, the response did not come within the timeout, or the
/// connection failed. Such a request is counted as failed already, so `?` is all there is to do.
/// A mistake in the parts (an invalid header, JSON that cannot be written) is an error of the test, which ends with it, and
/// nothing is sent.
#[must_use = "a request is only sent by `.await`"]
#[derive(Debug)]
pub struct Request<'a> {
    user: &'a mut User,
    /// `None` if the target has no valid address.
    server: Option<ServerIndex>,
    limits: RequestLimits,
}

impl User {
    /// A `GET` request to `path` at `target`: a server fixture, or an address such as `"http://127.0.0.1:8080"`.
    pub fn get<T: Target + ?Sized>(&mut self, target: &T, path: &str) -> Request<'_> {
        self.request(Method::GET, target, path)
    }

    /// A `POST` request.
    pub fn post<T: Target + ?Sized>(&mut self, target: &T, path: &str) -> Request<'_> {
        self.request(Method::POST, target, path)
    }

    /// A `PUT` request.
    pub fn put<T: Target + ?Sized>(&mut self, target: &T, path: &str) -> Request<'_> {
        self.request(Method::PUT, target, path)
    }

    /// A `PATCH` request.
    pub fn patch<T: Target + ?Sized>(&mut self, target: &T, path: &str) -> Request<'_> {
        self.request(Method::PATCH, target, path)
    }

    /// A `DELETE` request.
    pub fn delete<T: Target + ?Sized>(&mut self, target: &T, path: &str) -> Request<'_> {
        self.request(Method::DELETE, target, path)
    }

    /// A `HEAD` request.
    pub fn head<T: Target + ?Sized>(&mut self, target: &T, path: &str) -> Request<'_> {
        self.request(Method::HEAD, target, path)
    }

    /// A request of any method.
    ///
    /// `path` starts with `/` and may have a query string. The request is counted under its method and path, without
    /// the query string, unless [`Request::named`] says otherwise.
    #[expect(clippy::needless_pass_by_value, reason = "an author writes `Method::OPTIONS` and not a reference to it")]
    pub fn request<T: Target + ?Sized>(&mut self, method: Method, target: &T, path: &str) -> Request<'_> {
        Request::new(self, &method, target.base_url(), path)
    }
}

impl<'a> Request<'a> {
    fn new(user: &'a mut User, method: &Method, base_url: &str, path: &str) -> Request<'a> {
        user.http.draft.begin(method, path);
        if let Some(mistake) = user.mistake.take() {
            user.http.draft.mistake(mistake.into());
        }
        user.request_name.reset();
        user.expected.reset();
        let server = user.http.server(base_url).map_err(|mistake| user.http.draft.mistake(mistake)).ok();
        let limits = RequestLimits { timeout: user.slot.timeout, body_bytes: BODY_LIMIT_BYTES, discards_body: false };
        Request { user, server, limits }
    }

    /// Adds a header. Another of the same name stays, except for `Content-Type`, of which there is only one.
    pub fn header(self, name: &str, value: impl Display) -> Self {
        self.user.http.draft.header(name, value);
        self
    }

    /// Adds `Authorization: Bearer …`.
    pub fn bearer(self, token: impl Display) -> Self {
        self.header("authorization", format_args!("Bearer {token}"))
    }

    /// Adds parameters to the query string, and encodes them.
    ///
    /// ```no_run
    /// # use proofload::prelude::*;
    /// # async fn body(user: &mut User, agent: &str) -> proofload::Result {
    /// user.get(agent, "/workflows").query(&[("status", "in progress"), ("limit", "20")]).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn query<K: AsRef<str>, V: Display>(self, parameters: &[(K, V)]) -> Self {
        self.user.http.draft.query(parameters);
        self
    }

    /// Sends `value` as JSON.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let mut written = Ok(());
        self.user.http.draft.body("application/json", |body| written = serde_json::to_writer(body, value));
        if let Err(error) = written {
            let kind = std::any::type_name::<T>();
            self.user.http.draft.mistake(format!("the {kind} cannot be written as JSON: {error}"));
        }
        self
    }

    /// Sends text, as `text/plain; charset=utf-8` unless a header says otherwise.
    pub fn text(self, text: impl AsRef<str>) -> Self {
        self.user.http.draft.body("text/plain; charset=utf-8", |body| body.extend_from_slice(text.as_ref().as_bytes()));
        self
    }

    /// Sends bytes, as `application/octet-stream` unless a header says otherwise.
    pub fn bytes(self, bytes: impl AsRef<[u8]>) -> Self {
        self.user.http.draft.body("application/octet-stream", |body| body.extend_from_slice(bytes.as_ref()));
        self
    }

    /// Sends a body that many requests share, as `application/octet-stream` unless a header says otherwise. It is not copied.
    ///
    /// ```no_run
    /// # use proofload::prelude::*;
    /// # async fn body(user: &mut User, shop: &str, video: &Body) -> proofload::Result {
    /// user.put(shop, "/videos/7").header("content-type", "video/mp4").body(video).await?;
    /// # Ok(())
    /// # }
    /// ```
    pub fn body(self, body: &Body) -> Self {
        self.user.http.draft.share_body("application/octet-stream", body);
        self
    }

    /// Sends the fields of an HTML form.
    pub fn form<K: AsRef<str>, V: AsRef<str>>(self, fields: &[(K, V)]) -> Self {
        let mut encoded = String::new();
        for (name, value) in fields {
            push_pair(&mut encoded, 0, name.as_ref(), value.as_ref());
        }
        self.user
            .http
            .draft
            .body("application/x-www-form-urlencoded", |body| body.extend_from_slice(encoded.as_bytes()));
        self
    }

    /// Sends a form with files, as `multipart/form-data`. Requests that send the same form share its body; so make a form with
    /// long files once, in a fixture.
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
        let written = form.written();
        self.user.http.draft.share_body("multipart/form-data", &written.body);
        self.header("content-type", &written.content_type)
    }

    /// The name that the request is counted under, instead of its method and path.
    ///
    /// Give one whenever the path contains an identifier, so that `/workflows/1` and `/workflows/2` are one endpoint.
    pub fn named(self, endpoint: impl AsRef<str>) -> Self {
        self.user.request_name.set(endpoint.as_ref());
        self
    }

    /// The statuses that count as a success, instead of 2xx and 3xx: `404`, `200..300`, `[200, 404]`.
    pub fn expect(mut self, status: impl ExpectedStatus) -> Self {
        self.user.expected.only(status);
        if self.user.expected.is_nothing() {
            self.mistake("`.expect(…)` has no status, so no response could succeed: give at least one, such as 404");
        }
        self
    }

    /// How long the response may take, from when the request is sent to the last byte of the body.
    pub fn timeout(mut self, timeout: Duration) -> Self {
        if timeout.is_zero() {
            self.mistake("a timeout of 0 s leaves no time for a response: set a longer one");
        }
        self.limits.timeout = timeout;
        self
    }

    /// How many bytes the body of the response may have; 64 MiB by default. A longer one is a failure.
    pub fn body_limit(mut self, bytes: u64) -> Self {
        self.limits.body_bytes = bytes;
        self
    }

    /// Counts the bytes of the response's body and keeps none of them, however many there are: for long downloads.
    ///
    /// [`Response::bytes`] is then empty, and the body is measured to its last byte as always. A limit that is set after it with
    /// [`Request::body_limit`] still applies.
    pub fn discard_body(mut self) -> Self {
        (self.limits.discards_body, self.limits.body_bytes) = (true, u64::MAX);
        self
    }

    fn mistake(&mut self, mistake: &str) {
        self.user.http.draft.mistake(mistake.to_owned());
    }
}

impl<'a> IntoFuture for Request<'a> {
    type Output = Result<Response>;
    type IntoFuture = Sending<'a>;

    fn into_future(self) -> Sending<'a> {
        Sending::new(self.user, self.server, self.limits)
    }
}
