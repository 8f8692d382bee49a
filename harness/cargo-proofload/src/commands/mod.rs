//! The commands, a file each.

mod closed;
mod compare;
mod init;
mod merge;
mod report;
mod stored_runs;

pub(crate) use closed::ClosedArguments;
pub(crate) use compare::CompareArguments;
pub(crate) use init::InitArguments;
pub(crate) use merge::MergeArguments;
pub(crate) use report::ReportArguments;
