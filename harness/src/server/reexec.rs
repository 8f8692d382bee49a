//! How this binary starts itself again: as the process that runs the tests, as the child process of a `#[server]`, or as
//! the supervisor of a command.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::path::Path;
use std::process::{Command, ExitCode};

use super::{child, protocol, supervisor};

/// The first argument when this binary starts itself; no test can have this name.
const MARKER: &str = "__proofload";
const SERVE: &str = "serve";
const SUPERVISE: &str = "supervise";
const TESTS: &str = "tests";
/// Which servers there are. No older Proofload has a test of this name, and runs none.
const OFFER: &str = "offered-servers";

/// In the process that runs the tests: how many arguments precede the person's own, the program's name included.
const BEFORE_ARGUMENTS: usize = 4;

/// Runs as a child process or supervisor if this binary was started as one; `main` calls this before anything else.
///
/// Returns `None` when a person or cargo started the binary, and in the process that runs the tests. Otherwise the result is the exit code of the process.
#[must_use]
pub fn run_if_reexecuted() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != MARKER {
        return None;
    }
    let role = arguments.next().unwrap_or_default();
    if role == TESTS {
        return None;
    }
    let rest: Vec<OsString> = arguments.collect();
    Some(match (role.to_str(), rest.split_first()) {
        (Some(SERVE), Some((path, []))) => child::serve(&path.to_string_lossy()),
        (Some(OFFER), None) => protocol::answer(),
        (Some(SUPERVISE), Some((program, arguments))) => supervisor::supervise(program, arguments),
        _ => {
            eprintln!("`{MARKER}` is an internal argument, with which a perf test binary starts its own servers");
            ExitCode::from(2)
        }
    })
}

/// The process that runs the tests: started by the process that a person or cargo started.
#[derive(Debug)]
pub(crate) struct TestsProcess {
    /// The name of the run.
    pub(crate) run_id: String,
}

impl TestsProcess {
    /// `None` in any other process.
    pub(crate) fn this() -> Option<TestsProcess> {
        let mut arguments = env::args_os().skip(1);
        let is_one = arguments.next()? == MARKER && arguments.next()? == TESTS;
        is_one.then(|| arguments.next())?.map(|id| TestsProcess { run_id: id.to_string_lossy().into_owned() })
    }
}

/// The arguments that the person gave, with the program's name first.
pub fn arguments() -> Vec<OsString> {
    let all = env::args_os();
    match TestsProcess::this() {
        None => all.collect(),
        Some(_) => {
            all.enumerate().filter(|(at, _)| *at == 0 || *at >= BEFORE_ARGUMENTS).map(|(_, text)| text).collect()
        }
    }
}

/// The command that starts this binary as the process that runs the tests, with this process's own arguments.
pub(crate) fn tests_command(run_id: &str) -> io::Result<Command> {
    let mut tests = command([TESTS.as_ref(), run_id.as_ref()])?;
    tests.args(env::args_os().skip(1));
    Ok(tests)
}

/// The command that starts this binary, or `other`, as the child process of the `#[server]` function with this path.
pub(super) fn child_command(other: Option<&Path>, path: &str) -> io::Result<Command> {
    let arguments = [SERVE.as_ref(), path.as_ref()];
    match other {
        Some(binary) => Ok(command_of(binary, arguments)),
        None => command(arguments),
    }
}

/// The command with which the perf binary `other` says which servers it has.
pub(super) fn question_command(other: &Path) -> Command {
    command_of(other, [OFFER.as_ref()])
}

/// The command that starts this binary as the supervisor of `program`.
pub(super) fn supervisor_command(program: &OsStr) -> io::Result<Command> {
    command([SUPERVISE.as_ref(), program])
}

fn command<'a>(arguments: impl IntoIterator<Item = &'a OsStr>) -> io::Result<Command> {
    Ok(command_of(&env::current_exe()?, arguments))
}

fn command_of<'a>(binary: &Path, arguments: impl IntoIterator<Item = &'a OsStr>) -> Command {
    let mut command = Command::new(binary);
    command.arg(MARKER).args(arguments);
    command
}
