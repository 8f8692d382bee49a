//! A server, as one worker thread knows it.

use std::rc::Rc;

use super::address::Address;
use super::http1::ConnectionPool;
use super::peers::Peers;
use super::supported_options::TransportKind;

/// A server, the connections to it that are shared, and what carries requests to it.
#[derive(Debug)]
pub struct KnownServer {
    pub address: Rc<Address>,
    pub peers: Rc<Peers>,
    pub pool: Rc<ConnectionPool>,
    pub transport: TransportKind,
}
