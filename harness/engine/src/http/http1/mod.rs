//! HTTP/1.1 on a TCP connection, at little more than the cost of its system calls.
//!
//! A request is encoded into memory that is reused and written at once; its response is parsed in the memory that it was
//! read into. Once a user has sent its first requests, nothing more is allocated. `decode`, `head` and `body` know only
//! bytes, `connection` knows only sockets, and a [`Transfer`] uses both.

mod body;
mod buffer;
mod connection;
mod connection_end;
mod connection_pool;
mod decode;
mod dial;
mod encode;
mod foreign;
mod head;
mod known_head;
mod malformed;
mod message_buffers;
mod response_bytes;
mod response_stock;
#[cfg(any(test, fuzzing))]
mod tests;
mod transfer;
mod transfer_step;
mod user_connection;

#[cfg(feature = "reqwest")]
pub(super) use self::connection_end::text_within_body;
pub(super) use self::connection_pool::ConnectionPool;
pub(super) use self::known_head::SharedHead;
#[cfg(feature = "reqwest")]
pub(super) use self::malformed::Malformed;
pub(super) use self::message_buffers::MessageBuffers;
pub(super) use self::response_bytes::ResponseBytes;
pub(super) use self::response_stock::ResponseStock;
pub use self::response_stock::SharedResponse;
#[cfg(fuzzing)]
pub use self::tests::{ReadResponse, prove};
pub(super) use self::transfer::{Transfer, TransferContext, TransferStart};
pub(super) use self::user_connection::UserConnection;
