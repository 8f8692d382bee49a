//! The command line, the environment and `proofload.toml`, turned into values.
//!
//! Pure: the caller of [`read`] passes the arguments, the environment and the text of the file. Knows no test, no fixture
//! and no report; what only those can judge (expressions, columns) is returned as a [`GivenText`] with its origin.

mod bind;
mod cluster;
mod compare;
mod file;
mod files;
mod flags;
mod layers;
mod live;
mod names;
mod options;
mod origin;
mod output;
mod setting;
mod usage;
mod variables;

#[cfg(feature = "cluster")]
pub(crate) use cluster::ManifestKind;
pub(crate) use compare::{CompareOptions, HistoryPlace};
pub(crate) use files::{HtmlFile, ReportFiles};
pub(crate) use names::Names;
pub(crate) use options::{Options, Progress, Show};
pub(crate) use origin::{GivenText, Origin};
pub(crate) use output::{Colour, Format, IgnoredTests, TestOutput};
pub(crate) use usage::UsageError;
pub(crate) use variables::BIND;

use std::ffi::OsString;
use std::path::Path;

use file::FileSettings;
use flags::CommandLine;
use variables::Variables;

/// What to do.
#[derive(Debug)]
pub(crate) enum CliCommand {
    /// Select tests and run, list or show them.
    Run(Box<Options>),
    /// Print this text and exit with 0: `--help`, `--version`.
    Print(String),
}

/// Reads the options; `proofload_toml` is the path and the text of that file, if it exists.
///
/// `arguments` starts with the program's name, as `std::env::args_os` does; `environment` is all of it, as
/// `std::env::vars_os` gives it.
///
/// # Errors
/// Every mistake in all three at once, each with its origin. It means exit code 2.
pub(crate) fn read(
    arguments: impl IntoIterator<Item = OsString>,
    environment: impl IntoIterator<Item = (OsString, OsString)>,
    proofload_toml: Option<(&Path, &str)>,
) -> Result<CliCommand, UsageError> {
    let flags = match flags::parse(arguments)? {
        CommandLine::Flags(flags) => *flags,
        CommandLine::Answer(text) => return Ok(CliCommand::Print(text)),
    };
    let mut mistakes = Vec::new();
    let variables = Variables::read(environment, &mut mistakes);
    let file = proofload_toml.map(|(path, text)| FileSettings::read(path, text, &mut mistakes)).unwrap_or_default();
    let options = Options::read(flags, &variables, file, &mut mistakes);
    UsageError::unless_empty(mistakes)?;
    Ok(CliCommand::Run(Box::new(options)))
}

#[cfg(test)]
mod tests;
