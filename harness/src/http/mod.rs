//! HTTP as load needs it: requests, responses, connections, and two transports that carry them.
//!
//! Knows bytes and timestamps; no user, no workload, no accounting. `http1` is a transport of our own for plain HTTP/1.1;
//! `via_reqwest` carries what it leaves out. What the users of one worker thread share is their [`HttpResources`].

mod address;
mod deadlines;
mod draft;
mod expected;
mod form;
mod http1;
mod resources;
mod supported_options;
mod target;
mod traffic;
mod via_reqwest;

pub(crate) use self::deadlines::Deadline;
pub(crate) use self::draft::Draft;
pub use self::expected::ExpectedStatus;
pub use self::form::Form;
pub(crate) use self::http1::{Flight, Link, Received, Wire};
#[cfg(fuzzing)]
#[doc(hidden)]
pub use self::http1::{Told, prove};
pub use self::resources::HttpResources;
pub(crate) use self::supported_options::Way;
pub use self::supported_options::{UnsupportedOption, check_options};
pub use self::target::Target;
pub(crate) use self::traffic::{Traffic, TransportError};
pub(crate) use self::via_reqwest::{Client, Errand};

pub use ::http::Method;
