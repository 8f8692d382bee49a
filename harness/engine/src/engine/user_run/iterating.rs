//! One iteration of a user, from its beginning to its end.
//!
//! What leads to a request's system calls is polled in few functions. After a system call, the processor predicts the returns of the functions
//! around it wrongly: the first one is dear, each further one costs some 5 ns (`docs/decisions/0044-distance-and-returns.md`).

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use super::{BegunIteration, UserRun};
use crate::engine::pacing::Turn;
use crate::engine::user_steps::UserFuture;

/// Begins an iteration when it is made; ready when that has ended and was counted.
pub(super) struct Iterating<'r, 's, 'a, 'w> {
    run: &'r UserRun<'a, 'w>,
    user: &'r mut UserFuture<'s>,
    /// `None` once it has ended.
    iteration: Option<BegunIteration>,
}

impl<'a, 'w> UserRun<'a, 'w> {
    #[inline]
    pub(super) fn iterate<'r, 's>(&'r self, user: &'r mut UserFuture<'s>, turn: Turn) -> Iterating<'r, 's, 'a, 'w> {
        Iterating { run: self, user, iteration: Some(self.begin_iteration(turn)) }
    }
}

impl Future for Iterating<'_, '_, '_, '_> {
    type Output = ();

    #[inline(always)]
    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let Iterating { run, user, iteration } = &mut *self;
        let Some(begun) = iteration else { return Poll::Ready(()) };
        let end = ready!(run.poll_iteration(user, begun, context));
        if let Some(begun) = iteration.take() {
            run.end_iteration(user, begun, end);
        }
        Poll::Ready(())
    }
}
