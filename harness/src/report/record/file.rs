//! The text of a record: written, read and described.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::outcome::RunReport;

/// The `schema` field of records of this version.
pub const SCHEMA: &str = "proofload/run/1";

/// Why a text is not the record of a run.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Not JSON, or a field is missing or has a value that this version does not know.
    #[error("the run record cannot be read: {0}; delete the file and run again")]
    Unreadable(#[from] serde_json::Error),
    /// Written by another version.
    #[error("the run record is of schema `{0}`, and this version of proofload reads `{SCHEMA}`")]
    Schema(String),
}

/// The field that every version has.
#[derive(Deserialize)]
struct RecordHeader {
    schema: String,
}

/// Everything about a run.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[cfg_attr(test, schemars(rename = "Record"))]
struct RecordFile<'a> {
    /// `proofload/run/1`
    schema: &'static str,
    #[serde(flatten)]
    run: &'a RunReport,
}

/// Reads what [`to_json`] wrote. Unknown fields are ignored.
///
/// # Errors
/// The text is not JSON, or of another schema.
pub fn parse(text: &str) -> Result<RunReport, RecordError> {
    // The version first: another version may well lack the fields of this one.
    let header: RecordHeader = serde_json::from_str(text)?;
    if header.schema != SCHEMA {
        return Err(RecordError::Schema(header.schema));
    }
    Ok(serde_json::from_str(text)?)
}

/// The record of `run` as JSON, with a newline at the end.
pub fn to_json(run: &RunReport) -> String {
    let file = RecordFile { schema: SCHEMA, run };
    let text = serde_json::to_string_pretty(&file).expect("strings, numbers and options always serialise");
    format!("{text}\n")
}

/// The JSON schema of a record as this version writes it (every field, be it `null`), with a newline at the end.
pub fn schema() -> String {
    // Made from the types by the tests: who builds performance tests does not build what makes a schema.
    include_str!("../../../schema/run-1.json").to_owned()
}

/// The schema as the types have it.
#[cfg(test)]
pub(super) fn schema_of_the_types() -> String {
    let settings = schemars::generate::SchemaSettings::default().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<RecordFile<'_>>();
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON already");
    format!("{text}\n")
}
