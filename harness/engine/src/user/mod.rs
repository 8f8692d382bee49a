//! One virtual user and what it does: requests, checks, choices and pauses.
//!
//! The main type is [`User`]. It owns an HTTP session, and could own one of another protocol; it knows no workload. Each
//! operation is timed from its intended start, and from when it is sent, to the last byte of the body, connecting included.
//! Bytes are those of the bodies.

mod accounting;
mod back_off;
mod error;
mod expected;
mod given_name;
mod guarded_operation;
mod random;
mod request;
mod response;
mod sending;
mod slot;
#[cfg(test)]
mod tests;
mod values;
mod virtual_user;

pub use self::error::{Error, Result};
pub use self::expected::ExpectedStatus;
pub use self::random::{ThinkTime, Whole};
pub use self::request::Request;
pub use self::response::Response;
pub use self::sending::Sending;
pub use self::slot::UserSlot;
pub use self::virtual_user::User;
