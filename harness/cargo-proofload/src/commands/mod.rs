//! The commands, a file each.

mod closed;
mod init;

pub(crate) use closed::ClosedArguments;
pub(crate) use init::InitArguments;
