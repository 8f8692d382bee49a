//! What was compared with what, and what came of it: a table of [`ChangeRow`]s, and what is only counted below it.

mod rows;
mod table;

pub(super) use rows::{ChangeRow, Changes};
pub(crate) use table::{everything, table};
pub(super) use table::{markdown_table, of_test};
