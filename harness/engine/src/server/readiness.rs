//! Waiting until a server is ready: a [`ReadinessProbe`].

use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

use super::figures::listening;
use super::output_search::OutputSearch;

/// The server is tried again after this pause, which doubles up to the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

/// How often a server that has written its line is looked for at its addresses.
const LISTENS_AFTER_TRIES: u32 = 25;

/// One answer may take this long; then the server is tried again.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(5);

/// A status line is shorter than this.
const MAX_STATUS_LINE_BYTES: usize = 1024;

/// What shows that a server is ready.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ReadyWhen {
    /// A GET of this path answers with a 2xx status.
    Http(String),
    /// It accepts a connection.
    Tcp,
    /// Its output contains this text.
    Line(String),
}

impl ReadyWhen {
    /// The slash at the start of `path` may be missing.
    pub(super) fn http(path: &str) -> Self {
        Self::Http(format!("/{}", path.strip_prefix('/').unwrap_or(path)))
    }
}

/// The wait for one server.
pub(super) struct ReadinessProbe<'a> {
    ready: &'a ReadyWhen,
    /// Where the server may listen: it is tried at each.
    addresses: &'a [SocketAddr],
    /// Its process.
    server: u32,
    output: &'a Path,
    last_answer: String,
}

impl<'a> ReadinessProbe<'a> {
    /// `addresses` are on this machine and at least one; `output` is the file that the process `server` writes to.
    pub(super) fn new(ready: &'a ReadyWhen, addresses: &'a [SocketAddr], server: u32, output: &'a Path) -> Self {
        Self { ready, addresses, server, output, last_answer: "there was no answer yet".to_owned() }
    }

    /// Returns when the server is ready, with the address at which it is; the caller sets the time limit.
    pub(super) async fn until_ready(&mut self) -> SocketAddr {
        let mut search = match self.ready {
            ReadyWhen::Line(text) => Some(OutputSearch::new(text)),
            _ => None,
        };
        let mut pause = FIRST_PAUSE;
        loop {
            let answer = match &mut search {
                Some(search) => match search.look(self.output) {
                    Ok(()) => return self.where_it_listens().await,
                    Err(last_answer) => Err(last_answer),
                },
                None => self.ask_each().await,
            };
            match answer {
                Ok(address) => return address,
                Err(last_answer) => self.last_answer = last_answer,
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// The first address at which the server is ready. The error is that of the first at which any server listens.
    async fn ask_each(&self) -> Result<SocketAddr, String> {
        let mut last_answer: Option<NotReadyYet> = None;
        for address in self.addresses.iter().copied() {
            let answer = match self.ready {
                ReadyWhen::Http(path) => in_time(status_is_good(address, path)).await,
                _ => in_time(connects(address)).await,
            };
            match answer {
                Ok(()) if self.is_its_own(address) => return Ok(address),
                Ok(()) => {}
                Err(answer) if last_answer.as_ref().is_none_or(|last| !last.listens && answer.listens) => {
                    last_answer = Some(answer);
                }
                Err(_) => {}
            }
        }
        Err(last_answer.map_or_else(|| "another program listens there".to_owned(), |last| last.text))
    }

    /// False if another program listens at the second address: only the first is certainly the server's.
    fn is_its_own(&self, address: SocketAddr) -> bool {
        let is_there = |known: &SocketAddr| {
            known.port() == address.port() && (known.ip() == address.ip() || known.ip().is_unspecified())
        };
        let found = if Some(&address) == self.addresses.first() { Vec::new() } else { listening(self.server) };
        found.is_empty() || found.iter().any(is_there)
    }

    /// The first address that accepts a connection. A server may write its line just before it listens, and one that never
    /// does is not an error here.
    async fn where_it_listens(&self) -> SocketAddr {
        for _ in 0..LISTENS_AFTER_TRIES {
            for address in self.addresses.iter().copied() {
                if in_time(connects(address)).await.is_ok() && self.is_its_own(address) {
                    return address;
                }
            }
            tokio::time::sleep(LONGEST_PAUSE).await;
        }
        self.addresses[0]
    }

    /// `the last answer was status 503`
    pub(super) fn last_answer(&self) -> &str {
        &self.last_answer
    }
}

impl fmt::Display for ReadinessProbe<'_> {
    /// What is waited for: `127.0.0.1:4000 or [::1]:4000 to accept a connection`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = self.addresses.iter().map(ToString::to_string).collect::<Vec<_>>();
        match (self.ready, all.as_slice()) {
            (ReadyWhen::Http(path), [only]) => write!(out, "GET http://{only}{path} to answer with a 2xx status"),
            (ReadyWhen::Http(path), _) => write!(out, "GET {path} at {} to answer with a 2xx status", all.join(" or ")),
            (ReadyWhen::Tcp, _) => write!(out, "{} to accept a connection", all.join(" or ")),
            (ReadyWhen::Line(text), _) => write!(out, "`{text}` in its output"),
        }
    }
}

/// Why a server is not ready at an address.
struct NotReadyYet {
    text: String,
    /// A server accepted the connection.
    listens: bool,
}

impl NotReadyYet {
    fn silent(text: String) -> NotReadyYet {
        NotReadyYet { text, listens: false }
    }

