//! Stands in for reqwest in a build without the feature `reqwest`.
//!
//! No request gets here: `supported_options` refuses every option and address that needs reqwest, so no client is made.

use std::sync::Arc;
use std::task::{Context, Poll};

use super::request_context::RequestContext;
use crate::http::address::Address;
use crate::http::complete_response::CompleteResponse;
use crate::http::draft::RequestDraft;
use crate::http::host_names::HostNames;
use crate::http::options::{ConnectionPolicy, TransportOptions};
use crate::http::transport_error::TransportError;
use crate::http::unsupported_option::UnsupportedOption;

/// Makes no clients.
#[derive(Debug)]
pub struct ClientFactory {
    pub options: TransportOptions,
}

/// Does not exist.
#[derive(Debug)]
pub enum ReqwestClient {}

/// Does not exist.
#[derive(Debug)]
pub enum PreparedRequest {}

/// Does not exist.
#[derive(Debug)]
pub struct ReqwestRequest {
    sent_by: ReqwestClient,
}

impl ClientFactory {
    pub fn new(options: TransportOptions) -> ClientFactory {
        ClientFactory { options }
    }

    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "as with reqwest")]
    pub fn check(&self) -> Result<(), UnsupportedOption> {
        Ok(())
    }

    #[expect(clippy::unused_self, reason = "as with reqwest")]
    pub fn client(&self, _connections: ConnectionPolicy, _hosts: &Arc<HostNames>) -> Result<ReqwestClient, String> {
        Err("this build leaves out the feature `reqwest`".to_owned())
    }
}

impl PreparedRequest {
    pub fn new(client: &ReqwestClient, _address: &Address, _draft: &RequestDraft) -> Result<PreparedRequest, String> {
        match *client {}
    }
}

impl ReqwestRequest {
    pub fn send(client: &ReqwestClient, _prepared: PreparedRequest, _context: RequestContext) -> ReqwestRequest {
        match *client {}
    }

    pub fn poll(&mut self, _context: &mut Context<'_>) -> Poll<Result<CompleteResponse, TransportError>> {
        match self.sent_by {}
    }
}
