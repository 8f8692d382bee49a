//! `proofload merge RUN RUN --output DIR`

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use proofload::__command::merge_recorded;

use super::stored_runs::RunsFolder;

const EXAMPLES: &str = "\
Example:
  proofload merge part-1/run.json part-2/run.json --output whole
  proofload report whole --html

A test that several of the runs have run is kept once for each of them, as NAME@RUN: a record
does not hold what a verdict on both together would need. Runs of different machines or commits
are refused. Exit codes: 0 written, 1 not written, 2 wrong usage.";

/// One record of several runs: parts of one suite, or the same tests again. No load is offered.
#[derive(Debug, Clone, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct MergeArguments {
    /// Two or more recorded runs: folders, files run.json, ids, `latest`, `latest~1`
    #[arg(value_name = "RUN", required = true, num_args = 2..)]
    runs: Vec<String>,

    /// Write run.json into this folder
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,

    #[command(flatten)]
    folder: RunsFolder,
}

impl MergeArguments {
    pub(crate) fn run(&self) -> ExitCode {
        merge_recorded(&self.runs, &self.output, self.folder.options())
    }
}
