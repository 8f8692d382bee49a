//! The CSV files with a line for each request: `--requests-csv FILE`, or `requests_csv = true` on a test.
//!
//! The workers of a run hand on batches of rows through a queue ([`queue`]); a thread of its own makes lines of them and writes
//! them ([`file`]). Which test writes where, [`RequestsCsv`] decides.

mod file;
mod places;
mod queue;
#[cfg(test)]
mod tests;

pub(crate) use places::{RequestsCsv, WrittenRequests};
