//! What is printed after the last test.

mod asked;
mod benchmarks;
mod column;
mod full_load;
mod loads;
mod probes;
mod summary;
mod values;
mod figures;

pub(crate) use super::limits::limits;
pub(crate) use super::statuses::table as statuses;
pub(crate) use asked::{asked, everything};
pub use benchmarks::benchmarks;
pub use column::{Column, Sort, UnknownColumn, parse_columns};
pub(crate) use figures::{ShownFigures, figures, problems};
pub(crate) use full_load::full_load;
pub use loads::loads;
pub(crate) use probes::answer as search_answer;
pub use probes::{calibration, capacity, sweep};
pub use summary::{WrittenFile, durations, summary};
pub(crate) use values::values;

#[cfg(test)]
mod tests;
