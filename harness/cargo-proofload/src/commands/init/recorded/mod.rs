//! A test that repeats what was recorded, copied from a browser or described: HAR, curl, OpenAPI.
//!
//! A source is read into a [`RawSession`](raw_session::RawSession), secrets and all, and cleaned into a
//! [`RepeatedSession`](session::RepeatedSession); only that can be written as code.

mod secret_shapes;
mod raw_session;
mod raw_body;
mod timestamp;
mod har;
mod curl;
mod openapi;
mod endpoint;
mod secrets;
mod session;
mod clean_body;
mod clean;
mod rust_text;
mod code;

pub(super) use curl::read_curl;
pub(super) use har::{HarSelection, read_har};
pub(super) use openapi::{OperationSelection, read_openapi};
pub(super) use secrets::identifier;
pub(super) use session::RepeatedSession;

#[cfg(test)]
mod tests;
