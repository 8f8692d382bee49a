//! A child process as the test binary sees it: our end of the channel, what was reported on it, and how the process
//! ended.

use std::io::{self, BufRead, BufReader};
use std::net::{Shutdown, SocketAddr};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use rustix::process::{Pid, Signal, WaitId, WaitIdOptions};
use tokio::sync::watch;

use super::exit::ProcessExit;
use super::output_limit::OutputLimit;

/// A child that does not end within this time after it was asked to is killed.
const STOP_GRACE: Duration = Duration::from_secs(3);

/// A child process that holds the other end of a channel. When our end closes, for whatever reason, the child ends.
#[derive(Debug)]
pub(super) struct ChildProcess {
    channel: UnixStream,
    state: Arc<watch::Sender<ProcessState>>,
}

/// What is known of the process so far.
#[derive(Debug, Clone, Default)]
pub(super) struct ProcessState {
    /// Where the server listens, as a `#[server]` child reports it.
    pub(super) address: Option<SocketAddr>,
    /// The program's process, as a supervisor reports it.
    pub(super) program: Option<u32>,
    /// Why a supervisor could not start the program.
    pub(super) refusal: Option<String>,
    /// How the server ended.
    pub(super) exit: Option<ProcessExit>,
    /// It was asked to end before it ended.
    asked_to_end: bool,
    /// The child's exit status was collected, so its process id may belong to another process.
    reaped: bool,
}

impl ChildProcess {
    /// Starts `command` with the channel as its standard input, in its own process group: Ctrl-C on the terminal must
    /// not reach the server before its tests have ended. `output` is of the file that the command writes to.
    pub(super) fn start(mut command: Command, output: OutputLimit) -> io::Result<(Self, u32)> {
        let (ours, theirs) = UnixStream::pair()?;
        command.stdin(Stdio::from(OwnedFd::from(theirs))).process_group(0);
        let child = command.spawn()?;
        // The command still holds the child's end. As long as that is open here, we would not notice that the child
        // closes it.
        drop(command);
        let pid = child.id();
        let state = Arc::new(watch::Sender::new(ProcessState::default()));
        let process = Self { channel: ours.try_clone()?, state: Arc::clone(&state) };
        thread::Builder::new()
            .name(format!("server {pid}"))
            .spawn(move || watch_over(child, BufReader::new(ours), output, &state))?;
        Ok((process, pid))
    }

    /// The state now.
    pub(super) fn state(&self) -> ProcessState {
        self.state.borrow().clone()
    }

    /// Waits until `holds` is true for the state.
    pub(super) async fn until(&self, holds: impl FnMut(&ProcessState) -> bool) -> ProcessState {
        let mut receiver = self.state.subscribe();
        let state = receiver.wait_for(holds).await.expect("the sender lives in self");
        state.clone()
    }

    /// Asks the process to end; if it ends from now on, it has not died.
    pub(super) fn ask_to_end(&self) {
        self.state.send_if_modified(|state| {
            state.asked_to_end |= state.exit.is_none();
            false
        });
        // Fails only if the other end is closed, and then the process is ending anyway.
        self.channel.shutdown(Shutdown::Write).ok();
    }

    /// Asks the process to end and waits until it has; after three seconds it is killed.
    /// Returns false if it is still there three seconds later.
    pub(super) async fn stop(&self, pid: u32) -> bool {
        self.ask_to_end();
        if self.gone_within(STOP_GRACE).await {
            return true;
        }
        self.kill(pid);
        self.gone_within(STOP_GRACE).await
    }

    async fn gone_within(&self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.until(|state| state.reaped)).await.is_ok()
    }

    fn kill(&self, pid: u32) {
        self.state.send_if_modified(|state| {
            if !state.reaped {
                kill_group(pid);
            }
            if let (Some(program), None) = (state.program, state.exit) {
                kill_group(program);
            }
            false
        });
    }
}

impl Drop for ChildProcess {
    fn drop(&mut self) {
        self.ask_to_end();
    }
}

impl ProcessState {
    /// How the server ended, if it was not asked to.
    pub(super) fn died(&self) -> Option<ProcessExit> {
        self.exit.filter(|_| !self.asked_to_end)
    }
}

/// Reads what the process reports until it closes its end, then collects its exit status.
fn watch_over(
    mut child: Child,
    reports: BufReader<UnixStream>,
    output: OutputLimit,
    state: &watch::Sender<ProcessState>,
) {
    for line in reports.lines().map_while(Result::ok) {
        state.send_modify(|state| note(state, &line));
    }
    let pid = child.id();
    await_exit(pid);
    // The child is still a zombie here, so its group id cannot belong to other processes. This also ends what a server
    // started itself and left running, so that nothing more is written.
    kill_group(pid);
    output.finish();
    state.send_modify(|state| {
        let exit = child.wait().map_or(ProcessExit::Unknown, ProcessExit::from);
        state.reaped = true;
        if let (Some(program), None) = (state.program, state.exit) {
            // The supervisor ended before its program did.
            kill_group(program);
        }
        state.exit.get_or_insert(exit);
    });
}

fn note(state: &mut ProcessState, line: &str) {
    match line.split_once(' ') {
        Some(("address", address)) => state.address = address.parse().ok(),
        Some(("program", pid)) => state.program = pid.parse().ok(),
        Some(("refused", reason)) => state.refusal = Some(reason.to_owned()),
        _ => state.exit = state.exit.or(ProcessExit::from_words(line)),
    }
}

/// Waits until the process has ended, and leaves it a zombie whose status can still be collected.
pub(super) fn await_exit(pid: u32) {
    let Some(pid) = pid_of(pid) else { return };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while let Err(rustix::io::Errno::INTR) = rustix::process::waitid(WaitId::Pid(pid), options) {}
}

/// Kills the process group that `pid` leads, which may be empty.
pub(super) fn kill_group(pid: u32) {
    signal_group(pid, Signal::KILL);
}

pub(super) fn signal_group(pid: u32, signal: Signal) {
    if let Some(pid) = pid_of(pid) {
        // Fails only if the group is empty, and then there is nothing to do.
        rustix::process::kill_process_group(pid, signal).ok();
    }
}

fn pid_of(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}