    fn listens(text: String) -> NotReadyYet {
        NotReadyYet { text, listens: true }
    }
}

async fn in_time(ask: impl Future<Output = Result<(), NotReadyYet>>) -> Result<(), NotReadyYet> {
    let too_late = || format!("the last request was not answered within {} s", ANSWER_TIMEOUT.as_secs());
    tokio::time::timeout(ANSWER_TIMEOUT, ask).await.unwrap_or_else(|_| Err(NotReadyYet::listens(too_late())))
}

async fn connects(address: SocketAddr) -> Result<(), NotReadyYet> {
    match connect(address).await {
        Ok(_) => Ok(()),
        Err(error) => Err(NotReadyYet::silent(format!("the last attempt to connect failed: {error}"))),
    }
}

/// Binds our end before connecting. Otherwise, while the server does not listen yet, the system could choose the server's
/// own port for our end: TCP would connect it to itself, and the server could not bind it.
async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4()?,
        SocketAddr::V6(_) => TcpSocket::new_v6()?,
    };
    // The server's address is one of this machine.
    socket.bind((address.ip(), 0).into())?;
    if socket.local_addr()? == address {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    socket.connect(address).await
}

async fn status_is_good(address: SocketAddr, path: &str) -> Result<(), NotReadyYet> {
    let stream = connect(address).await;
    let mut stream = stream.map_err(|error| NotReadyYet::silent(format!("the last attempt failed: {error}")))?;
    let answer = match get_status_line(&mut stream, address, path).await {
        Ok(line) => match status_of(&line) {
            Some(200..=299) => return Ok(()),
            Some(status) => format!("the last answer was status {status}"),
            None => format!("the last answer was not HTTP: {line:?}"),
        },
        Err(error) => format!("the last attempt failed: {error}"),
    };
    Err(NotReadyYet::listens(answer))
}

/// The HTTP client of virtual users records its requests, and this one must not be recorded.
async fn get_status_line(stream: &mut TcpStream, address: SocketAddr, path: &str) -> io::Result<String> {
    let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: */*\r\nConnection: close\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.contains(&b'\n') && answer.len() < MAX_STATUS_LINE_BYTES {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(io::Error::new(io::ErrorKind::UnexpectedEof, "the connection was closed without an answer"));
        }
    }
    let line = answer.split(|&byte| byte == b'\n').next().unwrap_or_default();
    Ok(String::from_utf8_lossy(line).trim_end().to_owned())
}

/// `HTTP/1.1 200 OK` → 200
fn status_of(line: &str) -> Option<u16> {
    let (version, rest) = line.split_once(' ')?;
    version.starts_with("HTTP/1.").then(|| rest.get(..3)?.parse().ok())?
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_status_line_of_http_1_has_a_status() {
        assert_eq!(status_of("HTTP/1.1 200 OK"), Some(200));
        assert_eq!(status_of("HTTP/1.0 503"), Some(503));
        assert_eq!(status_of("SSH-2.0-OpenSSH 9.9"), None);
        assert_eq!(status_of("HTTP/1.1 20"), None);
        assert_eq!(status_of(""), None);
    }

    #[test]
    fn a_path_gets_one_slash_in_front() {
        assert_eq!(ReadyWhen::http("health"), ReadyWhen::Http("/health".to_owned()));
        assert_eq!(ReadyWhen::http("/health?deep=1"), ReadyWhen::Http("/health?deep=1".to_owned()));
    }
}
