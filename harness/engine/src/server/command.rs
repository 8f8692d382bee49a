//! Any program as a server under test.

use std::ffi::OsString;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::net::TcpSocket;

use super::base::BaseProgram;
use super::context;
use super::declaration::ServerDecl;
use super::error::ServerError;
use super::figures::process_at;
use super::handle::Server;
use super::readiness::ReadyWhen;
use super::reexec;
use super::start::{CommandStart, cannot_start, expected_at, start_supervised};
use crate::text::one_line;

/// Is replaced by the port, in an argument or in the value of an environment variable.
const PORT: &str = "{port}";

/// Is replaced by the address at which it should listen, in the same places.
const BIND: &str = "{bind}";

/// A fixed port may be in use for so long: a server of ours that was dropped is killed two seconds after it was asked to end.
const FREE_WITHIN: Duration = Duration::from_secs(3);

/// How often a port in use is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// A program to start as a server, made with [`Server::command`].
///
/// ```no_run
/// # async fn example() -> proofload::Result {
/// use proofload::Server;
///
/// let api = Server::command("uvicorn", ["app:app", "--port", "{port}"]).ready_http("/health").start().await?;
/// # Ok(())
/// # }
/// ```
///
/// The program must listen on 127.0.0.1 or ::1, or with `PROOFLOAD_BIND` on that address, which is `{bind}`. By default it is ready
/// when it accepts a connection.
#[derive(Debug, Clone)]
#[must_use = "a command does nothing until it is started"]
pub struct Command {
    name: Option<String>,
    program: String,
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    folder: Option<PathBuf>,
    port: Option<u16>,
    ready: ReadyWhen,
    start_timeout: Duration,
}

impl Server {
    /// Any program as a server: `{port}` in an argument becomes a free port, and `{bind}` the address at which it should listen:
    /// 127.0.0.1, or what `PROOFLOAD_BIND` says.
    ///
    /// The program runs in its own process group. The group gets SIGTERM when the server is stopped or the test binary
    /// ends, however it ends, and SIGKILL two seconds later. On Linux, what the program has started in other groups and
    /// sessions ends after it, in the same way.
    pub fn command<A: Into<String>>(program: impl Into<String>, arguments: impl IntoIterator<Item = A>) -> Command {
        let program = program.into();
        Command {
            name: None,
            program,
            arguments: arguments.into_iter().map(Into::into).collect(),
            environment: Vec::new(),
            folder: None,
            port: None,
            ready: ReadyWhen::Tcp,
            start_timeout: ServerDecl::START_TIMEOUT,
        }
    }
}

impl Command {
    /// The server's name; by default that of the fixture which starts it, with a number from the second server on.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets an environment variable of the program; `{port}` in the value becomes the port, and `{bind}` the address.
    pub fn env(mut self, key: impl Into<String>, value: impl Into<String>) -> Self {
        self.environment.push((key.into(), value.into()));
        self
    }

    /// Starts the program in this folder; a relative path to the program is resolved from there.
    pub fn current_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// The port of a program whose port is fixed; by default, a free port is chosen for `{port}`. Nothing else may listen there.
    pub fn port(mut self, port: u16) -> Self {
        self.port = Some(port);
        self
    }

    /// Ready when a GET of this path answers with a 2xx status.
    pub fn ready_http(mut self, path: &str) -> Self {
        self.ready = ReadyWhen::http(path);
        self
    }

    /// Ready when it accepts a connection: the default.
    pub fn ready_tcp(mut self) -> Self {
        self.ready = ReadyWhen::Tcp;
        self
    }

    /// Ready when a line of its output contains this text.
    pub fn ready_line(mut self, text: impl Into<String>) -> Self {
        self.ready = ReadyWhen::Line(text.into());
        self
    }

    /// How long it may take to be ready; 30 s unless set.
    pub fn start_timeout(mut self, limit: Duration) -> Self {
        self.start_timeout = limit;
        self
    }

    /// Starts the program and waits until the server is ready. The server is then listed in its context.
    ///
    /// # Errors
    /// Outside a fixture, without a port, with one that is in use, and when the program cannot be started, ends before the server is ready,
    /// or is not ready in time.
    pub async fn start(self) -> Result<Server, ServerError> {
        let name = self.server_name();
        let command = self.of_version(&name)?;
        let bind = context::any().and_then(|context| context.bind);
        let port = command.choose_port(&name, bind)?;
        command.await_fixed_port(&name, bind).await?;
        let supervisor =
            command.supervisor(bind, port).map_err(|error| cannot_start(&name, &command.program, &error))?;
        let start = CommandStart {
            name: &name,
            program: &command.program,
            port,
            ready: &command.ready,
            start_timeout: command.start_timeout,
        };
        start_supervised(supervisor, start).await
    }

