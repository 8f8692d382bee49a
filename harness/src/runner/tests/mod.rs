//! The runner on fakes: no attribute, no server, no clock.

mod arms;
mod descriptors;
mod explore;
pub(super) mod fake;
mod series;
mod test_runner;
