//! A server as the report of a test shows it.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};

use crate::measure::ServerFigures;

/// A server that a test used.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub struct ServerReport {
    /// The fixture's name.
    pub name: String,
    /// Its base address.
    pub url: String,
    /// Its process, if it is ours.
    pub pid: Option<u32>,
    /// `exit status 3`, `signal 9 (SIGKILL)`: if it died before it was asked to.
    pub died: Option<String>,
    /// Where its output is kept.
    pub output: Option<PathBuf>,
    /// What it used of its machine; `None` if no load was offered, or if it was not started here.
    #[serde(default)]
    pub figures: Option<ServerFigures>,
    /// The last lines of its output, if it died.
    #[serde(default)]
    pub last_lines: Vec<String>,
}
