//! Tests made from requests and loads, as `#[perf]` declares them, and their run. The main type is [`CommandSuite`].

mod declared;
mod run;

pub(crate) use declared::DeclaredTest;
pub(crate) use run::{CommandSuite, home_of_runs};
