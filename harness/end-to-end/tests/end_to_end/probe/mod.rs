//! The perf binary under test: servers that behave and servers that do not, and tests that send requests to them.

mod arms;
mod bad;
mod classes;
mod ends;
mod faults;
mod fixtures;
mod good;
mod long;
mod needs;
mod rows;
mod servers;
mod shared;
mod stuck;
#[cfg(feature = "cluster")]
mod travelling;
mod values;
mod versions;

pub(crate) use versions::DELAY;
