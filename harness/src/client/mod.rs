//! One virtual user and what it does: requests, checks, choices and pauses.
//!
//! Knows HTTP; knows no workload.

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
