//! Starting a server: its process, its output, and the wait until it is ready.

use std::fmt::Display;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::handle::Own;
use super::probe::{Probe, Ready};
use super::process::{Known, Process};
use super::{Server, ServerDecl, ServerError, StageContext, calls, output, stage};

/// Starts the server of a `#[server]` function in a child process, and waits until it is ready.
/// It is then in the stage's list of started ones.
///
/// # Errors
/// Outside a stage, and when it cannot be started, ends before it is ready, or is not ready in time.
pub async fn start(decl: &'static ServerDecl) -> Result<Server, ServerError> {
    let stage = stage::current(decl.name)?;
    let command = calls::serve(decl).map_err(|reason| cannot_start(decl.name, "this test binary", &reason))?;
    let launch = Launch::new(decl.name, command, decl.start_timeout, &stage)?;
    let ready = decl.ready.map_or(Ready::Tcp, Ready::http);
    let awaited = async {
        let address = launch.reported(|known| known.address, "its process to report an address").await?;
        launch.await_ready(&ready, address).await?;
        Ok((launch.child, address))
    };
    let awaited = awaited.await;
    launch.finish(&stage, awaited).await
}

/// Starts `program` under a supervisor, and waits until the server at `port` is ready.
pub(super) async fn start_supervised(
    name: &str,
    supervisor: Command,
    program: &str,
    (port, ready, start_timeout): (u16, &Ready, Duration),
) -> Result<Server, ServerError> {
    let stage = stage::current(name)?;
    let launch = Launch::new(name, supervisor, start_timeout, &stage)?;
    let awaited = async {
        let started = launch.reported(program_or_refusal, "its supervisor to report a process").await?;
        let pid = started.map_err(|reason| cannot_start(name, program, &with_advice(&reason)))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        launch.await_ready(ready, address).await?;
        Ok((pid, address))
    };
    let awaited = awaited.await;
    launch.finish(&stage, awaited).await
}

fn program_or_refusal(known: &Known) -> Option<Result<u32, String>> {
    match &known.refusal {
        Some(reason) => Some(Err(reason.clone())),
        None => known.program.map(Ok),
    }
}

/// The system says no more than that there is no such file.
fn with_advice(reason: &str) -> String {
    match reason.contains("os error 2)") {
        true => format!("{reason}; is the program installed, and in a folder that PATH names?"),
        false => reason.to_owned(),
    }
}

pub(super) fn cannot_start(name: &str, program: &str, reason: &dyn Display) -> ServerError {
    ServerError::Start { name: name.to_owned(), program: program.to_owned(), reason: reason.to_string() }
}

/// A process that was started and is not known to be ready. Dropping it ends the process.
struct Launch {
    name: String,
    child: u32,
    process: Process,
    output: PathBuf,
    start_timeout: Duration,
    deadline: tokio::time::Instant,
}

impl Launch {
    fn new(
        name: &str,
        mut command: Command,
        start_timeout: Duration,
        stage: &StageContext,
    ) -> Result<Self, ServerError> {
        let (output, file) = output::create(&stage.output_dir, name)?;
        let program = command.get_program().to_string_lossy().into_owned();
        let failed = |error: std::io::Error| cannot_start(name, &program, &error);
        command.stdout(Stdio::from(file.try_clone().map_err(failed)?)).stderr(Stdio::from(file));
        let deadline = tokio::time::Instant::now() + start_timeout;
        let (process, child) = Process::start(command).map_err(failed)?;
        Ok(Self { name: name.to_owned(), child, process, output, start_timeout, deadline })
    }

    /// Waits for something that the child reports over the channel.
    async fn reported<T>(&self, of: impl Fn(&Known) -> Option<T>, awaited: &str) -> Result<T, ServerError> {
        let known = self.process.until(|known| of(known).is_some() || known.death.is_some());
        let known = tokio::time::timeout_at(self.deadline, known).await;
        let known = known.map_err(|_| self.not_ready(format!("{awaited}, and nothing was reported")))?;
        of(&known).ok_or_else(|| self.ended_before_ready(&known))
    }

    /// Makes a server of what is ready, and ends what is not: the next test must not share the machine with it.
    async fn finish(
        self,
        stage: &StageContext,
        awaited: Result<(u32, SocketAddr), ServerError>,
    ) -> Result<Server, ServerError> {
        let (pid, address) = match awaited {
            Ok(ready) => ready,
            Err(error) if self.process.stop(self.child).await => return Err(error),
            Err(_) => return Err(ServerError::Stuck { name: self.name, pid: self.child }),
        };
        let own = Own { child: self.child, pid, process: self.process, output: self.output };
        let server = Server::new(self.name, address.to_string(), Some(own));
        stage.add(&server);
        Ok(server)
    }

    async fn await_ready(&self, ready: &Ready, address: SocketAddr) -> Result<(), ServerError> {
        let mut probe = Probe::new(ready, address, &self.output);
        tokio::select! {
            // An end that is known outweighs an answer: it may have come from another server at that port.
            biased;
            known = self.process.until(|known| known.death.is_some()) => return Err(self.ended_before_ready(&known)),
            () = probe.until_ready() => return Ok(()),
            () = tokio::time::sleep_until(self.deadline) => {}
        }
        Err(self.not_ready(format!("{probe}, {}", probe.last_answer())))
    }

    fn ended_before_ready(&self, known: &Known) -> ServerError {
        ServerError::EndedBeforeReady {
            name: self.name.clone(),
            death: known.death.unwrap_or(super::Death::Unknown),
            output: self.output.clone(),
            last_lines: tail(&self.output),
        }
    }

    fn not_ready(&self, awaited: String) -> ServerError {
        ServerError::NotReady {
            name: self.name.clone(),
            awaited,
            waited: self.start_timeout,
            output: self.output.clone(),
            last_lines: tail(&self.output),
        }
    }
}

fn tail(output: &Path) -> Vec<String> {
    output::last_lines(output, output::LINES_TOLD)
}
