//! One virtual user and what it does: requests, checks, choices and pauses.
//!
//! Knows HTTP; knows no workload.
//!
//! A request is timed from its intended start, and from the moment it is sent, to the last byte of the body, connecting
//! included. Bytes are those of the bodies: the transport of today does not see the heads.

mod clock;
mod exchange;
mod expected;
mod failure;
mod random;
mod request;
mod response;
mod stop;
mod target;
mod transport;
mod user;

#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use expected::ExpectedStatus;
pub use failure::{Error, Result};
pub use random::{ThinkTime, Whole};
pub use request::Request;
pub use response::Response;
pub use stop::Stop;
pub use target::Target;
pub use user::{Seat, User};

pub use http::Method;

/// What a runtime that carries users must be given as `event_interval`.
///
/// With tokio's own 61, a busy thread polls a user before the task that hands its connection back to the pool, and the
/// user opens another one (tried: 500 users with large answers opened 4 000 connections; with this, 500).
/// Tasks become ready through sockets and timers only, so the queue runs dry and these are polled all the same.
pub const EVENT_INTERVAL: u32 = 1_000_000;
