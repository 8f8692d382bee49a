//! When a request may be sent a second time.

use std::time::Duration;

/// A connection that was unused for so long may be closed by its server at the very moment at which the next request is
/// sent, and neither side is at fault. If a connection breaks sooner, the server is.
const LONG_IDLE: Duration = Duration::from_secs(1);

/// True if a safe request on a connection that was `idle` for so long may be sent once more, provided that no byte of a
/// response came. Both transports follow this rule.
pub(crate) fn is_long_idle(idle: Duration) -> bool {
    idle >= LONG_IDLE
}
