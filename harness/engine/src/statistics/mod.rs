//! Estimates from numbers: how precisely a mean or a proportion is known, whether a series has settled, where it is going, and by
//! how much it differs from another one.
//!
//! Knows numbers only: no histogram, no threshold, no clock. A figure keeps the unit it comes in with.

mod batch;
mod dependence;
mod fence;
mod interval;
mod mean;
mod paired;
mod prediction;
mod proportion;
mod rank_sum;
mod rounding;
mod sample_size;
mod shift;
mod signed_rank;
mod student_t;
mod trend;
mod two_sample;
#[cfg(test)]
mod oracle;

pub use batch::{Batch, contributions, lie_above};
pub use dependence::{LEAST_EFFECTIVE_VALUES, depend_little, effective_count};
pub use fence::unusual_change;
pub use interval::ConfidenceInterval;
pub use mean::{MeanEstimate, halves_differ, is_steady};
pub use proportion::{HitCount, Proportion};
pub use rank_sum::{mann_whitney, wilson_interval};
pub use rounding::round_to;
pub use sample_size::{FEW_SAMPLES_BEYOND, samples_beyond, samples_for_a_stable_percentile, share_beyond};
pub use shift::Shift;
pub use student_t::student_t_975;
pub use trend::{Trend, median};
