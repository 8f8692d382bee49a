//! Estimates from numbers: how precisely a mean or a proportion is known, whether a series has settled, and where it is
//! going.
//!
//! Knows numbers only: no histogram, no threshold, no clock. A figure keeps the unit it comes in with.

mod batch;
mod dependence;
mod interval;
mod mean;
mod proportion;
mod rounding;
mod sample_size;
mod student_t;
mod trend;

pub(crate) use batch::Batch;
pub(crate) use dependence::{LEAST_EFFECTIVE_VALUES, effective_count};
pub(crate) use mean::{MeanEstimate, halves_differ, is_steady};
pub(crate) use proportion::{HitCount, Proportion};
pub use rounding::round_to;
pub(crate) use sample_size::{FEW_SAMPLES_BEYOND, samples_beyond, samples_for_a_stable_percentile, share_beyond};
pub(crate) use trend::{Trend, median};
