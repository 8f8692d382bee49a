//! A virtual user.

use std::future::Future;
use std::ops::Range;
use std::rc::Rc;

use super::accounting::Recording;
use super::back_off::BackOff;
use super::error::{Error, Result};
use super::expected::ExpectedStatuses;
use super::given_name::GivenName;
use super::guarded_operation::GuardedOperation;
use super::random::{ThinkTime, UserRandom, Whole};
use super::slot::UserSlot;
use crate::http::{HttpSession, Traffic};
use crate::load_part::PartShare;
use crate::measure::{Endpoint, Fate, UserLog};

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
// In the order in which a request touches them: at a thousand users every cache line costs.
#[derive(Debug)]
#[repr(C)]
pub struct User {
    pub(super) slot: UserSlot,
    pub(super) log: UserLog,
    /// The endpoint of the last request, and the number of its line if that was its name.
    last_endpoint: Option<(u64, Endpoint)>,
    /// A mistake in a choice, which the next request reports.
    pub(super) mistake: Option<Box<str>>,
    pub(super) back_off: BackOff,
    role: UserRole,
    /// The name of the request that is being built, or was sent last, if the author gave it one.
    pub(super) request_name: GivenName,
    /// The statuses that it expects.
    pub(super) expected: ExpectedStatuses,
    pub(super) http: HttpSession,
    random: UserRandom,
}

/// The author gave the request a name. No line has this number.
const NAMED: u64 = u64::MAX;

/// What a user is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum UserRole {
    /// It is part of the load, and stops at once when the run ends.
    Load,
    /// It sets up and tears down, which must be completed.
    SetUp,
}

impl User {
    /// A user whose requests are the load.
    pub fn new(slot: UserSlot) -> User {
        let log = slot.log.clone();
        User::with(slot, log, UserRole::Load)
    }

    /// The same user, number and seed, whose requests are recorded apart and have no thresholds.
    pub fn for_set_up(slot: UserSlot) -> User {
        let log = slot.set_up_log.clone();
        User::with(slot, log, UserRole::SetUp)
    }

    fn with(slot: UserSlot, log: UserLog, role: UserRole) -> User {
        User {
            random: UserRandom::seeded(slot.seed),
            http: HttpSession::new(Rc::clone(&slot.resources), slot.clock),
            slot,
            log,
            role,
            back_off: BackOff::default(),
            mistake: None,
            request_name: GivenName::default(),
            expected: ExpectedStatuses::default(),
            last_endpoint: None,
        }
    }

    /// The index of its class, or of that of the arrival that it has taken over; `None` if the test has no classes of users.
    pub(crate) fn class(&self) -> Option<usize> {
        self.log.class().index()
    }

    /// The part of the load that its process offers.
    pub(crate) fn part(&self) -> PartShare {
        self.slot.part
    }

    /// Checks the last response: if `condition` does not hold, its request counts as failed, with the cause `check: {name}`.
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

    /// Times anything that is not HTTP, as a request that is counted under `name`. The timeout applies to it, too.
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
        let (clock, timeout) = (self.slot.clock, self.slot.timeout);
        let traffic = Traffic::default();
        let operation =
            GuardedOperation::open(Recording { log: &self.log, clock, traffic: &traffic }, endpoint, timeout);
        match operation.in_time(future).await {
            None => Err(operation.fail(Fate::TimedOut)),
            Some(Err(error)) => Err(operation.fail(Fate::Failed(error.into().cause()))),
            Some(Ok(value)) => {
                operation.succeed();
                Ok(value)
            }
        }
    }

    /// Pauses, as a person who reads does. If the run ends during the pause, the user does not continue.
    pub async fn think(&mut self, time: impl ThinkTime) {
        let pause = self.random.duration(&time.bounds());
        let _thinking = self.log.think();
        self.log.postpone(pause);
        tokio::time::sleep(pause).await;
        let is_over = self.slot.stop.reason().is_some() || self.log.is_ending();
        if is_over && self.role == UserRole::Load {
            // Otherwise another iteration would be counted that was not planned; the engine drops this future.
            std::future::pending::<()>().await;
        }
    }

    /// Chooses an index by weight: `pick(&[5, 3, 2])` is 0 half of the time.
    ///
    /// Without a weight above zero there is nothing to choose from: it returns 0, the user's next request is
    /// an error that says so, and the test ends.
    pub fn pick(&mut self, weights: &[u32]) -> usize {
        self.random.weighted(weights).unwrap_or_else(|| {
            self.choose_nothing(&format!("`pick(&{weights:?})` has no weight above zero"));
            0
        })
    }

    /// A number of the range without its end, each equally likely.
    ///
    /// An empty range gives its start, the user's next request is an error that says so, and the test ends.
    pub fn random_range<N: Whole + std::fmt::Debug>(&mut self, range: Range<N>) -> N {
        let width = N::width(range.start, range.end);
        if width == 0 {
            self.choose_nothing(&format!("`random_range({range:?})` is empty"));
        }
        N::above(range.start, self.random.below(width))
    }

    /// A number from 0 up to, but never, 1.
    pub fn random(&mut self) -> f64 {
        self.random.unit()
    }

    /// A number below `length`, each equally likely; 0 if that is 0.
    pub(crate) fn random_index(&mut self, length: usize) -> usize {
        self.random.below(length as u64) as usize
    }

    /// There is no more data for this user: its iteration does not count, and it has no further one.
    #[cold]
    pub(crate) fn end_for_lack_of_data(&self, what: &str) {
        self.log.note_out_of_data(what);
    }

    /// 0, 1, 2 … within the test.
    pub fn number(&self) -> usize {
        self.slot.number
    }

    /// The seed of this user's choices: the same in every run with the same `seed`.
    pub fn seed(&self) -> u64 {
        self.slot.seed
    }

    /// The next request says so; without one, the end of the iteration does.
    #[cold]
    fn choose_nothing(&mut self, mistake: &str) {
        let mistake = format!("{mistake}: there is nothing to choose from");
        self.log.note_mistake(&mistake);
        self.mistake = Some(mistake.into());
    }

    /// Where its requests are recorded.
    #[inline]
    pub(super) fn recording(&self) -> Recording<'_> {
        Recording { log: &self.log, clock: self.slot.clock, traffic: self.http.traffic() }
    }

    /// What the request is counted under: the name that the author gives it, or its method and path.
    pub(super) fn request_name(&self) -> &str {
        self.request_name.get().unwrap_or(self.http.draft.line().name())
    }

    /// The same, as an endpoint. Looked up only if it differs from the last one.
    pub(super) fn endpoint(&mut self) -> Endpoint {
        let line_number = match self.request_name.get() {
            None => self.http.draft.line().number,
            Some(_) => NAMED,
        };
        if let Some((known, last)) = &self.last_endpoint
            && ((*known == line_number && line_number != NAMED) || last.name() == self.request_name())
        {
            return last.clone();
        }
        let endpoint = self.log.endpoint(self.request_name());
        self.last_endpoint.insert((line_number, endpoint)).1.clone()
    }
}
