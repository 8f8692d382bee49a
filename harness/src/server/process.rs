//! A process of ours: its end of the channel, what it reported, and how it ended.

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

use super::Death;

/// A child that is asked to end does so within this time, or is killed.
const PATIENCE: Duration = Duration::from_secs(3);

/// A child process that holds the other end of a channel: when ours closes, however that comes, it ends.
#[derive(Debug)]
pub(super) struct Process {
    channel: UnixStream,
    known: Arc<watch::Sender<Known>>,
}

/// What is known of the process so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Known {
    /// Where the server listens, as a `#[server]` child reports it.
    pub(super) address: Option<SocketAddr>,
    /// The program's process, as a supervisor reports it.
    pub(super) program: Option<u32>,
    /// Why a supervisor could not start the program.
    pub(super) refusal: Option<String>,
    /// How the server ended.
    pub(super) death: Option<Death>,
    /// It had been asked to end, so that its end is no death.
    orderly: bool,
    /// The child is gone, and its number may be another process's.
    reaped: bool,
}

impl Process {
    /// Starts `command` with the channel as its standard input, in a process group of its own:
    /// Ctrl-C on the terminal is for us to handle, and must not reach the server before its tests have ended.
    pub(super) fn start(mut command: Command) -> io::Result<(Self, u32)> {
        let (ours, theirs) = UnixStream::pair()?;
        command.stdin(Stdio::from(OwnedFd::from(theirs))).process_group(0);
        let child = command.spawn()?;
        // The command still holds their end; as long as it is open here, its closing over there would go unnoticed.
        drop(command);
        let pid = child.id();
        let known = Arc::new(watch::Sender::new(Known::default()));
        let process = Self { channel: ours.try_clone()?, known: Arc::clone(&known) };
        thread::Builder::new()
            .name(format!("server {pid}"))
            .spawn(move || watch_over(child, BufReader::new(ours), &known))?;
        Ok((process, pid))
    }

    /// What is known now.
    pub(super) fn known(&self) -> Known {
        self.known.borrow().clone()
    }

    /// Waits until `holds`; wakes at once when it does.
    pub(super) async fn until(&self, holds: impl FnMut(&Known) -> bool) -> Known {
        let mut receiver = self.known.subscribe();
        let known = receiver.wait_for(holds).await.expect("the sender lives in self");
        known.clone()
    }

    /// Asks the process to end, which from now on is no death.
    pub(super) fn ask_to_end(&self) {
        self.known.send_if_modified(|known| {
            known.orderly |= known.death.is_none();
            false
        });
        // Fails only when the other end is closed already, and then the process is ending anyway.
        self.channel.shutdown(Shutdown::Write).ok();
    }

    /// Asks the process to end and waits until it has; after three seconds it is killed.
    /// Returns false if it survives even that.
    pub(super) async fn stop(&self, pid: u32) -> bool {
        self.ask_to_end();
        if self.gone_within(PATIENCE).await {
            return true;
        }
        self.kill(pid);
        self.gone_within(PATIENCE).await
    }

    async fn gone_within(&self, limit: Duration) -> bool {
        tokio::time::timeout(limit, self.until(|known| known.reaped)).await.is_ok()
    }

    fn kill(&self, pid: u32) {
        self.known.send_if_modified(|known| {
            if !known.reaped {
                kill_group(pid);
            }
            if let (Some(program), None) = (known.program, known.death) {
                kill_group(program);
            }
            false
        });
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.ask_to_end();
    }
}

impl Known {
    /// How the server ended, if nobody had asked it to.
    pub(super) fn died(&self) -> Option<Death> {
        self.death.filter(|_| !self.orderly)
    }
}

/// Reads what the process reports until it closes its end, then collects its exit status.
fn watch_over(mut child: Child, reports: BufReader<UnixStream>, known: &watch::Sender<Known>) {
    for line in reports.lines().map_while(Result::ok) {
        known.send_modify(|known| note(known, &line));
    }
    let pid = child.id();
    await_exit(pid);
    known.send_modify(|known| {
        // The child is still a zombie here, so its group's number is still its own: nobody kills a stranger.
        // What a server started itself and left behind goes too.
        kill_group(pid);
        let death = child.wait().map_or(Death::Unknown, Death::from);
        known.reaped = true;
        if let (Some(program), None) = (known.program, known.death) {
            // The supervisor was ended before its program was.
            kill_group(program);
        }
        known.death.get_or_insert(death);
    });
}

fn note(known: &mut Known, line: &str) {
    match line.split_once(' ') {
        Some(("address", address)) => known.address = address.parse().ok(),
        Some(("program", pid)) => known.program = pid.parse().ok(),
        Some(("refused", reason)) => known.refusal = Some(reason.to_owned()),
        _ => known.death = known.death.or(Death::from_words(line)),
    }
}

/// Waits until the process has ended, and leaves it to be collected.
pub(super) fn await_exit(pid: u32) {
    let Some(pid) = pid_of(pid) else { return };
    let options = WaitIdOptions::EXITED | WaitIdOptions::NOWAIT;
    while let Err(rustix::io::Errno::INTR) = rustix::process::waitid(WaitId::Pid(pid), options) {}
}

/// Kills the process group that `pid` leads; there may be nobody left in it.
pub(super) fn kill_group(pid: u32) {
    signal_group(pid, Signal::KILL);
}

pub(super) fn signal_group(pid: u32, signal: Signal) {
    if let Some(pid) = pid_of(pid) {
        // Fails only when the group is empty, which is what was wanted.
        rustix::process::kill_process_group(pid, signal).ok();
    }
}

fn pid_of(pid: u32) -> Option<Pid> {
    Pid::from_raw(i32::try_from(pid).ok()?)
}
