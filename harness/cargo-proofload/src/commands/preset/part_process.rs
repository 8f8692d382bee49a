//! The process of one part: this program again, with the same command line and the part's name.

use std::ffi::OsString;
use std::path::Path;
use std::process::{ExitStatus, Stdio};
use std::{fs, io};

use proofload::__command::arguments;
use proofload::record::{self, RunReport};
use rustix::process::{Pid, Signal, kill_process};
use tokio::process::{Child, Command};
use tokio::signal::unix::{SignalKind, signal};

use super::part::PresetPart;

/// A part that has ended.
#[derive(Debug)]
pub(super) struct FinishedPart {
    /// As a perf binary ends.
    pub(super) exit_code: u8,
    /// Its record; `None` if it did not come to one.
    pub(super) run: Option<RunReport>,
}

/// Runs a part, which keeps its run in `folder`, to its end.
pub(super) fn run_part(part: PresetPart, folder: &Path) -> io::Result<FinishedPart> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let status = runtime.block_on(async {
        let mut command = Command::new(std::env::current_exe()?);
        command.args(arguments_of(part, folder)).stdin(Stdio::null()).stdout(Stdio::null());
        wait(command.spawn()?).await
    })?;
    Ok(FinishedPart { exit_code: exit_code(status), run: read_run(folder) })
}

fn arguments_of(part: PresetPart, folder: &Path) -> Vec<OsString> {
    let mut given: Vec<OsString> = arguments().into_iter().skip(1).collect();
    let command = given.iter().position(|word| word == "preset").map_or(given.len(), |at| at + 1);
    let own = [format!("--part={part}").into(), "--part-folder".into(), folder.into()];
    given.splice(command..command, own);
    given
}

/// Signals are passed on: the part ends in its own way, and what it has measured is reported.
async fn wait(mut child: Child) -> io::Result<ExitStatus> {
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut terminate = signal(SignalKind::terminate())?;
    let mut hang_up = signal(SignalKind::hangup())?;
    loop {
        let received = tokio::select! {
            status = child.wait() => return status,
            _ = interrupt.recv() => Signal::INT,
            _ = terminate.recv() => Signal::TERM,
            _ = hang_up.recv() => Signal::HUP,
        };
        let process = child.id().and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        // One that has ended meanwhile needs no signal.
        let _sent = process.map(|process| kill_process(process, received));
    }
}

/// A shell would say the same of a process that a signal has ended.
fn exit_code(status: ExitStatus) -> u8 {
    use std::os::unix::process::ExitStatusExt;
    let code = status.code().or_else(|| status.signal().map(|signal| 128 + signal));
    code.and_then(|code| u8::try_from(code).ok()).unwrap_or(102)
}

/// The record of the only run in `folder`.
fn read_run(folder: &Path) -> Option<RunReport> {
    let runs = fs::read_dir(folder.join("runs")).ok()?.flatten();
    let text = runs.map(|run| run.path().join("run.json")).find_map(|path| fs::read_to_string(path).ok())?;
    record::parse(&text).ok()
}

/// In the process of a part: it ends with the process that has started it, however that ends.
pub(super) fn end_with_the_starter() {
    #[cfg(target_os = "linux")]
    // Where the system refuses, the part ends when its loads have been offered.
    let _set = rustix::process::set_parent_process_death_signal(Some(Signal::TERM));
}
