//! Waiting until a server is ready: a [`ReadinessProbe`].

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::Path;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// The server is tried again after this pause, which doubles up to the longest one.
const FIRST_PAUSE: Duration = Duration::from_millis(1);
const LONGEST_PAUSE: Duration = Duration::from_millis(20);

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
    address: SocketAddr,
    output: &'a Path,
    last_answer: String,
}

impl<'a> ReadinessProbe<'a> {
    /// `address` is on 127.0.0.1; `output` is the file that the server writes to.
    pub(super) fn new(ready: &'a ReadyWhen, address: SocketAddr, output: &'a Path) -> Self {
        Self { ready, address, output, last_answer: "there was no answer yet".to_owned() }
    }

    /// Returns when the server is ready; the caller sets the time limit.
    pub(super) async fn until_ready(&mut self) {
        let mut search = match self.ready {
            ReadyWhen::Line(text) => Some(OutputSearch::new(text)),
            _ => None,
        };
        let mut pause = FIRST_PAUSE;
        loop {
            let answer = match (self.ready, &mut search) {
                (ReadyWhen::Http(path), _) => in_time(status_is_good(self.address, path)).await,
                (_, None) => in_time(connects(self.address)).await,
                (_, Some(search)) => search.look(self.output),
            };
            match answer {
                Ok(()) => return,
                Err(last_answer) => self.last_answer = last_answer,
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// `the last answer was status 503`
    pub(super) fn last_answer(&self) -> &str {
        &self.last_answer
    }
}

impl fmt::Display for ReadinessProbe<'_> {
    /// What is waited for: `127.0.0.1:4000 to accept a connection`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.ready {
            ReadyWhen::Http(path) => write!(out, "GET http://{}{path} to answer with a 2xx status", self.address),
            ReadyWhen::Tcp => write!(out, "{} to accept a connection", self.address),
            ReadyWhen::Line(text) => write!(out, "`{text}` in its output"),
        }
    }
}

async fn in_time(ask: impl Future<Output = Result<(), String>>) -> Result<(), String> {
    let too_late = || format!("the last request was not answered within {} s", ANSWER_TIMEOUT.as_secs());
    tokio::time::timeout(ANSWER_TIMEOUT, ask).await.unwrap_or_else(|_| Err(too_late()))
}

async fn connects(address: SocketAddr) -> Result<(), String> {
    match connect(address).await {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("the last attempt to connect failed: {error}")),
    }
}

/// Binds our end before connecting. Otherwise, while the server does not listen yet, the system could choose the server's
/// own port for our end: TCP would connect it to itself, and the server could not bind it.
async fn connect(address: SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    if socket.local_addr()? == address {
        return Err(io::ErrorKind::ConnectionRefused.into());
    }
    socket.connect(address).await
}

async fn status_is_good(address: SocketAddr, path: &str) -> Result<(), String> {
    match get_status_line(address, path).await {
        Ok(line) => match status_of(&line) {
            Some(200..=299) => Ok(()),
            Some(status) => Err(format!("the last answer was status {status}")),
            None => Err(format!("the last answer was not HTTP: {line:?}")),
        },
        Err(error) => Err(format!("the last attempt failed: {error}")),
    }
}

/// The HTTP client of virtual users records its requests, and this one must not be recorded.
async fn get_status_line(address: SocketAddr, path: &str) -> io::Result<String> {
    let mut stream = connect(address).await?;
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

/// Searches a growing file for a text, without reading any part twice.
struct OutputSearch {
    wanted: Vec<u8>,
    file: Option<File>,
    /// The end of what was read: the text may begin in it.
    rest: Vec<u8>,
}

impl OutputSearch {
    fn new(text: &str) -> Self {
        Self { wanted: text.as_bytes().to_vec(), file: None, rest: Vec::new() }
    }

    fn look(&mut self, path: &Path) -> Result<(), String> {
        match self.found(path) {
            Ok(true) => Ok(()),
            Ok(false) => Err("it has not been written yet".to_owned()),
            Err(error) => Err(format!("its output cannot be read: {error}")),
        }
    }

    fn found(&mut self, path: &Path) -> io::Result<bool> {
        if self.file.is_none() {
            self.file = Some(File::open(path)?);
        }
        if let Some(file) = &mut self.file {
            file.read_to_end(&mut self.rest)?;
        }
        if self.wanted.is_empty() || self.rest.windows(self.wanted.len()).any(|window| window == self.wanted) {
            return Ok(true);
        }
        let kept = self.rest.len().min(self.wanted.len() - 1);
        self.rest.drain(..self.rest.len() - kept);
        Ok(false)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;

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

    #[test]
    fn a_text_that_is_written_in_two_pieces_is_found() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        let mut search = OutputSearch::new("listening on");
        write!(file, "starting\nlisten").unwrap();
        assert_eq!(search.found(file.path()).ok(), Some(false));
        writeln!(file, "ing on port 1").unwrap();
        assert_eq!(search.found(file.path()).ok(), Some(true));
    }

    #[test]
    fn a_text_that_was_never_written_is_not_found() {
        let mut file = tempfile::NamedTempFile::new().unwrap();
        writeln!(file, "listening\non").unwrap();
        assert_eq!(OutputSearch::new("listening on").found(file.path()).ok(), Some(false));
    }
}
