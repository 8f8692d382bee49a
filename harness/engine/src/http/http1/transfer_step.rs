//! How far a request is.

use std::fmt;
use std::pin::Pin;
use std::rc::Rc;

use super::connection::Connection;
use super::user_connection::UserConnection;
use crate::http::transport_error::TransportError;

/// Ends when the addresses of a host are known.
type Lookup = Pin<Box<dyn Future<Output = ()>>>;

type OpeningConnection = Pin<Box<dyn Future<Output = Result<Connection, TransportError>>>>;

/// What a transfer does next.
#[derive(Default)]
pub(super) enum TransferStep {
    /// Waits for one of the shared connections.
    Queueing,
    /// Waits for the addresses of the host.
    LookingUp(Lookup),
    Opening(OpeningConnection),
    Writing,
    Reading,
    #[default]
    Over,
}

/// Opens a connection, once the addresses of the server are known. An earlier one is closed.
pub(super) fn open(user: &mut UserConnection) -> TransferStep {
    user.open = None;
    match user.server.peers.pending_lookup().cloned() {
        Some(lookup) => TransferStep::LookingUp(Box::pin(async move { lookup.ended().await })),
        None => TransferStep::Opening(Box::pin(Connection::open(Rc::clone(&user.server.peers)))),
    }
}

impl fmt::Debug for TransferStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TransferStep::Queueing => "Queueing",
            TransferStep::LookingUp(_) => "LookingUp",
            TransferStep::Opening(_) => "Opening",
            TransferStep::Writing => "Writing",
            TransferStep::Reading => "Reading",
            TransferStep::Over => "Over",
        })
    }
}
