//! A request from the moment it is sent to its answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::accounting::Exchange;
use super::error::{Error, Result};
use super::request::Request;
use super::response::Response;
use crate::http::{Errand, Received, TransportError, Way};
use crate::measure::Fate;

/// A request on its way; `.await` on a [`Request`] makes it.
///
/// Dropped before its end, it is recorded as given up, with the time so far, and its connection is closed.
#[must_use = "a request is only sent by `.await`"]
pub struct Sending<'a> {
    request: Request<'a>,
    on_its_way: Option<OnItsWay>,
}

struct OnItsWay {
    exchange: Exchange,
    /// The other transport's part; without one the user's own flight carries it.
    errand: Option<Errand>,
    /// The number of the user's link that it goes over.
    link: usize,
}

impl<'a> Sending<'a> {
    pub(super) fn new(request: Request<'a>) -> Sending<'a> {
        Sending { request, on_its_way: None }
    }

    /// Opens the books and begins to write, unless there is a mistake in the request.
    fn begin(&mut self) -> Result {
        let (link, timeout, body_limit) = (self.request.link()?, self.request.timeout, self.request.body_limit);
        let user = &mut *self.request.user;
        let abroad = match (user.links[link].way, &user.client) {
            (Way::Other, Some(client)) => {
                let request = Errand::prepare(client, &user.links[link].address, &user.draft)
                    .map_err(|why| Error::message(format!("{} was not sent: {why}", user.draft.name())))?;
                Some((Rc::clone(client), request))
            }
            _ => None,
        };
        let endpoint = user.endpoint();
        user.traffic.clear();
        let exchange = Exchange::open(&user.log, user.slot.clock, endpoint, (timeout, user.traffic.clone()));
        let errand = abroad.map(|(client, request)| {
            let books = (body_limit, Rc::clone(&user.traffic), user.slot.clock);
            Errand::begin(&client, &user.links[link].address, request, books)
        });
        if errand.is_none() {
            let terms = (user.slot.resources.policy(), body_limit, exchange.sent());
            user.flight.begin((&mut user.wire, &mut user.links[link]), &user.draft, terms);
        }
        user.deadline.set(exchange.deadline());
        self.on_its_way = Some(OnItsWay { exchange, errand, link });
        Ok(())
    }

    /// Counts what came of it.
    fn conclude(&mut self, outcome: Outcome) -> Result<Response> {
        let Some(OnItsWay { exchange, link, .. }) = &mut self.on_its_way else {
            return Err(Error::message("a request was asked for its answer twice"));
        };
        let user = &mut *self.request.user;
        user.deadline.clear();
        let concluded = match outcome {
            // What is ready only after the deadline is late, too, however busy this thread was.
            Outcome::Answered(_, done) if done > exchange.deadline() => Err(exchange.fail(Fate::TimedOut)),
            Outcome::Answered(answer, _) if !user.draft.expected.holds(answer.status()) => {
                Err(exchange.fail(Fate::Failed(format!("status {}", answer.status()))))
            }
            Outcome::Answered(answer, done) => {
                let times = exchange.succeed_at(done);
                Ok(Response::new(exchange.endpoint().clone(), answer, times))
            }
            Outcome::Broken(error) => {
                user.flight.give_up(&user.links[*link]);
                Err(exchange.fail(error.into()))
            }
            Outcome::TimedOut => {
                user.flight.give_up(&user.links[*link]);
                Err(exchange.fail(Fate::TimedOut))
            }
        };
        self.on_its_way = None;
        concluded
    }
}

enum Outcome {
    /// An answer, and when its last byte was there.
    Answered(Rc<Received>, Duration),
    Broken(TransportError),
    TimedOut,
}

impl From<TransportError> for Fate {
    fn from(error: TransportError) -> Fate {
        match error {
            TransportError::Failed(cause) => Fate::Failed(cause),
            TransportError::Ours(cause) => Fate::Ours(cause),
        }
    }
}

impl Future for Sending<'_> {
    type Output = Result<Response>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<Response>> {
        let this = self.get_mut();
        if this.on_its_way.is_none() {
            this.begin()?;
        }
        let Some(OnItsWay { exchange, errand, link }) = &mut this.on_its_way else { return Poll::Pending };
        let user = &mut *this.request.user;
        let polled = match errand {
            Some(errand) => errand.poll(context).map_ok(|landed| (landed.answer, landed.at)),
            None => {
                let way = (&mut user.wire, &mut user.links[*link], user.draft.body.as_slice());
                let polled = user.flight.poll(context, way, &user.traffic, user.slot.clock);
                if let Some(offered) = user.flight.offered.take() {
                    exchange.offered(offered);
                    user.deadline.set(exchange.deadline());
                }
                polled.map_ok(|landed| (user.wire.answer(), landed))
            }
        };
        let outcome = match polled {
            Poll::Ready(Ok((answer, landed))) => Outcome::Answered(answer, landed),
            Poll::Ready(Err(error)) => Outcome::Broken(error),
            Poll::Pending if user.deadline.has_passed(context.waker()) => Outcome::TimedOut,
            Poll::Pending => return Poll::Pending,
        };
        Poll::Ready(this.conclude(outcome))
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if let Some(OnItsWay { link, .. }) = &self.on_its_way {
            let user = &mut *self.request.user;
            user.flight.give_up(&user.links[*link]);
            user.deadline.clear();
        }
    }
}

impl fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").field("request", &self.request).finish_non_exhaustive()
    }
}
