//! What is printed when the last test has ended.

mod benchmarks;
mod column;
mod loads;
mod runs;
mod summary;

pub use benchmarks::benchmarks;
pub use column::{Column, Sort, UnknownColumn, parse_columns};
pub use loads::loads;
pub use runs::{runs, several};
pub use summary::{Written, durations, summary};

#[cfg(test)]
mod tests;
