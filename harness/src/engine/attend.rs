//! Polls what an author wrote: catches its panics, and gives it up when the run says so.

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::{Future, poll_fn};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, Waker};

/// How an author's future ended.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Attended<T> {
    /// On its own.
    Done(T),
    /// It panicked with this message.
    Panicked(String),
    /// It was given up. It has not been dropped yet: that is for its owner to do, when it has taken note.
    GivenUp,
}

/// Wakes a user that may be given up now. Rung by its worker, on the same thread.
#[derive(Debug, Clone, Default)]
pub(super) struct Bell {
    waker: Rc<RefCell<Option<Waker>>>,
    waited: Rc<Cell<bool>>,
}

impl Bell {
    pub(super) fn ring(&self) {
        if let Some(waker) = &*self.waker.borrow() {
            waker.wake_by_ref();
        }
    }

    /// True if the user has waited for anything since this was last asked, so that others had their turn.
    pub(super) fn take_waited(&self) -> bool {
        self.waited.replace(false)
    }

    fn listen(&self, context: &Context<'_>) {
        let mut waker = self.waker.borrow_mut();
        if !waker.as_ref().is_some_and(|known| known.will_wake(context.waker())) {
            *waker = Some(context.waker().clone());
        }
    }
}

/// Polls `future` until it ends, panics, or `is_given_up` is seen to hold: when it is woken, and after each poll.
pub(super) async fn attend<F: Future>(
    bell: &Bell,
    is_given_up: impl Fn() -> bool,
    mut future: Pin<&mut F>,
) -> Attended<F::Output> {
    poll_fn(|context| {
        bell.listen(context);
        if is_given_up() {
            return Poll::Ready(Attended::GivenUp);
        }
        // A panic ends the run, so nothing looks again at what it left half done.
        match catch_unwind(AssertUnwindSafe(|| future.as_mut().poll(context))) {
            Ok(Poll::Ready(output)) => Poll::Ready(Attended::Done(output)),
            Ok(Poll::Pending) if is_given_up() => Poll::Ready(Attended::GivenUp),
            Ok(Poll::Pending) => {
                bell.waited.set(true);
                Poll::Pending
            }
            Err(panic) => Poll::Ready(Attended::Panicked(message(&*panic))),
        }
    })
    .await
}

/// What a panic says, as the standard hook prints it.
pub(super) fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "a value that is no text".to_owned())
}
