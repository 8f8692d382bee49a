//! Starting a server: its process, its output file, and the wait until it is ready.

use std::fmt::Display;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use super::base::BaseServer;
use super::child_process::{ChildProcess, ProcessState};
use super::context::{self, ServerContext};
use super::declaration::ServerDecl;
use super::error::ServerError;
use super::exit::ProcessExit;
use super::figures::listening;
use super::handle::{Server, StartedProcess};
use super::output_limit::OutputLimit;
use super::readiness::{ReadinessProbe, ReadyWhen};
use super::{child, output, reexec};

/// Starts the server of a `#[server]` function in a child process, and waits until it is ready.
/// The server is then listed in its context.
///
/// # Errors
/// Outside a context, and when the server cannot be started, ends before it is ready, or is not ready in time.
pub async fn start(decl: &'static ServerDecl) -> Result<Server, ServerError> {
    let context = context::current(decl.name)?;
    let refused = |reason: &dyn Display| cannot_start(&context.shown(decl.name), "this test binary", reason);
    let BaseServer { mut command, ready, start_timeout } = match &context.base {
        Some(base) => base.server(decl).map_err(|reason| refused(&reason))?,
        None => BaseServer {
            command: reexec::child_command(None, &decl.path()).map_err(|reason| refused(&reason))?,
            ready: decl.ready.map(str::to_owned),
            start_timeout: decl.start_timeout,
        },
    };
    if let Some(bind) = context.bind {
        command.env(child::BIND, bind.to_string());
    }
    let launch = Launch::new(decl.name, command, start_timeout, &context)?;
    let ready = ready.as_deref().map_or(ReadyWhen::Tcp, ReadyWhen::http);
    let started = async {
        let address = launch.reported(|state| state.address, "its process to report an address").await?;
        if let Some(bind) = context.bind.filter(|bind| *bind != address.ip()) {
            // A base of before there was this variable.
            return Err(refused(&format!(
                "it listens on {address} and not on {bind}: its proofload knows no PROOFLOAD_BIND"
            )));
        }
        let address = launch.await_ready(&ready, &[address], launch.child).await?;
        Ok((launch.child, address))
    };
    let started = started.await;
    launch.finish(&context, started).await
}

/// What [`start_supervised`] has to know about a command.
pub(super) struct CommandStart<'a> {
    /// The server's name.
    pub(super) name: &'a str,
    pub(super) program: &'a str,
    pub(super) port: u16,
    pub(super) ready: &'a ReadyWhen,
    pub(super) start_timeout: Duration,
}

/// Starts a program under a supervisor, and waits until the server is ready.
pub(super) async fn start_supervised(supervisor: Command, start: CommandStart<'_>) -> Result<Server, ServerError> {
    let CommandStart { name, program, port, ready, start_timeout } = start;
    let context = context::current(name)?;
    let launch = Launch::new(name, supervisor, start_timeout, &context)?;
    let started = async {
        let reported = launch.reported(program_or_refusal, "its supervisor to report a process").await?;
        let pid = reported.map_err(|reason| cannot_start(name, program, &with_advice(&reason)))?;
        let addresses: Vec<SocketAddr> = expected_at(context.bind).into_iter().map(|ip| (ip, port).into()).collect();
        let address = launch.await_ready(ready, &addresses, pid).await?;
        Ok((pid, address))
    };
    let started = started.await;
    launch.finish(&context, started).await
}

/// Where a program may listen.
pub(super) fn expected_at(bind: Option<IpAddr>) -> Vec<IpAddr> {
    match bind {
        Some(bind) => vec![bind],
        None => vec![Ipv4Addr::LOCALHOST.into(), Ipv6Addr::LOCALHOST.into()],
    }
}

fn program_or_refusal(state: &ProcessState) -> Option<Result<u32, String>> {
    match &state.refusal {
        Some(reason) => Some(Err(reason.clone())),
        None => state.program.map(Ok),
    }
}

/// The system's own message is only "No such file or directory".
fn with_advice(reason: &str) -> String {
    match reason.contains("os error 2)") {
        true => format!("{reason}; is the program installed, and in a folder of PATH?"),
        false => reason.to_owned(),
    }
}

pub(super) fn cannot_start(name: &str, program: &str, reason: &dyn Display) -> ServerError {
    ServerError::Start { name: name.to_owned(), program: program.to_owned(), reason: reason.to_string() }
}

/// A process that was started and may not be ready yet. Dropping it ends the process.
struct Launch {
    name: String,
    child: u32,
    process: ChildProcess,
    output: PathBuf,
    start_timeout: Duration,
    deadline: tokio::time::Instant,
}

