//! Polls what an author wrote, and catches its panics.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

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
