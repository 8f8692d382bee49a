//! Polls what an author wrote: catches its panics, and stops polling it when the run gives it up.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// How an author's future ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum UserCodeEnd<T> {
    /// It completed.
    Completed(T),
    /// It panicked with this message.
    Panicked(String),
    /// It was given up. It has not been dropped yet: the caller does that once it has noted what was still open.
    GivenUp,
}

/// Wakes a user that may be given up now. Used by its worker, on the same thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Wakeup {
    waker: Rc<RefCell<Option<Waker>>>,
    has_waited: Rc<Cell<bool>>,
}

impl Wakeup {
    pub(super) fn wake(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// True if the user has waited for anything since the last call, so that other users had their turn.
    pub(super) fn take_has_waited(&self) -> bool {
        self.has_waited.replace(false)
    }

    fn register(&self, context: &Context<'_>) {
        let mut waker = self.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|known| known.will_wake(context.waker())) {
            *waker = Some(context.waker().clone());
        }
    }
}

/// Calls `poll` until it is ready, or until `is_given_up` returns true. That is asked when the user is woken and after each
/// poll.
pub(super) async fn run_user_code<T>(
    wakeup: &Wakeup,
    is_given_up: impl Fn() -> bool,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<UserCodeEnd<T>>,
) -> UserCodeEnd<T> {
    poll_fn(|context| {
        wakeup.register(context);
        if is_given_up() {
            return Poll::Ready(UserCodeEnd::GivenUp);
        }
        match poll(context) {
            Poll::Pending if is_given_up() => Poll::Ready(UserCodeEnd::GivenUp),
            Poll::Pending => {
                wakeup.has_waited.set(true);
                Poll::Pending
            }
            end => end,
        }
    })
    .await
}

/// Polls `future`, and catches its panic: it must not be polled again after that.
pub(super) fn poll_user_code<F: Future + ?Sized>(
    future: Pin<&mut F>,
    context: &mut Context<'_>,
) -> Poll<UserCodeEnd<F::Output>> {
    // A panic ends the run, so nothing reads again what it left in an inconsistent state.
    match catch_unwind(AssertUnwindSafe(|| future.poll(context))) {
        Ok(poll) => poll.map(UserCodeEnd::Completed),
        Err(panic) => Poll::Ready(UserCodeEnd::Panicked(panic_message(&*panic))),
    }
}

/// The message of a panic, as the standard hook prints it.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "the panic's payload is not a text".to_owned())
}
