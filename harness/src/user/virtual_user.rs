//! A virtual user.

use std::future::Future;
use std::ops::Range;
use std::rc::Rc;
use std::time::Duration;

use http::Method;

use super::accounting::Exchange;
use super::error::{Error, Result};
use super::random::{Random, ThinkTime, Whole};
use super::request::Request;
use crate::clock::Clock;
use crate::http::{Client, Deadline, Draft, Flight, HttpResources, Link, Target, Traffic, Way, Wire};
use crate::measure::{Endpoint, Fate, UserLog};
use crate::stop::Stop;

/// Everything the engine gives a virtual user when it enters: its number, its logs, the run's clock and switch.
///
/// `R` is what the users of its worker thread share, as the scenario made it.
#[derive(Debug)]
pub struct UserSlot<R = HttpResources> {
    /// 0, 1, 2 … within the test.
    pub number: usize,
    /// The user's own seed, made from the test's seed and the number.
    pub seed: u64,
    /// Where its requests are recorded.
    pub log: UserLog,
    /// Where the requests of its user-scoped fixtures are recorded: apart, judged by nothing.
    pub set_up_log: UserLog,
    /// The run's clock.
    pub clock: Clock,
    /// The run's switch.
    pub stop: Stop,
    /// The timeout of a request that does not set its own.
    pub timeout: Duration,
    /// What the users of its worker thread share.
    pub resources: Rc<R>,
}

impl<R> Clone for UserSlot<R> {
    fn clone(&self) -> UserSlot<R> {
        UserSlot {
            log: self.log.clone(),
            set_up_log: self.set_up_log.clone(),
            stop: self.stop.clone(),
            resources: Rc::clone(&self.resources),
            ..*self
        }
    }
}

/// A virtual user: its connection, its random choices, its requests.
///
/// ```no_run
/// # use proofload::prelude::*;
/// # async fn body(user: &mut User, agent: &str) -> proofload::Result {
/// let page = user.get(agent, "/workflows?limit=20").await?;
/// user.check("something came", !page.bytes().is_empty())?;
/// user.think(Duration::from_millis(100)..Duration::from_millis(500)).await;
/// # Ok(())
/// # }
/// ```
///
/// A user sends one request after the other on one connection, as a person with one tab does.
#[derive(Debug)]
pub struct User {
    pub(super) slot: UserSlot,
    pub(super) log: UserLog,
    role: Role,
    random: Random,
    pub(super) mistake: Option<String>,
    /// The request that is being put together, or on its way.
    pub(super) draft: Draft,
    pub(super) wire: Wire,
    pub(super) flight: Flight,
    /// One for each server that it has spoken to.
    pub(super) links: Vec<Link>,
    /// Made when the first request asks for more than the own transport can do.
    pub(super) client: Option<Rc<Client>>,
    pub(super) traffic: Rc<Traffic>,
    pub(super) deadline: Deadline,
    /// What its last request was counted under, and its line if that was its name.
    last_endpoint: Option<(Option<u64>, Endpoint)>,
}

/// What a user is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// It is part of the load, and stops where it stands when the run ends.
    Load,
    /// It sets up and tears down, which must come to its end.
    SetUp,
}

impl User {
    /// A user whose requests are the load.
    pub fn new(slot: UserSlot) -> User {
        let log = slot.log.clone();
        User::with(slot, log, Role::Load)
    }

    /// The same user, number and seed, whose requests are recorded apart and judged by nothing.
    pub fn for_set_up(slot: UserSlot) -> User {
        let log = slot.set_up_log.clone();
        User::with(slot, log, Role::SetUp)
    }

