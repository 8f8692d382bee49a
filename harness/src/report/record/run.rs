//! A whole run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::test::TestRecord;

/// What the `schema` field of this version says.
pub const SCHEMA: &str = "proofload/run/1";

/// Everything about a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Record {
    /// `proofload/run/1`
    pub schema: String,
    /// Name of the run's folder.
    #[serde(default)]
    pub id: String,
    /// When the run began: RFC 3339, UTC.
    pub started: String,
    /// When its last test ended: RFC 3339, UTC.
    pub finished: String,
    /// `SIGINT` or `SIGTERM`, if the run was interrupted.
    #[serde(default)]
    pub interrupted: Option<String>,
    /// The machine, the code and the build.
    pub environment: EnvironmentRecord,
    /// In the order in which they ran, ignored ones too.
    pub tests: Vec<TestRecord>,
}

/// The machine, the code and the build that were measured.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct EnvironmentRecord {
    /// `linux`
    pub os: String,
    /// `6.18.44`
    pub kernel: Option<String>,
    /// `AMD EPYC 7B13`
    pub cpu_model: Option<String>,
    /// Logical processors that the run could use.
    pub cores: Option<usize>,
    /// Physical memory.
    pub memory_bytes: Option<u64>,
    /// The build script saw `OPT_LEVEL` of 2 or more.
    pub optimised: bool,
    /// `rustc 1.95.0 (…)`
    pub rustc: Option<String>,
    /// The harness's own version.
    pub version: String,
    /// The commit of the workspace.
    pub git_commit: Option<String>,
    /// The work tree differed from the commit.
    pub git_dirty: Option<bool>,
}

/// Why a text is not the record of a run.
#[derive(Debug, Error)]
pub enum RecordError {
    /// Not JSON, or a field is missing.
    #[error("the run record cannot be read: {0}; delete the file and run again")]
    Unreadable(#[from] serde_json::Error),
    /// Written by another version.
    #[error("the run record is of schema `{0}`, and this version of proofload reads `{SCHEMA}`")]
    Schema(String),
}

/// Only the part that every version has.
#[derive(Deserialize)]
struct Header {
    schema: String,
}

impl Record {
    /// Reads what [`to_json`](Record::to_json) wrote. Unknown fields are passed over.
    ///
    /// # Errors
    /// The text is not JSON, or of another schema.
    pub fn parse(text: &str) -> Result<Record, RecordError> {
        // The version first: another version may well lack the fields of this one.
        let header: Header = serde_json::from_str(text)?;
        if header.schema != SCHEMA {
            return Err(RecordError::Schema(header.schema));
        }
        Ok(serde_json::from_str(text)?)
    }

    /// The record as JSON, with a newline at the end.
    pub fn to_json(&self) -> String {
        let text = serde_json::to_string_pretty(self).expect("strings, numbers and options always serialise");
        format!("{text}\n")
    }
}

/// The JSON schema of [`Record`] as this version writes it (every field, be it `null`), with a newline at the end.
pub fn schema() -> String {
    let settings = schemars::generate::SchemaSettings::default().for_serialize();
    let schema = settings.into_generator().into_root_schema_for::<Record>();
    let text = serde_json::to_string_pretty(&schema).expect("a schema is JSON already");
    format!("{text}\n")
}
