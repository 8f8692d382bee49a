//! Leads one user from step to step: set-up, iterations, tear-down. The main type is [`UserSteps`].
//!
//! The engine is compiled once, in this library. What a test's user does is a future of a type of its own ([`UserFuture`]), made once for
//! each user, in whose memory each of its iterations runs. The engine polls it, and here the two exchange which step is due and how
//! it ended. What is called from that future is made of plain functions: the body of an `async fn` would be compiled again in
//! the crate of every author.

use std::cell::Cell;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, Waker, ready};

use super::user_code::{UserCodeEnd, poll_user_code};
use crate::measure::IterationEnd;

/// What one user does, from its set-up to its tear-down.
pub type UserFuture<'s> = Pin<Box<dyn Future<Output = ()> + 's>>;

/// Which step of one user is due, and how the last one ended.
#[derive(Default)]
pub struct UserSteps {
    due: Cell<Option<DueStep>>,
    iteration: Cell<Option<UserCodeEnd<IterationEnd>>>,
    /// Of the set-up or the tear-down.
    end: Cell<Option<Result<(), String>>>,
}

/// The set-up is due without being asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum DueStep {
    Iterate,
    DropIteration,
    Leave,
}

/// The engine's side.
impl UserSteps {
    /// Lets the user begin an iteration, which `poll_iteration` then polls.
    pub(super) fn begin_iteration(&self) {
        self.due.set(Some(DueStep::Iterate));
    }

    /// Lets the user begin its tear-down, which `poll_end` then polls.
    pub(super) fn begin_leaving(&self) {
        self.due.set(Some(DueStep::Leave));
    }

    /// Ready when the iteration that has begun has completed or panicked; it has been dropped then.
    pub(super) fn poll_iteration(
        &self,
        user: &mut UserFuture<'_>,
        context: &mut Context<'_>,
    ) -> Poll<UserCodeEnd<IterationEnd>> {
        let _ends_after_its_tear_down = user.as_mut().poll(context);
        self.iteration.take().map_or(Poll::Pending, Poll::Ready)
    }

    /// Ready when the set-up or the tear-down has ended; the error is its text.
    pub(super) fn poll_end(&self, user: &mut UserFuture<'_>, context: &mut Context<'_>) -> Poll<Result<(), String>> {
        let _ends_after_its_tear_down = user.as_mut().poll(context);
        self.end.take().map_or(Poll::Pending, Poll::Ready)
    }

    /// Drops the iteration that has begun, so that its open requests close themselves. The user goes on after that.
    #[cold]
    pub(super) fn drop_iteration(&self, user: &mut UserFuture<'_>) {
        // An iteration that was never polled does not exist yet.
        if self.due.take().is_none() {
            self.due.set(Some(DueStep::DropIteration));
            let _ends_after_its_tear_down = user.as_mut().poll(&mut Context::from_waker(Waker::noop()));
        }
    }
}

/// The user's side.
impl UserSteps {
    /// The set-up has ended, or there was nothing to set up.
    pub fn entered(&self) {
        self.end(Ok(()));
    }

    /// The tear-down has ended, or there was nothing to tear down.
    pub fn left(&self) {
        self.end(Ok(()));
    }

    /// The set-up or the tear-down has ended.
    pub(super) fn end(&self, how: Result<(), String>) {
        self.end.set(Some(how));
    }

    /// Waits for the next step: true for an iteration, false for the tear-down.
    pub fn goes_on(&self) -> GoesOn<'_> {
        GoesOn(self)
    }

    /// Runs an iteration until it completes, panics or is to be dropped. The caller drops it. `end` says what its result means.
    ///
    /// Not generic over the iteration, of which each test has another.
    pub fn run<'s, R>(
        &'s self,
        iteration: Pin<&'s mut dyn Future<Output = R>>,
        end: fn(R) -> IterationEnd,
    ) -> RunningIteration<'s, R> {
        RunningIteration { steps: self, iteration: WholeIteration { function: iteration, end } }
    }
}

/// See [`UserSteps::goes_on`]. It registers no waker: the engine polls the user as soon as a step is due.
#[derive(Debug)]
#[must_use = "nothing waits until this is awaited"]
pub struct GoesOn<'s>(&'s UserSteps);

impl Future for GoesOn<'_> {
    type Output = bool;

    fn poll(self: Pin<&mut Self>, _context: &mut Context<'_>) -> Poll<bool> {
        self.0.due.take().map_or(Poll::Pending, |due| Poll::Ready(due == DueStep::Iterate))
    }
}

/// See [`UserSteps::run`].
#[must_use = "nothing runs until this is awaited"]
pub struct RunningIteration<'s, R> {
    steps: &'s UserSteps,
    iteration: WholeIteration<'s, R>,
}

/// The author's function, and what its result means: to find that out may call the author's code, too.
struct WholeIteration<'s, R> {
    function: Pin<&'s mut dyn Future<Output = R>>,
    end: fn(R) -> IterationEnd,
}

impl<R> Future for WholeIteration<'_, R> {
    type Output = IterationEnd;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<IterationEnd> {
        let end = self.end;
        self.function.as_mut().poll(context).map(end)
    }
}

impl<R> Future for RunningIteration<'_, R> {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        if self.steps.due.take() == Some(DueStep::DropIteration) {
            return Poll::Ready(());
        }
        // Caught here, inside the user, which must still be torn down.
        let end = ready!(poll_user_code(Pin::new(&mut self.iteration), context));
        self.steps.iteration.set(Some(end));
        Poll::Ready(())
    }
}

impl<R> fmt::Debug for RunningIteration<'_, R> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RunningIteration").field("steps", &self.steps).finish_non_exhaustive()
    }
}

impl fmt::Debug for UserSteps {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UserSteps").field("due", &self.due).finish_non_exhaustive()
    }
}
