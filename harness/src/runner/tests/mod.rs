//! The runner on fakes: no attribute, no server, no clock.

mod descriptors;
mod fake;
mod series;
mod test_runner;
