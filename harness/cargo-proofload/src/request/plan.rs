//! What is sent, ready to be sent.

use proofload::__command::Method;

use super::address::RequestAddress;

/// All requests of a test; each iteration sends one of them.
#[derive(Debug, Clone)]
pub(crate) struct RequestPlan {
    /// At least one.
    pub(crate) requests: Vec<PlannedRequest>,
}

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct PlannedRequest {
    pub(crate) method: Method,
    pub(crate) address: RequestAddress,
    /// In the order in which they were given.
    pub(crate) headers: Vec<(String, String)>,
}
