//! The runs of a test: one, or several that answer one question together. Pure: no clock, no files, no async.

mod capacity;
mod choose;
mod rate_search;
mod repeat;
mod run_series;
mod single;
mod sweep;

pub use choose::series_of;
pub(super) use rate_search::RateSearch;
pub use run_series::{RunSeries, TestResult, TestSeries, run_series};
