//! What the page's address answers: a [`Site`].

use std::convert::Infallible;
use std::fmt;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use hyper::body::{Body, Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderMap, HeaderValue, SET_COOKIE};
use hyper::{Request, Response, StatusCode, Uri};
use serde_json::Value;

use super::access::{Access, Deed, Refusal};
use super::actions::{Driver, PageAction};
use super::feed::LiveFeed;
use super::page;
use super::responses::{protect, refuse, whole};
use super::served::RunSoFar;
use super::viewer::LiveBody;

/// The most that is read of a request's body.
const MOST_BODY: usize = 16 << 10;
/// How long a request's body may take.
const BODY_TIMEOUT: Duration = Duration::from_secs(10);

/// Everything behind the page's address.
pub(super) struct Site {
    pub(super) access: Access,
    pub(super) feed: LiveFeed,
    pub(super) run: RunSoFar,
    /// What the page may start and stop; `None` for a page that only shows.
    pub(super) driver: Option<Arc<dyn Driver>>,
}

impl fmt::Debug for Site {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Site").field("access", &self.access).finish_non_exhaustive()
    }
}

impl Site {
    /// Answers a request that came in at `reached_at`.
    pub(super) async fn answer(
        &self,
        request: Request<Incoming>,
        reached_at: SocketAddr,
    ) -> Result<Response<LiveBody>, Infallible> {
        let (parts, body) = request.into_parts();
        let answer = match self.access.check(&parts, reached_at) {
            Ok(Deed::Read) => self.read(&parts.uri, &parts.headers),
            Ok(Deed::Act) => self.act(parts.uri.path(), &parts.headers, body).await,
            Err(refusal) => Err(refusal),
        };
        let mut response = answer.unwrap_or_else(refuse);
        protect(response.headers_mut());
        Ok(response)
    }

    fn read(&self, uri: &Uri, headers: &HeaderMap) -> Result<Response<LiveBody>, Refusal> {
        let path = uri.path();
        if let Some((media_type, text)) = page::file(path) {
            return Ok(whole(StatusCode::OK, media_type, Bytes::from_static(text.as_bytes())));
        }
        match path {
            "/events" => self.check_cookie(headers).and_then(|()| self.events(seen(uri, headers))),
            "/report" => self.check_cookie(headers).map(|()| page::report(&(self.run)())),
            _ => Err(NOT_FOUND),
        }
    }

    fn check_cookie(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        match self.access.has_cookie(headers) {
            true => Ok(()),
            false => Err(Refusal::forbidden("This needs the token of the link that the run has printed.")),
        }
    }

    /// The events after the one with the id `seen`.
    fn events(&self, seen: u64) -> Result<Response<LiveBody>, Refusal> {
        let Some(place) = self.feed.enter() else {
            return Err(Refusal::of(StatusCode::SERVICE_UNAVAILABLE, "Eight viewers are watching, which is the most."));
        };
        let mut response = Response::new(LiveBody::events(&self.feed, place, seen));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/event-stream"));
        Ok(response)
    }

    async fn act(&self, path: &str, headers: &HeaderMap, body: Incoming) -> Result<Response<LiveBody>, Refusal> {
        let action = match path {
            "/session" => return self.open_session(&read_json(body).await?),
            "/api/start" | "/api/stop" | "/api/change" => path.trim_start_matches("/api/"),
            _ => return Err(NOT_FOUND),
        };
        self.check_cookie(headers)?;
        let Some(driver) = &self.driver else {
            return Err(Refusal::forbidden("This page only shows; start the run with `--ui` to drive it from here."));
        };
        let action = PageAction::read(action, read_json(body).await?).map_err(|_| NOT_JSON)?;
        Ok(match driver.act(action) {
            Ok(()) => whole(StatusCode::OK, "application/json", Bytes::from_static(b"{}")),
            Err(why) => {
                let text = serde_json::json!({ "error": why }).to_string();
                whole(StatusCode::CONFLICT, "application/json", text.into())
            }
        })
    }

    fn open_session(&self, given: &Value) -> Result<Response<LiveBody>, Refusal> {
        let cookie = given["token"].as_str().and_then(|token| self.access.cookie_for(token));
        let cookie = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok());
        let cookie = cookie.ok_or(Refusal::forbidden("The token is not the one of this run; use the printed link."))?;
        let mut response = whole(StatusCode::OK, "application/json", Bytes::from_static(b"{}"));
        response.headers_mut().insert(SET_COOKIE, cookie);
        Ok(response)
    }
}

/// The last event that a viewer has: its browser says so when it connects again, and the page when it does itself.
fn seen(uri: &Uri, headers: &HeaderMap) -> u64 {
    let by_browser = headers.get("last-event-id").and_then(|id| id.to_str().ok()?.parse().ok());
    let by_page = || uri.query()?.strip_prefix("after=")?.parse().ok();
    by_browser.or_else(by_page).unwrap_or(0)
}

const NOT_FOUND: Refusal = Refusal::of(StatusCode::NOT_FOUND, "There is nothing here; the page is at `/`.");
const NOT_JSON: Refusal = Refusal::of(StatusCode::BAD_REQUEST, "The body is not the JSON that this needs.");

/// Reads a body that is neither long nor slow.
async fn read_json(body: Incoming) -> Result<Value, Refusal> {
    let read = tokio::time::timeout(BODY_TIMEOUT, read_body(body)).await;
    let bytes = read.map_err(|_| Refusal::of(StatusCode::REQUEST_TIMEOUT, "The body took too long."))??;
    serde_json::from_slice(&bytes).map_err(|_| NOT_JSON)
}

async fn read_body(mut body: Incoming) -> Result<Vec<u8>, Refusal> {
    let mut bytes = Vec::new();
    while let Some(frame) = std::future::poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
        let frame = frame.map_err(|_| NOT_JSON)?;
        bytes.extend_from_slice(frame.data_ref().map_or(&[], |data| data));
        if bytes.len() > MOST_BODY {
            return Err(Refusal::of(
                StatusCode::PAYLOAD_TOO_LARGE,
                "The body is longer than anything that is expected.",
            ));
        }
    }
    Ok(bytes)
}
