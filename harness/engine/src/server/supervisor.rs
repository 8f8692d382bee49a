//! The supervisor of a command: starts the program, reports how it ends, and ends it when the test binary is gone.

use std::ffi::{OsStr, OsString};
use std::io::Write;
use std::os::unix::process::CommandExt;
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::channel::Channel;
use super::child_process::{await_exit, kill_group, signal_group};
use super::descendants::{adopt_orphans, end_descendants};
use super::exit::ProcessExit;

/// A program that does not end within this time after SIGTERM is killed.
const TERMINATION_GRACE: Duration = Duration::from_secs(2);

/// What the program left in other sessions is killed if it does not end within this time after SIGTERM.
const STRAYS_GRACE: Duration = Duration::from_millis(300);

/// The variable with what the program reads from its standard input; the program itself does not get it.
pub(super) const INPUT: &str = "PROOFLOAD_INTERNAL_INPUT";

/// Runs `program` in a process group of its own until it ends, or until the test binary does.
pub(super) fn supervise(program: &OsStr, arguments: &[OsString]) -> ExitCode {
    let channel = match Channel::take_from_stdin() {
        Ok(channel) => channel,
        Err(error) => {
            eprintln!(
                "standard input is not the channel to a test binary ({error}): only a test binary can start a supervisor"
            );
            return ExitCode::FAILURE;
        }
    };
    adopt_orphans();
    let input = std::env::var(INPUT).unwrap_or_default();
    let mut command = Command::new(program);
    command.args(arguments).env_remove(INPUT).process_group(0);
    command.stdin(if input.is_empty() { Stdio::null() } else { Stdio::piped() });
    match command.spawn() {
        Ok(mut program) => {
            give(program.stdin.take(), input);
            watch_over(program, &channel)
        }
        Err(error) => {
            // Fails only if the test binary is gone, and then the report is not needed.
            channel.report(&format!("refused {error}")).ok();
            ExitCode::FAILURE
        }
    }
}

/// On its own thread: a program that does not read its standard input must not hold its supervisor up.
fn give(stdin: Option<ChildStdin>, input: String) {
    if let Some(mut stdin) = stdin {
        // Fails if the program has closed it, and then it is not needed.
        thread::spawn(move || stdin.write_all(input.as_bytes()).ok());
    }
}

fn watch_over(mut program: Child, channel: &Channel) -> ExitCode {
    let pid = program.id();
    // Fails only if the test binary is gone, which is noticed below.
    channel.report(&format!("program {pid}")).ok();
    if channel.when_closed(move || terminate(pid)).is_err() {
        kill_group(pid);
    }
    await_exit(pid);
    // The program is still a zombie here, so its group id cannot belong to other processes. This also ends workers that
    // it left running.
    kill_group(pid);
    let exit = program.wait().map_or(ProcessExit::Unknown, ProcessExit::from);
    channel.report(&exit.to_words()).ok();
    end_descendants(STRAYS_GRACE);
    ExitCode::SUCCESS
}

/// Runs on its own thread, which ends with the process as soon as the program has ended.
fn terminate(pid: u32) {
    signal_group(pid, Signal::TERM);
    thread::sleep(TERMINATION_GRACE);
    kill_group(pid);
}
