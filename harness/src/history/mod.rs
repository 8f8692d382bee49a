//! History: what every run has seen, one small file for each run.
//!
//! A [`HistoryFile`] is written once and never changed; [`StoredHistory`] is what many of them say of each test. No file access here: text
//! in, text out.

mod collection;
mod compare;
mod file;
mod reference;
mod relative;

pub use collection::{HistoryRun, MOST_RUNS, StoredHistory};
pub use compare::compare;
pub use file::{HistoryError, HistoryFile, HistoryTest, SCHEMA};
pub use reference::{ReferenceQuery, StoredReference};
pub use relative::judge_relative;
