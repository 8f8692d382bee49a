//! The rows of `--data-csv`, which fill `{csv:column}`.

use std::fmt;
use std::sync::Arc;

use proofload::__command::{Result, User};
use proofload::Rows;

use super::files::existing;
use crate::failure::UsageFailure;

/// A file of rows that all users share. A clone is the same rows, given out further.
#[derive(Clone)]
pub(crate) struct DataFile {
    path: String,
    rows: Arc<Rows<Vec<String>>>,
    order: RowsOrder,
}

impl DataFile {
    /// Reads a file whose first line names the columns.
    pub(super) fn read(path: &str, order: RowsOrder) -> Result<DataFile, UsageFailure> {
        let absolute = existing("--data-csv", path)?;
        let rows = Rows::csv(absolute).map_err(|error| UsageFailure::new(format!("--data-csv {path}: {error}")))?;
        // Each worker reads the file itself, and the rows are still those of one load.
        let rows = rows.of_all_processes();
        let rows = match order {
            RowsOrder::InOrder => rows,
            RowsOrder::Random => rows.random(),
        };
        Ok(DataFile { path: path.to_owned(), rows: Arc::new(rows), order })
    }

    /// As the person named it.
    pub(super) fn path(&self) -> &str {
        &self.path
    }

    pub(super) fn columns(&self) -> &[String] {
        self.rows.columns()
    }

    /// The row of one iteration.
    pub(super) fn next(&self, user: &mut User) -> Result<&[String]> {
        self.rows.next(user).map(Vec::as_slice)
    }
}

/// All that decides which values are sent, and not how far they were given out. Another machine may have the file in another folder.
impl fmt::Debug for DataFile {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (columns, rows, order) = (self.columns(), self.rows.all(), self.order);
        out.debug_struct("DataFile").field("columns", &columns).field("rows", &rows).field("order", &order).finish()
    }
}

/// Which row comes next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RowsOrder {
    /// That of the file, from the first again after the last.
    InOrder,
    Random,
}
