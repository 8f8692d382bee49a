//! The connection of one user to one server.

use std::rc::Rc;

use super::connection::Connection;
use super::connection_pool::ConnectionPool;
use crate::http::address::Address;
use crate::http::peers::Peers;

/// How one user reaches one server: on the connection that it keeps, or on one of those that it shares.
#[derive(Debug)]
pub(crate) struct UserConnection {
    pub(super) address: Rc<Address>,
    pub(super) peers: Rc<Peers>,
    pub(super) pool: Rc<ConnectionPool>,
    /// The connection of the last request, if it is still open and the user's own.
    pub(super) kept: Option<Connection>,
}

impl UserConnection {
    pub(crate) fn new(address: Rc<Address>, peers: Rc<Peers>, pool: Rc<ConnectionPool>) -> UserConnection {
        UserConnection { address, peers, pool, kept: None }
    }
}
