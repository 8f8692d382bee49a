//! A server, as one worker thread knows it.

use std::rc::Rc;

use super::address::Address;
use super::http1::ConnectionPool;
use super::peers::Peers;
use super::supported_options::TransportKind;

/// A server, the connections to it that are shared, and what carries requests to it.
#[derive(Debug)]
pub(crate) struct KnownServer {
    pub(crate) address: Rc<Address>,
    pub(crate) peers: Rc<Peers>,
    pub(crate) pool: Rc<ConnectionPool>,
    pub(crate) transport: TransportKind,
}
