//! The switch that ends a run early.

use std::sync::{Arc, OnceLock};

use tokio::sync::Notify;

/// The switch that ends a run early: a server died, or the person pressed Ctrl-C. Clones share it; the first reason stays.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    shared: Arc<StopState>,
}

#[derive(Debug, Default)]
struct StopState {
    reason: OnceLock<String>,
    pulled: Notify,
    stuck: OnceLock<String>,
    got_stuck: Notify,
}

impl Stop {
    /// Ends the run; a later reason is dropped, because the first is the cause.
    pub fn pull(&self, reason: impl Into<String>) {
        let _first_reason_stays = self.shared.reason.set(reason.into());
        self.shared.pulled.notify_waiters();
    }

    /// Why the run was ended, if it was.
    pub fn reason(&self) -> Option<&str> {
        self.shared.reason.get().map(String::as_str)
    }

    /// The run cannot end, because of `why`: who waits for it should go on without it. The first call counts.
    pub fn report_stuck(&self, why: impl FnOnce() -> String) {
        if self.shared.stuck.get().is_none() {
            let _first_reason_stays = self.shared.stuck.set(why());
            self.shared.got_stuck.notify_waiters();
        }
    }

    /// Waits until the run is reported to be stuck; returns why.
    pub async fn stuck(&self) -> &str {
        loop {
            let notified = self.shared.got_stuck.notified();
            if let Some(why) = self.shared.stuck.get() {
                return why;
            }
            notified.await;
        }
    }

    /// Waits until the switch is pulled.
    pub async fn pulled(&self) -> &str {
        loop {
            let notified = self.shared.pulled.notified();
            if let Some(reason) = self.reason() {
                return reason;
            }
            notified.await;
        }
    }
}
