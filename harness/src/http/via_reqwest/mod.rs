//! The other transport: reqwest, for what the own one leaves out (TLS, HTTP/2, redirects, cookies, proxies).
//!
//! Chosen by the address and the options of the test; the author writes the same, and the same is recorded. Only this
//! folder names reqwest, hyper, h2 and rustls.

mod cause;
mod client;
#[cfg(feature = "tls")]
mod tls;
mod transfer;

pub(crate) use self::client::{Client, Workshop};
pub(crate) use self::transfer::Errand;
