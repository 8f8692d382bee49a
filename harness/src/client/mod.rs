//! One virtual user and what it does: requests, checks, choices and pauses.
//!
//! Knows HTTP; knows no workload.
//!
//! A request is timed from its intended start, and from the moment it is sent, to the last byte of the body, connecting
//! included. Bytes are those of the bodies.
//!
//! A user puts a request together in its `draft`; `sending` opens the books (`exchange`), lets `http1` carry it, or `other`
//! what `http1` leaves out, and closes them. What the users of a thread share is their `network`.

mod address;
mod clock;
mod deadlines;
mod draft;
mod exchange;
mod expected;
mod failure;
mod http1;
mod multipart;
mod network;
mod other;
mod random;
mod request;
mod response;
mod sending;
mod stop;
mod target;
mod transport;
mod user;

#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use expected::ExpectedStatus;
pub use failure::{Error, Result};
#[cfg(fuzzing)]
#[doc(hidden)]
pub use http1::{Told, prove};
pub use multipart::Form;
pub use network::Network;
pub use other::{Dishonoured, check_options};
pub use random::{ThinkTime, Whole};
pub use request::Request;
pub use response::Response;
pub use sending::Sending;
pub use stop::Stop;
pub use target::Target;
pub use user::{User, UserSlot};

pub use http::Method;
