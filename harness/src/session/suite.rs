//! Which tests a process has, and where it reads what to do with them: the [`Suite`].

use std::ffi::OsString;
use std::path::Path;

use super::exit::Problem;
use super::given::{CommandStyle, GivenTests};
use super::input;
use crate::cli::{self, CliCommand};
use crate::registry::{self, RegistryError, TestCase};

/// The tests of a process.
pub(super) enum Suite {
    /// Those that `#[perf]` declares, run as the command line, the environment and `proofload.toml` say.
    OfThisBinary,
    /// Those that a command has made.
    Given(GivenTests),
}

impl Suite {
    /// Its tests, in the order in which they run.
    pub(super) fn tests(&self) -> Result<Vec<TestCase>, RegistryError> {
        match self {
            Suite::OfThisBinary => registry::tests(),
            Suite::Given(given) => registry::expand(given.tests.clone()),
        }
    }

    /// How a command prints their results; `None` for a perf binary.
    pub(super) fn command_style(&self) -> Option<CommandStyle> {
        match self {
            Suite::OfThisBinary => None,
            Suite::Given(given) => Some(given.style()),
        }
    }

    /// What to do with them.
    pub(super) fn read_options(&self, manifest_dir: &Path) -> Result<CliCommand, Problem> {
        match self {
            Suite::OfThisBinary => input::read_options(manifest_dir),
            Suite::Given(given) => {
                let program = OsString::from("proofload");
                let arguments = std::iter::once(program).chain(given.options.iter().cloned());
                cli::read(arguments, std::env::vars_os().filter(input::is_for_commands), None).map_err(Problem::usage)
            }
        }
    }
}
