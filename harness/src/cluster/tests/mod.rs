//! The cluster over a real broker.

mod coming;
mod faults;
mod in_process;
mod links;
mod process_usage;
pub(crate) mod real_broker;
mod simulated_workers;
mod simulation;