impl Launch {
    fn new(
        name: &str,
        mut command: Command,
        start_timeout: Duration,
        context: &ServerContext,
    ) -> Result<Self, ServerError> {
        let (output, file) = output::create(&context.output_dir, name)?;
        let name = &context.shown(name);
        let program = command.get_program().to_string_lossy().into_owned();
        let failed = |error: std::io::Error| cannot_start(name, &program, &error);
        command.stdout(Stdio::from(file.try_clone().map_err(failed)?)).stderr(Stdio::from(file));
        let deadline = tokio::time::Instant::now() + start_timeout;
        let (process, child) =
            ChildProcess::start(command, OutputLimit::watch(&output).map_err(failed)?).map_err(failed)?;
        Ok(Self { name: name.to_owned(), child, process, output, start_timeout, deadline })
    }

    /// Waits until the child has reported what `find` looks for. `awaited` describes it in the error.
    async fn reported<T>(&self, find: impl Fn(&ProcessState) -> Option<T>, awaited: &str) -> Result<T, ServerError> {
        let state = self.process.until(|state| find(state).is_some() || state.exit.is_some());
        let state = tokio::time::timeout_at(self.deadline, state).await;
        let state = state.map_err(|_| self.not_ready(format!("{awaited}, and nothing was reported")))?;
        find(&state).ok_or_else(|| self.ended_before_ready(&state))
    }

    /// Makes a [`Server`] of a process that is ready. Ends one that is not, so that it does not disturb the next test.
    async fn finish(
        self,
        context: &ServerContext,
        started: Result<(u32, SocketAddr), ServerError>,
    ) -> Result<Server, ServerError> {
        let (pid, address) = match started {
            Ok(ready) => ready,
            Err(error) if self.process.stop(self.child).await => return Err(error),
            Err(_) => return Err(ServerError::Stuck { name: self.name, pid: self.child }),
        };
        let process = StartedProcess { child: self.child, pid, process: self.process, output: self.output };
        let url = format!("http://{address}");
        let server = Server::new(self.name, address.to_string(), url, Some(process));
        context.add(&server);
        Ok(server)
    }

    /// Waits until it is ready at one of `addresses`, and returns which. `server` is its process.
    async fn await_ready(
        &self,
        ready: &ReadyWhen,
        addresses: &[SocketAddr],
        server: u32,
    ) -> Result<SocketAddr, ServerError> {
        let mut probe = ReadinessProbe::new(ready, addresses, server, &self.output);
        tokio::select! {
            // The exit is checked first: if the process has ended, an answer came from another server at that port.
            biased;
            state = self.process.until(|state| state.exit.is_some()) => return Err(self.ended_before_ready(&state)),
            address = probe.until_ready() => return Ok(address),
            () = tokio::time::sleep_until(self.deadline) => {}
        }
        let elsewhere = listens_elsewhere(server, addresses).unwrap_or_default();
        Err(self.not_ready(format!("{probe}, {}{elsewhere}", probe.last_answer())))
    }

    fn ended_before_ready(&self, state: &ProcessState) -> ServerError {
        ServerError::EndedBeforeReady {
            name: self.name.clone(),
            exit: state.exit.unwrap_or(ProcessExit::Unknown),
            output: self.output.clone(),
            last_lines: last_lines(&self.output),
        }
    }

    fn not_ready(&self, awaited: String) -> ServerError {
        ServerError::NotReady {
            name: self.name.clone(),
            awaited,
            waited: self.start_timeout,
            output: self.output.clone(),
            last_lines: last_lines(&self.output),
        }
    }
}

/// Where the server listens instead of at `addresses`, as far as the system says: `; it listens on 10.0.0.1:80 instead`.
fn listens_elsewhere(server: u32, addresses: &[SocketAddr]) -> Option<String> {
    let found = listening(server);
    let is_expected = |address: &SocketAddr| {
        addresses.contains(address) || address.ip().is_unspecified() && addresses[0].port() == address.port()
    };
    if found.is_empty() || found.iter().any(is_expected) {
        return None;
    }
    let found = found.iter().map(ToString::to_string).collect::<Vec<_>>().join(" and ");
    let wanted = addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or ");
    // Without PROOFLOAD_BIND there are two.
    let placeholders = if addresses.len() == 1 { ", which its arguments get as `{bind}` and `{port}`" } else { "" };
    Some(format!(
        "; it listens on {found} instead: let it listen on {wanted}{placeholders}, or give its port with `.port(…)`"
    ))
}

fn last_lines(output: &Path) -> Vec<String> {
    output::last_lines(output, output::LINES_SHOWN)
}
