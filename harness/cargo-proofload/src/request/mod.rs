//! What is sent: one request or several with weights, as a person gave them. The main type is [`RequestPlan`].
//!
//! Knows no load and no threshold.

mod files;
mod data_file;
mod template;
mod address;
mod connect_to;
mod data_arguments;
mod data;
mod form;
mod headers;
mod expected;
mod settings;
mod url_list;
mod plan;
mod arguments;
mod planning;
mod curl_line;
mod code;

pub(crate) use arguments::RequestArguments;
pub(crate) use code::RequestCode;
pub(crate) use plan::RequestPlan;
#[allow(
    unused_imports,
    reason = "for code that is generated from a request, and for commands with servers of their own"
)]
pub(crate) use {
    address::RequestAddress,
    curl_line::CurlLine,
    plan::{PlannedBody, PlannedHeader, PlannedRequest, PlannedText},
};
