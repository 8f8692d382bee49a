//! An operation that closes itself if it is dropped.

use std::future::Future;
use std::time::Duration;

use super::accounting::{OperationAccounting, Recording};
use super::error::Error;
use crate::measure::{Endpoint, Fate};

/// An open operation and where it is recorded. If it is dropped before it is closed, it is recorded as given up, with the time
/// so far.
#[derive(Debug)]
pub(super) struct GuardedOperation<'a> {
    at: Recording<'a>,
    /// `None` once it is closed.
    accounting: Option<OperationAccounting>,
}

impl<'a> GuardedOperation<'a> {
    /// Counts an operation that begins now.
    pub(super) fn open(at: Recording<'a>, endpoint: Endpoint, timeout: Duration) -> GuardedOperation<'a> {
        GuardedOperation { at, accounting: Some(OperationAccounting::open(at, endpoint, timeout)) }
    }

    /// Waits for `future` as long as the timeout allows; `None` if it took longer.
    ///
    /// A result that is ready only after the deadline is too late: on a busy thread the timer alone would accept it.
    pub(super) async fn in_time<F: Future>(&self, future: F) -> Option<F::Output> {
        let deadline = self.accounting.as_ref()?.deadline(self.at.traffic);
        let output = tokio::time::timeout_at(self.at.clock.at(deadline.since_start()), future).await.ok()?;
        (self.at.clock.moment() <= deadline).then_some(output)
    }

    /// It succeeded now.
    pub(super) fn succeed(mut self) {
        if let Some(accounting) = self.accounting.take() {
            accounting.succeed(self.at, self.at.clock.moment(), None);
        }
    }

    /// Counts it as failed, and returns the error for the author's function.
    pub(super) fn fail(mut self, fate: Fate) -> Error {
        match self.accounting.take() {
            Some(accounting) => accounting.fail(self.at, fate, None),
            None => Error::counted(String::new()),
        }
    }
}

impl Drop for GuardedOperation<'_> {
    fn drop(&mut self) {
        if let Some(accounting) = self.accounting.take() {
            accounting.give_up(self.at);
        }
    }
}
