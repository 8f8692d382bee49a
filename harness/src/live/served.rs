//! What a session gives to be served: [`ServedSession`].

use std::net::SocketAddr;
use std::sync::Arc;

use super::actions::Driver;
use crate::outcome::RunReport;

/// Gives the run with the tests that have ended.
pub(crate) type RunSoFar = Arc<dyn Fn() -> RunReport + Send + Sync>;

/// What to serve, and where.
pub(crate) struct ServedSession {
    /// Where the page is; port 0 is any free port.
    pub(crate) page: Option<SocketAddr>,
    /// Where Prometheus reads figures.
    pub(crate) metrics: Option<SocketAddr>,
    /// The tests that have ended.
    pub(crate) run: RunSoFar,
    /// What the page may start and stop; `None` for a page that only shows.
    pub(crate) driver: Option<Arc<dyn Driver>>,
}
