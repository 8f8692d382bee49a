//! Servers under test: child processes, commands and attached ones.
//!
//! A [`Server`] is a handle: where it listens, where its output is kept, and whether it still lives. A `#[server]`
//! function runs in a child process, which is this binary started again; a [`Command`] runs any program under a
//! supervisor, which is this binary too. Both hold one end of a channel whose other end is ours, so both notice our
//! end however we end, and nothing that was started here outlives us.
//!
//! Knows no fixture, no workload and no verdict.

#[cfg(not(unix))]
compile_error!("proofload starts servers with Unix process groups and sockets: it builds on Linux and macOS only");

mod attach;
mod calls;
mod channel;
mod child;
mod command;
mod death;
mod decl;
mod error;
mod figures;
mod handle;
mod output;
mod probe;
mod process;
mod stage;
mod start;
mod supervisor;

pub use calls::answer_if_called;
pub use command::Command;
pub use death::Death;
pub use decl::{ServerDecl, Serving};
pub use error::ServerError;
pub(crate) use figures::Sampler;
pub use handle::Server;
pub use stage::{STAGE, StageContext, on_stage};
pub use start::start;
