//! The load that a test offers, as values: the workload of one run, and how many runs a test has.
//!
//! Start with [`Workload`]. The settings of a test become one in [`settings`](crate::settings).

mod connections;
mod definition;
mod http;
mod levels;
mod mix;
mod model;
mod plan;
mod rate;
mod run_plan;
mod think_range;

pub use connections::Connections;
pub use definition::{RunLength, Warmup, Workload};
pub use http::HttpOptions;
pub use levels::first_and_full_load;
pub use mix::{GREATEST_WEIGHT, MOST_CLASSES, Mix, UserClass};
pub use model::{Arrivals, LoadModel, Overflow, Spacing, Stage, Users};
pub use plan::{Calibration, LoadPlan};
pub use rate::Rate;
pub use run_plan::{ArmOrder, CapacitySearch, Extension, RunPlan, SpikeWindow};
pub use think_range::ThinkRange;
