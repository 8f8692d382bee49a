//! A request from the moment it is sent to its answer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::exchange::Exchange;
use super::http1::Flight;
use super::request::Request;
use super::transport::TransportError;
use super::{Error, Response, Result};
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
    flight: Flight,
    /// The number of the user's link that it goes over.
    link: usize,
}

impl<'a> Sending<'a> {
    pub(super) fn new(request: Request<'a>) -> Sending<'a> {
        Sending { request, on_its_way: None }
    }

    /// Opens the books and begins to write, unless there is a mistake in the request.
    fn begin(&mut self) -> Result<&mut OnItsWay> {
        let (link, timeout, body_limit) = (self.request.link()?, self.request.timeout, self.request.body_limit);
        let user = &mut *self.request.user;
        let endpoint = user.endpoint();
        user.traffic.clear();
        let exchange = Exchange::open(&user.log, user.seat.clock, endpoint, (timeout, user.traffic.clone()));
        let policy = user.seat.network.policy();
        let flight =
            Flight::begin(&mut user.wire, &mut user.links[link], &user.draft, (policy, body_limit, exchange.sent()));
        user.deadline.set(exchange.deadline());
        Ok(self.on_its_way.insert(OnItsWay { exchange, flight, link }))
    }

    /// Counts what came of it.
    fn conclude(&mut self, outcome: Outcome) -> Result<Response> {
        let Some(OnItsWay { exchange, flight, .. }) = self.on_its_way.take() else {
            return Err(Error::message("a request was asked for its answer twice"));
        };
        let user = &*self.request.user;
        user.deadline.clear();
        match outcome {
            Outcome::TimedOut => return Err(exchange.fail(Fate::TimedOut)),
            Outcome::Broken(TransportError::Failed(cause)) => return Err(exchange.fail(Fate::Failed(cause))),
            Outcome::Broken(TransportError::Ours(cause)) => return Err(exchange.fail(Fate::Ours(cause))),
            Outcome::Answered => {}
        }
        // What is ready only after the deadline is late, too, however busy this thread was.
        let Some(done) = flight.landed.filter(|done| *done <= exchange.deadline()) else {
            return Err(exchange.fail(Fate::TimedOut));
        };
        let answer = user.wire.answer();
        if !user.draft.expected.holds(answer.status()) {
            return Err(exchange.fail(Fate::Failed(format!("status {}", answer.status()))));
        }
        let endpoint = exchange.endpoint().clone();
        Ok(Response::new(endpoint, answer, exchange.succeed_at(done)))
    }
}

enum Outcome {
    Answered,
    Broken(TransportError),
    TimedOut,
}

impl Future for Sending<'_> {
    type Output = Result<Response>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Result<Response>> {
        let this = self.get_mut();
        if this.on_its_way.is_none()
            && let Err(mistake) = this.begin()
        {
            return Poll::Ready(Err(mistake));
        }
        let Some(OnItsWay { exchange, flight, link }) = &mut this.on_its_way else { return Poll::Pending };
        let user = &mut *this.request.user;
        let way = (&mut user.wire, &mut user.links[*link], user.draft.body.as_slice());
        let polled = flight.poll(context, way, &exchange.traffic, user.seat.clock);
        if let Some(offered) = flight.offered.take() {
            exchange.offered(offered);
            user.deadline.set(exchange.deadline());
        }
        let outcome = match polled {
            Poll::Ready(Ok(())) => Outcome::Answered,
            Poll::Ready(Err(error)) => Outcome::Broken(error),
            Poll::Pending if user.deadline.has_passed(context.waker()) => Outcome::TimedOut,
            Poll::Pending => return Poll::Pending,
        };
        Poll::Ready(this.conclude(outcome))
    }
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if let Some(OnItsWay { flight, link, .. }) = &mut self.on_its_way {
            flight.give_up(&self.request.user.links[*link]);
            self.request.user.deadline.clear();
        }
    }
}

impl fmt::Debug for Sending<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sending").field("request", &self.request).finish_non_exhaustive()
    }
}
