//! The command line.

use std::process::ExitCode;

use clap::{Parser, Subcommand};
use proofload::__command::{arguments, run_if_reexecuted};

use crate::commands::{ClosedArguments, CompareArguments, InitArguments, MergeArguments, ReportArguments};

/// Load tests of any URL
#[derive(Debug, Parser)]
#[command(name = "proofload", version, arg_required_else_help = true)]
struct ProofloadCommandLine {
    #[command(subcommand)]
    command: ProofloadCommand,
}

#[derive(Debug, Subcommand)]
enum ProofloadCommand {
    /// A number of users, each of whom sends its next request when the last one has been answered
    Closed(ClosedArguments),
    /// Performance tests for the Rust project in the current folder
    Init(InitArguments),
    /// Everything that a recorded run can become: tables, pages, files for other programs
    Report(ReportArguments),
    /// What changed from one recorded run to another
    Compare(CompareArguments),
    /// One record of several runs
    Merge(MergeArguments),
}

/// The whole `main` of both programs: reads the command line, does what it asks, returns the exit code.
#[must_use = "the exit code says whether the limits held"]
pub fn main() -> ExitCode {
    // A server that this process started, or its supervisor, is this program again.
    if let Some(code) = run_if_reexecuted() {
        return code;
    }
    let mut given = arguments();
    // `cargo proofload closed …` starts `cargo-proofload proofload closed …`.
    if given.get(1).is_some_and(|word| word == "proofload") {
        given.remove(1);
    }
    let done = match ProofloadCommandLine::parse_from(given).command {
        ProofloadCommand::Closed(closed) => closed.run(),
        ProofloadCommand::Init(init) => init.run(),
        ProofloadCommand::Report(report) => Ok(report.run()),
        ProofloadCommand::Compare(compare) => Ok(compare.run()),
        ProofloadCommand::Merge(merge) => Ok(merge.run()),
    };
    done.unwrap_or_else(|failure| {
        eprintln!("error: {failure}");
        ExitCode::from(2)
    })
}
