//! How this binary calls itself: as the child process of a `#[server]`, or as the supervisor of a command.

use std::env;
use std::ffi::{OsStr, OsString};
use std::io;
use std::process::{Command, ExitCode};

use super::{ServerDecl, child, supervisor};

/// The first argument of a call of ourselves; no test can be called this.
const CALL: &str = "__proofload";
const SERVE: &str = "serve";
const SUPERVISE: &str = "supervise";

/// Does what this binary was called for by itself, if it was; `main` asks this before anything else.
///
/// Returns `None` when people or cargo called it. Otherwise the result is the exit code of the process.
#[must_use]
pub fn answer_if_called() -> Option<ExitCode> {
    let mut arguments = env::args_os().skip(1);
    if arguments.next()? != CALL {
        return None;
    }
    let what = arguments.next().unwrap_or_default();
    let rest: Vec<OsString> = arguments.collect();
    Some(match (what.to_str(), rest.split_first()) {
        (Some(SERVE), Some((path, []))) => child::serve(&path.to_string_lossy()),
        (Some(SUPERVISE), Some((program, arguments))) => supervisor::supervise(program, arguments),
        _ => {
            eprintln!("`{CALL}` is how a perf test binary calls itself to start a server; it is not for people");
            ExitCode::from(2)
        }
    })
}

/// Calls this binary as the child process of `decl`.
pub(super) fn serve(decl: &ServerDecl) -> io::Result<Command> {
    call([SERVE.as_ref(), decl.path().as_ref()])
}

/// Calls this binary as the supervisor of `program`.
pub(super) fn supervise(program: &OsStr) -> io::Result<Command> {
    call([SUPERVISE.as_ref(), program])
}

fn call<'a>(arguments: impl IntoIterator<Item = &'a OsStr>) -> io::Result<Command> {
    let mut command = Command::new(env::current_exe()?);
    command.arg(CALL).args(arguments);
    Ok(command)
}
