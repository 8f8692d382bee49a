//! Where a command looks for recorded runs.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Args;

use crate::suite::home_of_runs;

/// The folder with `runs`.
#[derive(Debug, Clone, Args)]
pub(super) struct RunsFolder {
    /// Look for runs in this folder (default: target/proofload of this project, or what `proofload` keeps for you)
    #[arg(long, value_name = "DIR")]
    output_dir: Option<PathBuf>,

    /// When to use colours: auto, always or never
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: String,
}

impl RunsFolder {
    /// As a perf binary has them.
    pub(super) fn options(&self) -> Vec<OsString> {
        let folder = self.output_dir.clone().unwrap_or_else(home_of_runs);
        let folder = std::path::absolute(&folder).unwrap_or(folder);
        vec!["--output-dir".into(), folder.into(), "--color".into(), self.color.clone().into()]
    }
}
