//! HTTP/1.1 on a TCP connection, at the price of its system calls.
//!
//! A request is encoded into memory that is used again, written at once, and its answer is parsed where it was read;
//! in the steady state nothing is allocated. `decode` and `body` know bytes only, `connection` knows sockets only, and
//! `flight` brings them together.

mod body;
mod buffer;
mod connection;
mod decode;
mod encode;
mod flight;
mod head;
mod malformed;
mod pool;
mod received;
#[cfg(any(test, fuzzing))]
mod tests;

pub(crate) use self::flight::{Flight, IDLE};
pub(crate) use self::malformed::Malformed;
pub(crate) use self::pool::Pool;
pub(crate) use self::received::{Received, Wire};
#[cfg(fuzzing)]
pub use self::tests::{Told, prove};

use std::rc::Rc;

use self::connection::Connection;
use super::address::Address;
use super::supported_options::Way;

/// A user's way to one server.
#[derive(Debug)]
pub(crate) struct Link {
    pub(crate) address: Rc<Address>,
    pub(crate) way: Way,
    pool: Rc<Pool>,
    /// The connection of the last request, if it is still open and the user's own.
    kept: Option<Connection>,
}

impl Link {
    pub(crate) fn new(address: Rc<Address>, pool: Rc<Pool>, way: Way) -> Link {
        Link { address, way, pool, kept: None }
    }
}