    fn with(slot: UserSlot, log: UserLog, role: Role) -> User {
        let (random, deadline) = (Random::seeded(slot.seed), slot.resources.deadline());
        User {
            slot,
            log,
            role,
            random,
            mistake: None,
            draft: Draft::default(),
            wire: Wire::default(),
            flight: Flight::default(),
            links: Vec::new(),
            client: None,
            traffic: Rc::default(),
            deadline,
            last_endpoint: None,
        }
    }

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
    pub fn request<T: Target + ?Sized>(&mut self, method: Method, target: &T, path: &str) -> Request<'_> {
        Request::new(self, method, target, path)
    }

    /// Holds the last answer to what the test knows: if not so, that request counts as failed, by `check: {name}`.
    ///
    /// # Errors
    ///
    /// The condition does not hold.
    pub fn check(&self, name: &str, condition: bool) -> Result {
        if condition {
            return Ok(());
        }
        let cause = format!("check: {name}");
        match self.log.fail_last(cause.clone()) {
            true => Err(Error::counted(cause)),
            false => Err(Error::message(format!("{cause} (no request was sent before it)"))),
        }
    }

    /// Times anything that is not HTTP, as a request that is counted under `name`. The timeout holds for it, too.
    ///
    /// # Errors
    ///
    /// The future's own, already counted as a failure whose cause is the error's text; or it took too long.
    pub async fn measure<T, E: Into<Error>>(
        &mut self,
        name: impl AsRef<str>,
        future: impl Future<Output = Result<T, E>>,
    ) -> Result<T> {
        let endpoint = self.log.endpoint(name.as_ref());
        let mut exchange = Exchange::open(&self.log, self.slot.clock, endpoint, (self.slot.timeout, Rc::default()));
        match exchange.in_time(future).await {
            None => Err(exchange.fail(Fate::TimedOut)),
            Some(Err(error)) => Err(exchange.fail(Fate::Failed(error.into().cause()))),
            Some(Ok(value)) => {
                exchange.succeed();
                Ok(value)
            }
        }
    }

    /// Pauses, as a person who reads does. When the run ends meanwhile, the user does not come back.
    pub async fn think(&mut self, time: impl ThinkTime) {
        let pause = self.random.duration(&time.bounds());
        let _thinking = self.log.think();
        self.log.postpone(pause);
        tokio::time::sleep(pause).await;
        let is_over = self.slot.stop.reason().is_some() || self.log.is_ending();
        if is_over && self.role == Role::Load {
            // Another iteration would be counted that nobody wanted; the engine drops this future.
            std::future::pending::<()>().await;
        }
    }

    /// Chooses an index, as likely as its weight says: `pick(&[5, 3, 2])` is 0 half of the time.
    ///
    /// Without a weight above zero there is nothing to choose from: it returns 0, and the user's next request is
    /// an error that says so.
    pub fn pick(&mut self, weights: &[u32]) -> usize {
        self.random.weighted(weights).unwrap_or_else(|| {
            self.mistake =
                Some(format!("`pick(&{weights:?})` has no weight above zero: there is nothing to choose from"));
            0
        })
    }

    /// A number of the range, its end left out, each as likely as another.
    ///
    /// An empty range gives its start, and the user's next request is an error that says so.
    pub fn random_range<N: Whole + std::fmt::Debug>(&mut self, range: Range<N>) -> N {
        let width = N::width(range.start, range.end);
        if width == 0 {
            self.mistake = Some(format!("`random_range({range:?})` is empty: there is nothing to choose from"));
        }
        N::above(range.start, self.random.below(width))
    }

    /// A number from 0 up to, but never, 1.
    pub fn random(&mut self) -> f64 {
        self.random.unit()
    }

    /// 0, 1, 2 … within the test.
    pub fn number(&self) -> usize {
        self.slot.number
    }

    /// The seed of this user's choices: the same in every run that names the same `seed`.
    pub fn seed(&self) -> u64 {
        self.slot.seed
    }

    /// What the draft is counted under. A name is looked up when it is another than the last.
    pub(super) fn endpoint(&mut self) -> Endpoint {
        let line = self.draft.named_by_line();
        let is_last = |(known, last): &&(Option<u64>, Endpoint)| {
            (line.is_some() && *known == line) || last.name() == self.draft.name()
        };
        if let Some((_, last)) = self.last_endpoint.as_ref().filter(is_last) {
            return last.clone();
        }
        self.last_endpoint.insert((line, self.log.endpoint(self.draft.name()))).1.clone()
    }

    /// The number of the link to the server at `base_url`.
    ///
    /// # Errors
    /// The text says what is wrong with the URL.
    pub(super) fn link(&mut self, base_url: &str) -> Result<usize, String> {
        if let Some(known) = self.links.iter().position(|link| link.address.base_url == base_url) {
            return Ok(known);
        }
        let (address, pool, way) = self.slot.resources.server(base_url)?;
        if way == Way::Other && self.client.is_none() {
            self.client = Some(Rc::new(self.slot.resources.client()?));
        }
        self.links.push(Link::new(address, pool, way));
        Ok(self.links.len() - 1)
    }
}
