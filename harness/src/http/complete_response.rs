//! A response and when it was complete: what every transport returns.

use std::rc::Rc;

use super::http1::ResponseBytes;
use crate::measure::Moment;

/// A complete response.
pub(crate) struct CompleteResponse {
    pub(crate) response: Rc<ResponseBytes>,
    /// When its last byte had arrived.
    pub(crate) done: Moment,
    /// Why a redirect could not be followed although redirects are: a failure, unless its status is expected.
    pub(crate) lost_redirect: Option<Box<str>>,
}
