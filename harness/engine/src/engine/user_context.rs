//! What one virtual user has to do with its run: its number, its worker and its clock.

use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::{Context, Poll};
use std::time::Duration;

use super::control::Control;
use super::user_code::{UserCodeEnd, poll_user_code};
use super::worker::Worker;
use crate::measure::UserLog;

/// One virtual user of a run, whatever its scenario is.
pub(super) struct UserContext<'a, 'w> {
    pub(super) control: &'a Control<'a>,
    pub(super) worker: &'a Worker<'w>,
    /// Its index on this worker.
    pub(super) index: usize,
    /// Its number within the test.
    pub(super) number: usize,
    pub(super) log: UserLog,
    /// It has waited for anything since its last iteration ended, so that other users had their turn.
    has_waited: Cell<bool>,
    /// When the last iteration ended. Also the current time until the user waits, which saves reading the clock.
    iteration_ended: Cell<Option<Duration>>,
    /// There is no more data for its iterations.
    is_out_of_data: Cell<bool>,
}

impl<'a, 'w> UserContext<'a, 'w> {
    pub(super) fn new(control: &'a Control<'a>, worker: &'a Worker<'w>, index: usize, log: UserLog) -> Self {
        UserContext {
            control,
            worker,
            index,
            number: worker.share.user_number(index),
            log,
            has_waited: Cell::default(),
            iteration_ended: Cell::default(),
            is_out_of_data: Cell::default(),
        }
    }

    /// The current time.
    pub(super) fn now(&self) -> Duration {
        self.iteration_ended.get().unwrap_or_else(|| self.control.clock.now())
    }

    /// An iteration has ended, and the clock has just been read.
    pub(super) fn note_iteration_end(&self, now: Duration) {
        self.iteration_ended.set(Some(now));
    }

    #[cold]
    pub(super) fn note_out_of_data(&self) {
        self.is_out_of_data.set(true);
    }

    /// True if it has no further iteration of its own.
    pub(super) fn is_out_of_data(&self) -> bool {
        self.is_out_of_data.get()
    }

    /// The user has waited since its last iteration ended, so `now` must read the clock.
    pub(super) fn note_wait(&self) {
        self.iteration_ended.set(None);
    }

    /// True if the user has waited for anything since the last call, so that other users had their turn.
    pub(super) fn take_has_waited(&self) -> bool {
        self.has_waited.replace(false)
    }

    /// Calls `poll` until it is ready, or until `is_given_up` returns true. That is asked when the user is woken, as its worker does
    /// with all users when they may be given up, and after each poll.
    pub(super) async fn run_user_code<T>(
        &self,
        is_given_up: impl Fn() -> bool,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<UserCodeEnd<T>>,
    ) -> UserCodeEnd<T> {
        poll_fn(|context| self.poll_user_code(&is_given_up, &mut poll, context)).await
    }

    /// See [`UserContext::run_user_code`].
    pub(super) fn poll_user_code<T>(
        &self,
        is_given_up: impl Fn() -> bool,
        poll: impl FnOnce(&mut Context<'_>) -> Poll<UserCodeEnd<T>>,
        context: &mut Context<'_>,
    ) -> Poll<UserCodeEnd<T>> {
        if is_given_up() {
            return Poll::Ready(UserCodeEnd::GivenUp);
        }
        match poll(context) {
            Poll::Pending if is_given_up() => Poll::Ready(UserCodeEnd::GivenUp),
            Poll::Pending => {
                self.has_waited.set(true);
                Poll::Pending
            }
            end => end,
        }
    }

    /// True if a driven load has become too small for this user.
    pub(super) fn is_to_retire(&self) -> bool {
        self.worker.driven.as_ref().is_some_and(|driven| !driven.wants(self.number))
    }

    /// Waits as a user that thinks; `None` if the run is over before, or the user is to retire.
    pub(super) async fn idle(&self, until: impl Future<Output = ()>) -> Option<()> {
        let _thinks = self.log.think();
        self.note_wait();
        let mut until = pin!(until);
        let poll = |context: &mut Context<'_>| poll_user_code(until.as_mut(), context);
        match self.run_user_code(|| self.worker.is_finishing() || self.is_to_retire(), poll).await {
            UserCodeEnd::Completed(()) => Some(()),
            UserCodeEnd::GivenUp | UserCodeEnd::Panicked(_) => None,
        }
    }

    /// Adds a time in which the user was occupied. Only what lies inside a measurement of planned length matters to the
    /// interactive response-time law.
    pub(super) fn note_occupied(&self, begin: Duration, end: Duration) {
        let Some((from, until)) = self.control.timeline.measured_window() else { return };
        self.worker.add_occupied(end.min(until).saturating_sub(begin.max(from)));
    }
}
