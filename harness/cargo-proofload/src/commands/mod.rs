//! The commands, a file each.

mod closed;

pub(crate) use closed::ClosedArguments;
