//! How what a process has counted and timed is sent to another one: exactly, and without what belongs to its own process.

mod endpoints;
mod histogram;
pub(super) mod optional;
pub(super) mod shared;
mod slices;
#[cfg(any(test, feature = "trial"))]
pub mod trial;
