//! The commands, a file or a folder each.

mod test_arguments;
mod closed;
mod open;
mod stages;
mod spike;
mod soak;
mod sweep;
mod capacity;
mod versus;
mod compare;
mod init;
mod merge;
mod preset;
mod report;
mod stored_runs;

pub(crate) use capacity::CapacityArguments;
pub(crate) use closed::ClosedArguments;
pub(crate) use compare::CompareArguments;
pub(crate) use init::InitArguments;
pub(crate) use merge::MergeArguments;
pub(crate) use open::OpenArguments;
pub(crate) use preset::PresetArguments;
pub(crate) use report::ReportArguments;
pub(crate) use soak::SoakArguments;
pub(crate) use spike::SpikeArguments;
pub(crate) use stages::StagesArguments;
pub(crate) use sweep::SweepArguments;
pub(crate) use versus::VersusArguments;
