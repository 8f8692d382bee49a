//! Values that the test itself records: `user.record("confidence", 0.93)`, `user.count("cache hits", 1)`.
//!
//! [`ValueTally`] is what is kept of one of them, [`RecordedValues`] what a recorder keeps of all, and [`ValueFigures`] what they come to.

mod buckets;
mod figures;
mod limit;
mod names;
mod recorded;
mod sum;
mod tally;
#[cfg(feature = "cluster")]
mod travel;

pub use figures::{ValueFigures, ValueKind, ValueStep};
pub use limit::ValueLimit;
pub(super) use names::{MOST_VALUES, ValueNames};
pub(super) use recorded::{RecordedValues, kinds_that_differ};
