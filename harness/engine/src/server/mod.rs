//! Servers under test: child processes, commands, and servers that already run.
//!
//! A [`Server`] is a handle: where the server listens, where its output is kept, and whether it still runs. A
//! `#[server]` function runs in a child process, which is this binary started again; a [`Command`] runs any program
//! under a supervisor, which is this binary too. Both hold one end of a channel whose other end is in the test binary.
//! Both notice when the test binary ends, however it ends, so no server outlives it.
//!
//! Knows no fixture, no workload and no verdict.

#[cfg(not(unix))]
compile_error!("proofload starts servers with Unix process groups and sockets: it builds on Linux and macOS only");

mod ask;
mod attach;
mod base;
mod channel;
mod child;
mod child_process;
mod command;
mod context;
mod declaration;
pub mod descendants;
mod error;
mod exit;
mod figures;
mod handle;
mod last_words;
mod output;
mod output_limit;
mod output_search;
#[cfg(feature = "cluster")]
mod program;
mod protocol;
mod readiness;
mod reexec;
mod start;
mod supervisor;
#[cfg(feature = "cluster")]
mod travelling;

pub use ask::ask;
pub use base::{Base, BaseBinary};
pub use channel::Channel;
pub use command::Command;
pub use context::{ServerContext, in_context};
pub use declaration::{ServerDecl, Serving};
pub use error::ServerError;
pub use exit::ProcessExit;
pub use figures::{SampledFigures, ServerSampler};
pub use handle::Server;
#[cfg(feature = "cluster")]
pub use program::{ProgramError, ProgramStart, SupervisedProgram};
pub use protocol::OfferedServer;
pub use protocol::OfferedServers;
pub use reexec::{TestsProcess, tests_command};
#[cfg(feature = "cluster")]
pub use reexec::{WorkerProcess, worker_arguments};
pub use reexec::{arguments, run_if_reexecuted};
#[cfg(feature = "cluster")]
pub use reexec::{is_worker, worker_command_words};
pub use start::start;
