//! What servers use of their machine, sampled each second while the load runs.
//!
//! The [`ServerSampler`] reads all processes once a second for all servers; a [`tree::ProcessTree`] finds those that
//! belong to one server.

#[cfg(target_os = "linux")]
mod linux;
#[cfg(not(target_os = "linux"))]
mod other_systems;
mod process;
mod sampler;
mod tree;

#[cfg(target_os = "linux")]
use linux as system;
#[cfg(not(target_os = "linux"))]
use other_systems as system;
pub(super) use process::ProcessStat;
pub(crate) use sampler::ServerSampler;
pub(super) use system::{listening, processes};