    /// The same command in the version of the code whose fixtures are set up.
    fn of_version(self, name: &str) -> Result<Command, ServerError> {
        let Some(context) = context::any() else { return Ok(self) };
        let Some(base) = &context.base else { return Ok(self) };
        let here = std::env::current_dir().unwrap_or_default();
        let Command { program, arguments, folder, .. } = self;
        let refused = |reason: String| cannot_start(&context.shown(name), &program, &reason);
        let written = BaseProgram { program: program.clone(), arguments, folder };
        let own = base.program(context.fixture.as_deref(), written, &here).map_err(refused)?;
        let BaseProgram { program, arguments, folder } = own;
        Ok(Command { program, arguments, folder, ..self })
    }

    /// Its own name, the fixture's, or outside a fixture the program's.
    fn server_name(&self) -> String {
        let from_fixture = || context::current(&self.program).ok()?.name_from_fixture();
        let of_program = || Path::new(&self.program).file_name().unwrap_or_default().to_string_lossy().into_owned();
        self.name.clone().or_else(from_fixture).unwrap_or_else(of_program)
    }

    fn choose_port(&self, name: &str, bind: Option<IpAddr>) -> Result<u16, ServerError> {
        if let Some(port) = self.port {
            return Ok(port);
        }
        let values = self.environment.iter().map(|(_, value)| value);
        if !self.arguments.iter().chain(values).any(|text| text.contains(PORT)) {
            return Err(ServerError::NoPort { name: name.to_owned() });
        }
        free_port(bind).map_err(|error| cannot_start(name, &self.program, &no_free_port(bind, &error)))
    }

    /// Waits until nothing listens at a fixed port: another program there would be taken for the server, and measured.
    async fn await_fixed_port(&self, name: &str, bind: Option<IpAddr>) -> Result<(), ServerError> {
        let Some(port) = self.port else { return Ok(()) };
        let taken = || expected_at(bind).into_iter().map(|ip| SocketAddr::from((ip, port))).find(is_taken);
        let free = async {
            while taken().is_some() {
                tokio::time::sleep(LOOK).await;
            }
        };
        if tokio::time::timeout(FREE_WITHIN, free).await.is_ok() {
            return Ok(());
        }
        match taken() {
            Some(address) => Err(cannot_start(name, &self.program, &port_in_use(address))),
            None => Ok(()),
        }
    }

    fn supervisor(&self, bind: Option<IpAddr>, port: u16) -> std::io::Result<std::process::Command> {
        let (bind, port) = (bind.unwrap_or(Ipv4Addr::LOCALHOST.into()).to_string(), port.to_string());
        let filled = |text: &str| text.replace(PORT, &port).replace(BIND, &bind);
        let mut supervisor = reexec::supervisor_command(&OsString::from(&self.program))?;
        supervisor.args(self.arguments.iter().map(|argument| filled(argument)));
        supervisor.envs(self.environment.iter().map(|(key, value)| (key, filled(value))));
        if let Some(folder) = &self.folder {
            supervisor.current_dir(folder);
        }
        Ok(supervisor)
    }
}

/// True if a program listens at `address`, on Linux also if it does so at every address. Does not listen itself, as another program might
/// connect. Any error but this one is left to the program, which may have rights that this process has not.
fn is_taken(address: &SocketAddr) -> bool {
    let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() };
    // Connections of an earlier server that are not forgotten yet do not keep the next one from listening.
    let bound = socket.and_then(|socket| {
        socket.set_reuseaddr(true)?;
        socket.bind(*address)
    });
    bound.is_err_and(|error| error.kind() == std::io::ErrorKind::AddrInUse)
}

fn port_in_use(address: SocketAddr) -> String {
    let by = match process_at(address) {
        Some((pid, name)) => format!("`{}` (process {pid})", one_line(&name)),
        None => "another program".to_owned(),
    };
    format!("port {} is in use by {by}: stop it, or choose another port with `.port(…)`", address.port())
}

fn no_free_port(bind: Option<IpAddr>, error: &std::io::Error) -> String {
    let place = bind.map(|bind| format!(" on {bind}")).unwrap_or_default();
    format!("no free port{place}: {error}")
}

