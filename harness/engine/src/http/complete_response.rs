//! A response and when it was complete: what every transport returns.

use super::http1::SharedResponse;
use crate::measure::Moment;

/// A complete response.
pub struct CompleteResponse {
    /// Its status, head and body.
    pub response: SharedResponse,
    /// When its last byte had arrived.
    pub done: Moment,
    /// Why a redirect could not be followed although redirects are: a failure, unless its status is expected.
    pub lost_redirect: Option<Box<str>>,
}
