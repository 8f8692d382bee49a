//! How late a load began that was to begin together with others: [`LateStart`].

use std::sync::OnceLock;
use std::time::Duration;

/// How much later than at the common time the load of this process began; nothing is known before it did.
#[derive(Debug, Default)]
pub(super) struct LateStart(OnceLock<Duration>);

impl LateStart {
    /// The load was to begin at `begins`, and its first user begins `now`; the first call counts.
    pub(super) fn note(&self, begins: Duration, now: Duration) {
        self.0.get_or_init(|| now.saturating_sub(begins));
    }

    pub(super) fn time(&self) -> Option<Duration> {
        self.0.get().copied()
    }
}
