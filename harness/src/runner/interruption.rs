//! Whether the person has asked to stop.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use tokio::sync::Notify;

use crate::stop::Stop;

/// A request to stop that ends the run in progress and lets no other begin. Clones share it.
///
/// The runner does not listen for signals: a caller does, and calls [`interrupt`](Interruption::interrupt).
#[derive(Debug, Clone, Default)]
pub struct Interruption {
    shared: Arc<InterruptionState>,
}

#[derive(Debug, Default)]
struct InterruptionState {
    cause: OnceLock<String>,
    current_run: Mutex<Option<Stop>>,
    arrived: Notify,
    no_more_tests: OnceLock<String>,
}

impl Interruption {
    /// Stops the run in progress. `cause` completes the sentence "interrupted by …"; false if there is an earlier one.
    pub fn interrupt(&self, cause: &str) -> bool {
        if self.shared.cause.set(cause.to_owned()).is_err() {
            return false;
        }
        if let Some(stop) = &*self.shared.current_run.lock().unwrap_or_else(PoisonError::into_inner) {
            stop.pull(format!("interrupted by {cause}"));
        }
        self.shared.arrived.notify_waiters();
        true
    }

    /// What interrupted the run, if something did.
    pub fn cause(&self) -> Option<&str> {
        self.shared.cause.get().map(String::as_str)
    }

    /// No other test can be measured, because code of an earlier one goes on; the first reason stays.
    pub fn end_tests(&self, why: String) {
        let _first_reason_stays = self.shared.no_more_tests.set(why);
    }

    /// Why no other test can be measured, if that is so.
    pub fn no_more_tests(&self) -> Option<&str> {
        self.shared.no_more_tests.get().map(String::as_str)
    }

    /// Waits until the run is interrupted.
    pub async fn arrived(&self) -> &str {
        loop {
            let arrived = self.shared.arrived.notified();
            if let Some(cause) = self.cause() {
                return cause;
            }
            arrived.await;
        }
    }

    /// From now on an interruption pulls `stop`; one that has arrived pulls it at once.
    pub(super) fn guard(&self, stop: &Stop) {
        *self.shared.current_run.lock().unwrap_or_else(PoisonError::into_inner) = Some(stop.clone());
        if let Some(cause) = self.cause() {
            stop.pull(format!("interrupted by {cause}"));
        }
    }
}
