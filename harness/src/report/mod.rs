//! What people and machines read: terminal, markdown, run record, GitHub.
//!
//! Outcomes in, text out: reports touch no files and read no clock.

pub mod github;
pub(crate) mod limits;
pub mod markdown;
pub mod message;
pub mod paint;
pub mod progress;
pub mod record;
mod table;
pub mod terminal;
pub mod words;
