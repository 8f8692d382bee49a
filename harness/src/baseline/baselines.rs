//! The file of baselines.

use serde::Deserialize;
use thiserror::Error;

use super::row::Row;
use crate::outcome::TestId;

/// What the `schema` field of this version says.
pub const SCHEMA: &str = "proofload/baselines/2";
/// What it said before rows had anything behind their figures. Such a file is read, and written as one of this version.
const FIRST_SCHEMA: &str = "proofload/baselines/1";

/// The rows of every package, sorted by package, binary and test.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Baselines {
    schema: String,
    pub(super) rows: Vec<Row>,
}

/// Why a text is not a file of baselines.
#[derive(Debug, Error)]
pub enum BaselineError {
    /// Not JSON, or a field is missing.
    #[error("the baselines cannot be read: {0}; restore the file from version control, or delete it to start again")]
    Unreadable(#[from] serde_json::Error),
    /// Written by another version.
    #[error(
        "the baselines are of schema `{0}`, and this version of proofload reads `{SCHEMA}`: update proofload, or delete the file to start again"
    )]
    Schema(String),
}

/// Only the part that every version has.
#[derive(Deserialize)]
struct BaselinesHeader {
    schema: String,
}

impl Baselines {
    /// Reads what [`to_json`](Baselines::to_json) wrote. Unknown fields are ignored.
    ///
    /// ```
    /// use proofload::__internals::baseline::Baselines;
    /// let none = Baselines::default();
    /// assert_eq!(Baselines::from_json(&none.to_json())?, none);
    /// # Ok::<(), proofload::__internals::baseline::BaselineError>(())
    /// ```
    ///
    /// # Errors
    /// The text is not JSON, or of another schema.
    pub fn from_json(text: &str) -> Result<Baselines, BaselineError> {
        // The version first: another version may well lack the fields of this one.
        let header: BaselinesHeader = serde_json::from_str(text)?;
        if header.schema != SCHEMA && header.schema != FIRST_SCHEMA {
            return Err(BaselineError::Schema(header.schema));
        }
        let mut baselines = Baselines { schema: SCHEMA.to_owned(), ..serde_json::from_str(text)? };
        baselines.sort();
        Ok(baselines)
    }

    /// The rows as JSON, one on a line, so that a change of one is a change of one line. The same rows always give the same text.
    pub fn to_json(&self) -> String {
        let line = |row| serde_json::to_string(row).expect("strings, numbers and options always serialise");
        let rows: Vec<String> = self.rows.iter().map(|row| format!("\n    {}", line(row))).collect();
        let end = if rows.is_empty() { "" } else { "\n  " };
        format!("{{\n  \"schema\": \"{SCHEMA}\",\n  \"rows\": [{}{end}]\n}}\n", rows.join(","))
    }

    /// The rows, sorted by package, binary and test; `users_50` comes before `users_100`.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// The row of a test, if it has ever passed.
    pub fn row(&self, test: &TestId) -> Option<&Row> {
        self.rows.iter().find(|row| row.id.matches(test))
    }

    pub(super) fn sort(&mut self) {
        self.rows
            .sort_by_cached_key(|row| [&row.id.package, &row.id.target, &row.id.name].map(|text| natural_key(text)));
    }
}

/// The text in parts, of which numbers are compared as numbers: `users_`, 50.
fn natural_key(text: &str) -> Vec<(String, u64)> {
    let mut key = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let words = rest.find(|c: char| c.is_ascii_digit()).unwrap_or(rest.len());
        let (word, after) = rest.split_at(words);
        let digits = after.find(|c: char| !c.is_ascii_digit()).unwrap_or(after.len());
        let (number, after) = after.split_at(digits);
        key.push((word.to_owned(), number.parse().unwrap_or(0)));
        rest = after;
    }
    key
}

impl Default for Baselines {
    fn default() -> Baselines {
        Baselines { schema: SCHEMA.to_owned(), rows: Vec::new() }
    }
}
