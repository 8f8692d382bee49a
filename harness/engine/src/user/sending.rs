//! A request from when it is sent until its response is complete.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep};

use super::accounting::OperationAccounting;
use super::error::Error;
use super::response::Response;
use super::virtual_user::User;
use crate::http::{CompleteResponse, RequestLimits, ServerIndex};
use crate::measure::{Fate, Moment};

/// A request that is being sent; `.await` on a [`Request`](super::Request) makes it.
///
/// If it is dropped before its end, it is recorded as given up, with the time so far, and its connection is closed.
#[must_use = "a request is only sent by `.await`"]
pub struct Sending<'a> {
    user: &'a mut User,
    /// `None` if the target has no valid address.
    server: Option<ServerIndex>,
    limits: RequestLimits,
    /// While the request is on its way.
    accounting: Option<OperationAccounting>,
    /// After no connection could be made: the error, and how long the user waits before it learns of it.
    not_connected: Option<Box<NotConnected>>,
}

struct NotConnected {
    error: Error,
    pause: Pin<Box<Sleep>>,
}

impl<'a> Sending<'a> {
    pub(super) fn new(user: &'a mut User, server: Option<ServerIndex>, limits: RequestLimits) -> Sending<'a> {
        Sending { user, server, limits, accounting: None, not_connected: None }
    }

    /// Counts the request and begins to send it, unless there is a mistake in it.
    fn begin(&mut self) -> Result<(), Error> {
        let user = &mut *self.user;
        let server = match self.server {
            Some(server) if user.http.draft.mistakes().is_empty() => server,
            _ => return Err(not_sent(user, &user.http.draft.mistakes().join("; "))),
        };
        user.http.prepare(server).map_err(|mistake| not_sent(user, &mistake))?;
        let endpoint = user.endpoint();
        let accounting = OperationAccounting::open(user.recording(), endpoint, self.limits.timeout);
        let limits = RequestLimits { timeout: accounting.timeout(), ..self.limits };
        user.http.send(server, limits, accounting.begun());
        self.accounting = Some(accounting);
        Ok(())
    }
}

impl Sending<'_> {
    /// The user waits before it may try to connect again; the request has been counted already.
    #[cold]
    fn begin_pause(&mut self, error: Error, context: &mut Context<'_>) -> Poll<Result<Response, Error>> {
        let pause = Box::pin(sleep(self.user.back_off.next_pause()));
        self.accounting = None;
        self.not_connected = Some(Box::new(NotConnected { error, pause }));
        self.poll_pause(context)
    }

    #[cold]
    fn poll_pause(&mut self, context: &mut Context<'_>) -> Poll<Result<Response, Error>> {
        let Some(not_connected) = &mut self.not_connected else { return Poll::Pending };
        ready!(not_connected.pause.as_mut().poll(context));
        self.not_connected.take().map_or(Poll::Pending, |not_connected| Poll::Ready(Err(not_connected.error)))
    }
}

/// A response that makes its request a failure.
struct WrongResponse {
    cause: String,
    /// When its time was over; `None` for now.
    done: Option<Moment>,
}

/// The body of a response that was expected, without its encoding if it was decoded.
#[inline]
fn judge(user: &User, complete: &CompleteResponse, body_limit: u64) -> Result<Option<Vec<u8>>, WrongResponse> {
    let status = complete.response.status();
    if complete.lost_redirect.is_some() && !user.expected.is_given() {
        let cause = complete.lost_redirect.as_deref().unwrap_or_default().to_owned();
        return Err(WrongResponse { cause, done: None });
    }
    if !user.expected.contains(status) {
        return Err(WrongResponse { cause: format!("status {status}"), done: None });
    }
    // Decoded now, but its time was over when it was complete.
    let decoded = user.http.decoded(&complete.response, body_limit);
    decoded.map_err(|cause| WrongResponse { cause, done: Some(complete.done) })
}

/// Each iteration would make the same mistake again, so the log notes it, and the test ends.
#[cold]
fn not_sent(user: &User, mistakes: &str) -> Error {
    let text = format!("{} was not sent: {mistakes}", user.request_name());
    user.log.note_mistake(&text);
    Error::message(text)
}

impl Future for Sending<'_> {
    type Output = super::error::Result<Response>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<Response, Error>> {
        let this = self.get_mut();
        if this.not_connected.is_some() {
            return this.poll_pause(context);
        }
        if this.accounting.is_none() {
            this.begin()?;
        }
        let result = match this.user.http.poll(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Err(error)) => {
                let Some(accounting) = this.accounting.take() else { return Poll::Pending };
                let fate = Fate::from(error);
                let could_connect = fate.connection_failure().is_none() && !matches!(fate, Fate::Ours(_));
                let error = accounting.fail(this.user.recording(), fate, None);
                if !could_connect {
                    return this.begin_pause(error, context);
                }
                Err(error)
            }
            Poll::Ready(Ok(complete)) => {
                let judged = judge(this.user, &complete, this.limits.body_bytes);
                let Some(mut accounting) = this.accounting.take() else { return Poll::Pending };
                accounting.answered(complete.response.status(), this.user.expected.is_given());
                let recording = this.user.recording();
                match judged {
                    Ok(decoded) => {
                        let decoded_bytes = decoded.as_ref().map(|decoded| decoded.len() as u64);
                        let (endpoint, times) = accounting.succeed(recording, complete.done, decoded_bytes);
                        Ok(Response::new(endpoint, complete.response, decoded, times))
                    }
                    Err(WrongResponse { cause, done }) => Err(accounting.fail(recording, Fate::Failed(cause), done)),
                }
            }
        };
        this.user.back_off.connected();
        Poll::Ready(result)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if let Some(accounting) = self.accounting.take() {
            self.user.http.give_up();
            accounting.give_up(self.user.recording());
        }
    }
}

impl fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").field("user", &self.user).finish_non_exhaustive()
    }
}
