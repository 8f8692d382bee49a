//! Tests made from requests and loads, as `#[perf]` declares them, and their run. The main type is [`CommandSuite`].

mod fingerprint;
mod declared;
mod run;
mod output_arguments;
mod served;
mod permitted;
mod worker_arguments;

pub(crate) use declared::{DeclaredTest, server_fixture};
pub(crate) use output_arguments::OutputArguments;
pub(crate) use permitted::Permission;
pub(crate) use run::{CommandSuite, home_of_runs};
pub(crate) use served::ServeArguments;
pub(crate) use worker_arguments::WorkerArguments;
