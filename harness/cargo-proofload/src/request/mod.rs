//! What is sent: one request or several with weights, as a person gave them. The main type is [`RequestPlan`].
//!
//! Knows no load and no threshold.

mod address;
mod settings;
mod plan;
mod arguments;
mod code;

pub(crate) use arguments::RequestArguments;
pub(crate) use code::RequestCode;
pub(crate) use plan::RequestPlan;
