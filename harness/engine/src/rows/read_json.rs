//! Rows of JSON: an array, or a line for each row.

use std::path::Path;

use serde::de::DeserializeOwned;
use serde_json::Value;

use super::error::RowsError;

/// Every row of `text`, which is that of the file at `path`.
pub(super) fn read<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<Vec<T>, RowsError> {
    let is_array = text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
    let rows = if is_array { of_array(path, text)? } else { of_lines(path, text)? };
    if rows.is_empty() {
        let expected = "expected an array of rows, or a line of JSON for each row";
        return Err(RowsError::Empty { path: path.to_owned(), expected });
    }
    Ok(rows)
}

fn of_array<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<Vec<T>, RowsError> {
    let rows: Vec<Value> = serde_json::from_slice(text).map_err(|error| RowsError::Malformed {
        path: path.to_owned(),
        why: format!("it is no array of JSON: {error}"),
    })?;
    let row = |(index, row)| serde_json::from_value(row).map_err(|error| unreadable_row(path, index, "", &error));
    rows.into_iter().enumerate().map(row).collect()
}

fn of_lines<T: DeserializeOwned>(path: &Path, text: &[u8]) -> Result<Vec<T>, RowsError> {
    let lines = text.split(|byte| *byte == b'\n').enumerate();
    let rows = lines.filter(|(_, line)| !line.iter().all(u8::is_ascii_whitespace)).enumerate();
    let row = |(index, (line, row)): (usize, (usize, &[u8]))| {
        let place = format!(" (line {})", line + 1);
        serde_json::from_slice(row).map_err(|error| unreadable_row(path, index, &place, &error))
    };
    rows.map(row).collect()
}

fn unreadable_row(path: &Path, index: usize, place: &str, error: &serde_json::Error) -> RowsError {
    RowsError::Row { path: path.to_owned(), number: index + 1, place: place.to_owned(), why: error.to_string() }
}
