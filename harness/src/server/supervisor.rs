//! The supervisor of a command: starts the program, reports how it ends, and ends it when the test binary is gone.

use std::ffi::{OsStr, OsString};
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, ExitCode, Stdio};
use std::thread;
use std::time::Duration;

use rustix::process::Signal;

use super::Death;
use super::channel::Channel;
use super::process::{await_exit, kill_group, signal_group};

/// A program that was sent SIGTERM ends within this time, or is killed.
const GRACE: Duration = Duration::from_secs(2);

/// Runs `program` in a process group of its own until it ends, or until the test binary does.
pub(super) fn supervise(program: &OsStr, arguments: &[OsString]) -> ExitCode {
    let channel = match Channel::take_from_stdin() {
        Ok(channel) => channel,
        Err(error) => {
            eprintln!("a supervisor has its channel as standard input; this has not: {error}");
            return ExitCode::FAILURE;
        }
    };
    let mut command = Command::new(program);
    match command.args(arguments).stdin(Stdio::null()).process_group(0).spawn() {
        Ok(program) => watch_over(program, &channel),
        Err(error) => {
            // A reader that is gone needs no report.
            channel.report(&format!("refused {error}")).ok();
            ExitCode::FAILURE
        }
    }
}

fn watch_over(mut program: Child, channel: &Channel) -> ExitCode {
    let pid = program.id();
    // A reader that is gone needs no report; that it is gone is noticed below.
    channel.report(&format!("program {pid}")).ok();
    if channel.when_closed(move || terminate(pid)).is_err() {
        kill_group(pid);
    }
    await_exit(pid);
    // The program is still a zombie here, so its group's number is still its own. Workers that it left behind go too.
    kill_group(pid);
    let death = program.wait().map_or(Death::Unknown, Death::from);
    channel.report(&death.to_words()).ok();
    ExitCode::SUCCESS
}

/// The process ends, and this thread with it, as soon as the program has ended.
fn terminate(pid: u32) {
    signal_group(pid, Signal::TERM);
    thread::sleep(GRACE);
    kill_group(pid);
}
