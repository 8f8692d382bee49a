//! Reports for people and machines: terminal, Markdown, run record, GitHub, and files for other tools.
//!
//! Outcomes in, text out: reports use no files and no clock.

pub(crate) mod afterwards;
pub(crate) mod benchmarks;
mod causes;
pub(crate) mod changes;
pub(crate) mod comparison_json;
pub(crate) mod csv;
pub mod github;
pub mod html;
#[cfg(feature = "junit")]
pub(crate) mod junit;
pub(crate) mod limits;
pub mod markdown;
pub mod message;
pub(crate) mod metrics;
pub mod paint;
pub mod progress;
pub mod record;
pub(crate) mod requests_csv;
mod statuses;
pub(crate) mod summary_json;
pub mod table;
pub mod terminal;
pub mod trend;
pub mod words;
pub(crate) mod workers;

#[cfg(test)]
mod hostile;
#[cfg(test)]
mod read_by_others;
