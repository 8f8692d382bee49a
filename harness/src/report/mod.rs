//! Reports for people and machines: terminal, Markdown, run record, GitHub.
//!
//! Outcomes in, text out: reports use no files and no clock.

pub(crate) mod afterwards;
mod causes;
pub mod github;
pub(crate) mod limits;
pub mod markdown;
pub mod message;
pub(crate) mod metrics;
pub mod paint;
pub mod progress;
pub mod record;
mod statuses;
mod table;
pub mod terminal;
pub mod words;

#[cfg(test)]
mod hostile;
