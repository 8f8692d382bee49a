//! What servers use of their machine, sampled each second while the load runs.
//!
//! The [`ServerSampler`] reads all processes once a second for all servers; a [`tree::ProcessTree`] finds those that
//! belong to one server.

mod proc;
mod sampler;
mod tree;

pub(crate) use sampler::ServerSampler;
