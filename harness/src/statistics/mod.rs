//! Numbers in, estimates out: how precisely a mean or a share is known, and where a series is going.
//!
//! Knows numbers only: no histogram, no threshold and no clock.

mod interval;
mod trend;

pub(crate) use interval::{Batch, Interval, Share};
pub(crate) use trend::{Trend, median};
