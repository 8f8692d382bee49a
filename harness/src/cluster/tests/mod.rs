//! The cluster over a real broker.

mod links;
pub(crate) mod real_broker;
