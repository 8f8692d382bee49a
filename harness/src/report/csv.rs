//! A run as the four CSV files that a user of Locust knows: statistics, failures, exceptions and history; and a fifth for the values
//! that tests record.
//!
//! A column has Locust's name where it means the same, and Locust's order; columns of our own follow. Times are milliseconds,
//! as there. A missing number is an empty cell.

mod cells;
mod exceptions;
mod failures;
mod history;
mod otava;
mod stats;
mod values;
#[cfg(test)]
mod tests;

pub(crate) use otava::{OtavaFile, files as otava_files};

use crate::outcome::RunReport;

/// One of the files: what it holds, what its name ends in, and its text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CsvFile {
    pub(crate) description: &'static str,
    pub(crate) suffix: &'static str,
    pub(crate) text: String,
}

/// All of them.
pub(crate) fn files(run: &RunReport) -> [CsvFile; 5] {
    [
        CsvFile { description: "statistics", suffix: "_stats.csv", text: stats::text(run) },
        CsvFile { description: "history", suffix: "_stats_history.csv", text: history::text(run) },
        CsvFile { description: "failures", suffix: "_failures.csv", text: failures::text(run) },
        CsvFile { description: "exceptions", suffix: "_exceptions.csv", text: exceptions::text(run) },
        CsvFile { description: "values", suffix: "_values.csv", text: values::text(run) },
    ]
}
