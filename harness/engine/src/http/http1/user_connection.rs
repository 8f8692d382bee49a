//! The connection of one user to one server.

use std::rc::Rc;

use super::connection::Connection;
use crate::http::known_server::KnownServer;

/// How one user reaches one server: on the connection that it keeps, or on one of those that it shares.
#[derive(Debug)]
pub(crate) struct UserConnection {
    pub server: Rc<KnownServer>,
    /// The connection of the request that is on its way; after it, if the connection is still open and the user's own. It
    /// stays in its place, because moving it for each step of a request costs more than the steps.
    pub(super) open: Option<Connection>,
}

impl UserConnection {
    pub(crate) fn new(server: Rc<KnownServer>) -> UserConnection {
        UserConnection { server, open: None }
    }
}
