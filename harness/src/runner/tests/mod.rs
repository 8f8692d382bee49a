//! The runner on fakes: no attribute, no server, no clock.

mod descriptors;
mod explore;
mod fake;
mod series;
mod test_runner;
