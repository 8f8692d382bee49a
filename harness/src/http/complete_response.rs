//! A response and when it was complete: what every transport returns.

use super::http1::SharedResponse;
use crate::measure::Moment;

/// A complete response.
pub(crate) struct CompleteResponse {
    pub(crate) response: SharedResponse,
    /// When its last byte had arrived.
    pub(crate) done: Moment,
    /// Why a redirect could not be followed although redirects are: a failure, unless its status is expected.
    pub(crate) lost_redirect: Option<Box<str>>,
}
