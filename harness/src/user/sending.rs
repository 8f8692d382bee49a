//! A request from when it is sent until its response is complete.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use tokio::time::{Sleep, sleep};

use super::accounting::OperationAccounting;
use super::error::{Error, Result};
use super::response::Response;
use super::virtual_user::User;
use crate::http::{RequestLimits, ServerIndex};
use crate::measure::Fate;

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
    fn begin(&mut self) -> Result {
        let user = &mut *self.user;
        let server = match self.server {
            Some(server) if user.http.draft.mistakes.is_empty() => server,
            _ => return Err(not_sent(user, &user.http.draft.mistakes.join("; "))),
        };
        user.http.prepare(server).map_err(|mistake| not_sent(user, &mistake))?;
        let (endpoint, traffic) = (user.endpoint(), user.http.traffic());
        let accounting = OperationAccounting::open(&user.log, user.slot.clock, endpoint, self.limits.timeout, traffic);
        let limits = RequestLimits { timeout: accounting.timeout(), ..self.limits };
        user.http.send(server, limits, accounting.begun());
        self.accounting = Some(accounting);
        Ok(())
    }
}

impl Sending<'_> {
    /// The user waits before it may try to connect again; the request has been counted already.
    #[cold]
    fn begin_pause(&mut self, error: Error, context: &mut Context<'_>) -> Poll<Result<Response>> {
        let pause = Box::pin(sleep(self.user.back_off.next_pause()));
        self.accounting = None;
        self.not_connected = Some(Box::new(NotConnected { error, pause }));
        self.poll_pause(context)
    }

    #[cold]
    fn poll_pause(&mut self, context: &mut Context<'_>) -> Poll<Result<Response>> {
        let Some(not_connected) = &mut self.not_connected else { return Poll::Pending };
        ready!(not_connected.pause.as_mut().poll(context));
        self.not_connected.take().map_or(Poll::Pending, |not_connected| Poll::Ready(Err(not_connected.error)))
    }
}

/// Each iteration would make the same mistake again, so the log notes it, and the test ends.
#[cold]
fn not_sent(user: &User, mistakes: &str) -> Error {
    let text = format!("{} was not sent: {mistakes}", user.request_name.as_str());
    user.log.note_mistake(&text);
    Error::message(text)
}

impl Future for Sending<'_> {
    type Output = Result<Response>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<Response>> {
        let this = self.get_mut();
        if this.not_connected.is_some() {
            return this.poll_pause(context);
        }
        if this.accounting.is_none() {
            this.begin()?;
        }
        let Some(accounting) = &mut this.accounting else { return Poll::Pending };
        let result = match this.user.http.poll(context) {
            Poll::Pending => return Poll::Pending,
            Poll::Ready(Err(error)) => {
                let fate = Fate::from(error);
                let could_connect = fate.connection_failure().is_none() && !matches!(fate, Fate::Ours(_));
                let error = accounting.fail(fate);
                if !could_connect {
                    return this.begin_pause(error, context);
                }
                Err(error)
            }
            Poll::Ready(Ok(complete)) => {
                let status = complete.response.status();
                let is_given = this.user.expected.is_given();
                accounting.answered(status, is_given);
                if let Some(lost) = complete.lost_redirect.filter(|_| !is_given) {
                    Err(accounting.fail(Fate::Failed(lost.into())))
                } else if this.user.expected.contains(status) {
                    // Decoded now, but its time was over when it was complete.
                    match this.user.http.decoded(&complete.response, this.limits.body_bytes) {
                        Ok(decoded) => {
                            let times = accounting.succeed_at(complete.done);
                            Ok(Response::new(accounting.endpoint().clone(), complete.response, decoded, times))
                        }
                        Err(cause) => Err(accounting.fail_at(Fate::Failed(cause), Some(complete.done))),
                    }
                } else {
                    Err(accounting.fail(Fate::Failed(format!("status {status}"))))
                }
            }
        };
        this.accounting = None;
        this.user.back_off.connected();
        Poll::Ready(result)
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if self.accounting.is_some() {
            self.user.http.give_up();
        }
    }
}

impl fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").field("user", &self.user).finish_non_exhaustive()
    }
}
