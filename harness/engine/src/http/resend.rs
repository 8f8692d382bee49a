//! When a request may be sent a second time.
//!
//! A request that broke on a kept connection, before any byte of a response, is sent once more if its method is safe and one
//! of these holds:
//! * the connection had been idle for long;
//! * the server had closed the connection before the request arrived: it closed it, and then refused what was sent. So it
//!   cannot have seen the request, however short the connection had been idle. Only the own transport knows this.
//!
//! A request of any method is written to a new connection if the system took nothing of it on the kept one, and sent again if
//! an HTTP/2 server says that it has not processed it.

use std::time::Duration;

/// A connection that was unused for so long may be closed by its server at the very moment at which the next request is
/// sent, and neither side is at fault. If a busy connection breaks after the request has arrived, the server is.
const LONG_IDLE: Duration = Duration::from_secs(1);

/// True if a connection that was `idle` for so long may have been closed for that.
pub(super) fn is_long_idle(idle: Duration) -> bool {
    idle >= LONG_IDLE
}
