//! The other transport: reqwest, for what the own one leaves out (TLS, HTTP/2, redirects, cookies, proxies).
//!
//! Chosen by the address and the options of the test; the author writes the same, and the same is recorded. Only this
//! folder names reqwest, hyper, h2 and rustls.

mod cause;
mod client;
mod errand;
mod honour;
#[cfg(feature = "tls")]
mod tls;

pub(super) use self::client::{Client, Workshop};
pub(super) use self::errand::Errand;
pub(super) use self::honour::{Way, way_to};

pub use self::honour::{Dishonoured, check_options};
