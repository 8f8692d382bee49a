//! Baselines: the figures of the last good run of each test.
//!
//! [`Baselines`] is data with a version, kept beside the page that is generated from it. No file access here: text in,
//! text out.

mod baselines;
mod merge;
mod row;

pub use baselines::{BaselineError, Baselines, SCHEMA};
pub use merge::KnownTests;
pub use row::{Machine, Row, RowLoad, RowTimes};
