//! What servers and the generator, sampled while the load runs.
//!
//! The [`ServerSampler`] reads all processes for all servers, once a second and more often in a short run; a [`tree::ProcessTree`] finds those that
//! belong to one server.

mod disk;
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
pub use sampler::{SampledFigures, ServerSampler};
pub(super) use system::{listening, process_at, processes};
