//! How this binary starts itself again: as the process that runs the tests, as the child process of a `#[server]`, as the
//! supervisor of a command, or as one of several workers that offer a load together.

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
#[cfg(feature = "cluster")]
const WORKER: &str = "worker";
/// Which servers there are. No older Proofload has a test of this name, and runs none.
const OFFER: &str = "offered-servers";

/// In the process that runs the tests, and in a worker: how many arguments precede the person's own, the program's name included.
const BEFORE_ARGUMENTS: usize = 4;

/// Runs as a child process or supervisor if this binary was started as one; `main` calls this before anything else.
///
/// Returns `None` when a person or cargo started the binary, in the process that runs the tests, and in a worker. Otherwise the result is the exit code of the process.
#[must_use]
pub fn run_if_reexecuted() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != MARKER {
        return None;
    }
    let role = arguments.next().unwrap_or_default();
    if has_run_id(&role) {
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
pub struct TestsProcess {
    /// The name of the run.
    pub run_id: String,
}

impl TestsProcess {
    /// `None` in any other process.
    pub fn this() -> Option<TestsProcess> {
        run_id_of(TESTS).map(|run_id| TestsProcess { run_id })
    }
}

/// One of several processes that offer a load together: started by a coordinator, here or on another machine.
#[cfg(feature = "cluster")]
#[derive(Debug)]
pub struct WorkerProcess {
    /// The name of the run.
    pub run_id: String,
}

#[cfg(feature = "cluster")]
impl WorkerProcess {
    /// `None` in any other process.
    pub fn this() -> Option<WorkerProcess> {
        run_id_of(WORKER).map(|run_id| WorkerProcess { run_id })
    }
}

/// True in a worker.
#[cfg(feature = "cluster")]
#[must_use]
pub fn is_worker() -> bool {
    WorkerProcess::this().is_some()
}

/// True if the name of the run and the person's arguments follow.
fn has_run_id(role: &OsStr) -> bool {
    #[cfg(feature = "cluster")]
    if role == WORKER {
        return true;
    }
    role == TESTS
}

/// The name of the run if this binary was started in this role.
fn run_id_of(role: &str) -> Option<String> {
    let mut arguments = env::args_os().skip(1);
    let is_one = arguments.next()? == MARKER && arguments.next()? == role;
    is_one.then(|| arguments.next())?.map(|id| id.to_string_lossy().into_owned())
}

/// The arguments that the person gave, with the program's name first.
pub fn arguments() -> Vec<OsString> {
    let all: Vec<OsString> = env::args_os().collect();
    let is_started_here =
        all.get(1).is_some_and(|word| word == MARKER) && all.get(2).is_some_and(|role| has_run_id(role));
    match is_started_here {
        false => all,
        true => all
            .into_iter()
            .enumerate()
            .filter(|(at, _)| *at == 0 || *at >= BEFORE_ARGUMENTS)
            .map(|(_, text)| text)
            .collect(),
    }
}

/// The words of the command that starts this binary as a worker of this run, with the arguments that the person gave.
///
/// # Errors
/// If the system does not say where this binary is.
#[cfg(feature = "cluster")]
pub fn worker_command_words(run_id: &str) -> io::Result<Vec<OsString>> {
    let binary = env::current_exe()?.into_os_string();
    let role = worker_arguments(run_id).map(OsString::from);
    Ok([binary].into_iter().chain(role).chain(arguments().into_iter().skip(1)).collect())
}

/// The arguments before those of the person with which this binary is a worker of this run.
#[cfg(feature = "cluster")]
pub fn worker_arguments(run_id: &str) -> [String; 3] {
    [MARKER.to_owned(), WORKER.to_owned(), run_id.to_owned()]
}

/// The command that starts this binary as the process that runs the tests, with this process's own arguments.
pub fn tests_command(run_id: &str) -> io::Result<Command> {
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
