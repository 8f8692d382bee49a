//! One virtual user and what it does: requests, checks, choices and pauses.
//!
//! Knows no workload. A request is timed from its intended start, and from the moment it is sent, to the last byte of the
//! body, connecting included. Bytes are those of the bodies.

mod accounting;
mod error;
mod random;
mod request;
mod response;
mod sending;
#[cfg(test)]
mod tests;
mod virtual_user;

pub use self::error::{Error, Result};
pub use self::random::{ThinkTime, Whole};
pub use self::request::Request;
pub use self::response::Response;
pub use self::sending::Sending;
pub use self::virtual_user::{User, UserSlot};
