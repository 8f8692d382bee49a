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
