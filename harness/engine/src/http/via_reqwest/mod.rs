//! The second transport: reqwest, for what the own one does not support (TLS, HTTP/2, redirects, cookies, proxies).
//!
//! The address and the options of the test decide which transport is used; the author writes the same for both, and the
//! same is recorded. Only this folder names reqwest, h2 and rustls. Without the feature `reqwest`, `disabled` takes its
//! place.

#[cfg(feature = "reqwest")]
mod cause;
#[cfg(feature = "reqwest")]
mod client;
#[cfg(feature = "reqwest")]
mod cookies;
#[cfg(not(feature = "reqwest"))]
mod disabled;
#[cfg(feature = "reqwest")]
mod expectation;
#[cfg(feature = "reqwest")]
mod hyper_error;
#[cfg(feature = "reqwest")]
mod request;
mod request_context;
#[cfg(feature = "reqwest")]
mod resolver;
#[cfg(feature = "tls")]
mod tls;

#[cfg(feature = "reqwest")]
pub(super) use self::client::{ClientFactory, ReqwestClient};
#[cfg(not(feature = "reqwest"))]
pub use self::disabled::{ClientFactory, PreparedRequest, ReqwestClient, ReqwestRequest};
#[cfg(feature = "reqwest")]
pub(super) use self::request::{PreparedRequest, ReqwestRequest};
pub(super) use self::request_context::RequestContext;
#[cfg(feature = "tls")]
pub use self::tls::share_cryptography;
