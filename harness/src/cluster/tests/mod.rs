//! The cluster over a real broker.

mod faults;
mod in_process;
mod links;
pub(crate) mod real_broker;