/// A port that was free just now, at `bind` or on both loopbacks, as the program may listen on either. If another process takes it
/// before the program does, the program reports that.
fn free_port(bind: Option<IpAddr>) -> std::io::Result<u16> {
    if let Some(bind) = bind {
        return Ok(TcpListener::bind((bind, 0))?.local_addr()?.port());
    }
    loop {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let port = listener.local_addr()?.port();
        match TcpListener::bind((Ipv6Addr::LOCALHOST, port)) {
            Err(error) if error.kind() == std::io::ErrorKind::AddrInUse => {}
            _ => return Ok(port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn arguments(command: &std::process::Command) -> Vec<String> {
        command.get_args().map(|argument| argument.to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn the_port_replaces_each_placeholder() {
        let command = Server::command("./bin/api", ["--listen=127.0.0.1:{port}", "{port}", "x"]).env("PORT", "{port}");
        let supervisor = command.supervisor(None, 4000).unwrap();
        assert_eq!(arguments(&supervisor)[2..], ["./bin/api", "--listen=127.0.0.1:4000", "4000", "x"]);
        let environment: Vec<_> = supervisor.get_envs().collect();
        assert_eq!(environment, [("PORT".as_ref(), Some("4000".as_ref()))]);
    }

    #[test]
    fn the_address_replaces_each_placeholder() {
        let command = Server::command("api", ["--listen={bind}:{port}"]).env("HOST", "{bind}");
        for (bind, address) in [(None, "127.0.0.1"), (Some("127.0.0.2"), "127.0.0.2"), (Some("::1"), "::1")] {
            let supervisor = command.supervisor(bind.map(|bind| bind.parse().unwrap()), 4000).unwrap();
            assert_eq!(arguments(&supervisor)[3..], [format!("--listen={address}:4000")]);
            assert_eq!(supervisor.get_envs().collect::<Vec<_>>(), [("HOST".as_ref(), Some(address.as_ref()))]);
        }
    }

    #[test]
    fn outside_a_fixture_a_command_has_the_name_of_its_program() {
        assert_eq!(Server::command("./bin/api", ["x"]).server_name(), "api");
        assert_eq!(Server::command("./bin/api", ["x"]).name("shop").server_name(), "shop");
    }

    #[test]
    fn the_error_for_a_missing_port_says_how_to_give_one() {
        let refused = Server::command("api", ["serve"]).choose_port("api", None).unwrap_err().to_string();
        assert!(refused.contains("`{port}`") && refused.contains("`.port(8080)`"), "{refused}");
        assert_eq!(Server::command("api", ["serve"]).port(8080).choose_port("api", None).ok(), Some(8080));
    }

    /// Waits for the port at which `listener` listens.
    async fn wait_for_port_of(listener: &TcpListener, bind: Option<IpAddr>) -> Result<(), String> {
        let command = Server::command("api", ["serve"]).port(listener.local_addr().unwrap().port());
        command.await_fixed_port("api", bind).await.map_err(|error| error.to_string())
    }

    #[tokio::test(start_paused = true)]
    async fn a_fixed_port_at_which_another_program_listens_is_refused() {
        // Other systems let a program listen at one address beside another program that listens at all.
        let places = if cfg!(target_os = "linux") { &["127.0.0.1:0", "0.0.0.0:0"][..] } else { &["127.0.0.1:0"] };
        for listens_at in places {
            let listener = TcpListener::bind(listens_at).unwrap();
            let port = listener.local_addr().unwrap().port();
            let refused = wait_for_port_of(&listener, None).await.unwrap_err();
            let begin = format!("cannot start server `api` (api): port {port} is in use by ");
            assert!(refused.starts_with(&begin), "{refused}");
            assert!(refused.ends_with(": stop it, or choose another port with `.port(…)`"), "{refused}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_fixed_port_that_is_in_use_elsewhere_is_free() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let begun = tokio::time::Instant::now();
        assert_eq!(wait_for_port_of(&listener, Some("127.0.0.2".parse().unwrap())).await, Ok(()));
        // No address of this machine, which the program will find out.
        assert_eq!(wait_for_port_of(&listener, Some("192.0.2.1".parse().unwrap())).await, Ok(()));
        assert_eq!(begun.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn a_fixed_port_is_waited_for_while_an_earlier_server_ends() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let command = Server::command("api", ["serve"]).port(listener.local_addr().unwrap().port());
        let ends = async {
            tokio::time::sleep(Duration::from_secs(2)).await;
            drop(listener);
        };
        let (free, ()) = tokio::join!(command.await_fixed_port("api", None), ends);
        assert!(free.is_ok(), "{free:?}");
    }
}
