//! Rows of CSV, with a head that names the columns.

use std::path::Path;

use csv::{DeserializeErrorKind, ErrorKind, Reader};
use serde::de::DeserializeOwned;

use super::error::RowsError;

/// The names of the columns.
pub(super) fn columns(path: &Path, text: &[u8]) -> Result<Vec<String>, RowsError> {
    let malformed = |error: csv::Error| RowsError::Malformed { path: path.to_owned(), why: error.to_string() };
    let mut reader = Reader::from_reader(text);
    Ok(reader.headers().map_err(malformed)?.iter().map(str::to_owned).collect())
}

/// Every row of `text`, which is that of the file at `path`.
pub(super) fn read<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<Vec<T>, RowsError> {
    let mut reader = Reader::from_reader(text);
    let columns = columns(path, text)?;
    let mut rows = Vec::new();
    for row in reader.deserialize() {
        match row {
            Ok(row) => rows.push(row),
            Err(error) => return Err(unreadable_row(path, rows.len() + 1, &columns, &error)),
        }
    }
    if rows.is_empty() {
        let expected = "expected a head, such as `name,age`, and a line for each row";
        return Err(RowsError::Empty { path: path.to_owned(), expected });
    }
    Ok(rows)
}

/// The text of a cell is not shown: it may be a password.
fn unreadable_row(path: &Path, number: usize, columns: &[String], error: &csv::Error) -> RowsError {
    let in_row = |place: String, why: String| RowsError::Row { path: path.to_owned(), number, place, why };
    match error.kind() {
        ErrorKind::Deserialize { err, pos } => {
            let line = pos.as_ref().map(|pos| format!(" (line {})", pos.line())).unwrap_or_default();
            let column = err.field().and_then(|field| columns.get(usize::try_from(field).ok()?));
            let place = column.map(|column| format!("{line}, column `{column}`")).unwrap_or(line);
            in_row(place, why_not(err.kind(), columns))
        }
        ErrorKind::UnequalLengths { pos, expected_len, len } => {
            let line = pos.as_ref().map(|pos| format!(" (line {})", pos.line())).unwrap_or_default();
            in_row(line, format!("it has {len} cells, and the head has {expected_len}"))
        }
        _ => in_row(String::new(), error.to_string()),
    }
}

fn why_not(kind: &DeserializeErrorKind, columns: &[String]) -> String {
    match kind {
        DeserializeErrorKind::ParseInt(why) => format!("cannot be read as a whole number of its type: {why}"),
        DeserializeErrorKind::ParseFloat(why) => format!("cannot be read as a number: {why}"),
        DeserializeErrorKind::ParseBool(_) => "cannot be read as `true` or `false`".to_owned(),
        other => format!("{other}; the head has: {}", columns.join(", ")),
    }
}
