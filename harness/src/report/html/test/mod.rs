//! The section of one test.

mod causes;
mod changes;
mod classes;
mod endpoints;
mod fates;
mod probes;
mod resources;
mod section;
mod servers;
mod slowest;
mod spike;
mod stages;
mod statuses;
mod thresholds;
mod titled;
mod values;
mod workers;

pub(super) use endpoints::EndpointRows;
pub(super) use section::Section;
