//! One connection of a server, and what the server records of all of them.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use super::reply::Reply;

/// A request as the server received it.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The number of the request over all connections, from 0.
    pub number: u64,
    /// `GET`
    pub method: String,
    /// `/fast?limit=20`
    pub path: String,
    /// Head and body, as they came.
    pub text: String,
    /// Since the server started.
    pub at: Duration,
}

/// What a server has seen so far.
#[derive(Debug)]
pub(super) struct ServerLog {
    started: Instant,
    received: Mutex<Vec<Received>>,
    opened: AtomicUsize,
    open: AtomicUsize,
    most: AtomicUsize,
}

impl Default for ServerLog {
    fn default() -> ServerLog {
        let (opened, open, most) = Default::default();
        ServerLog { started: Instant::now(), received: Mutex::default(), opened, open, most }
    }
}

impl ServerLog {
    pub(super) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn connections(&self) -> usize {
        self.opened.load(Ordering::SeqCst)
    }

    pub(super) fn most_connections(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    pub(super) fn closed_connections(&self) -> usize {
        self.connections() - self.open.load(Ordering::SeqCst)
    }

    fn connection_opens(&self) {
        let open = self.open.fetch_add(1, Ordering::SeqCst) + 1;
        self.opened.fetch_add(1, Ordering::SeqCst);
        self.most.fetch_max(open, Ordering::SeqCst);
    }

    fn record(&self, text: String) -> Received {
        let mut words = text.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let mut received = self.received.lock().unwrap_or_else(PoisonError::into_inner);
        let next = Received { number: received.len() as u64, method, path, text, at: self.started.elapsed() };
        received.push(next.clone());
        next
    }
}

/// Answers the requests of one connection until either side ends it.
pub(super) async fn converse(
    stream: TcpStream,
    script: Arc<impl Fn(&Received) -> Reply + Send + Sync>,
    seen: Arc<ServerLog>,
) -> io::Result<()> {
    seen.connection_opens();
    let ended = answer_all(stream, &*script, &seen).await;
    seen.open.fetch_sub(1, Ordering::SeqCst);
    ended
}

async fn answer_all(
    mut stream: TcpStream,
    script: &(impl Fn(&Received) -> Reply + Send + Sync),
    seen: &ServerLog,
) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut unread = Vec::new();
    while let Some(text) = read_request(&mut stream, &mut unread).await? {
        match script(&seen.record(text)) {
            Reply::Send { delay, bytes } => {
                if !delay.is_zero() {
                    tokio::time::sleep(delay).await;
                }
                stream.write_all(&bytes).await?;
            }
            Reply::Close(bytes) => return stream.write_all(&bytes).await,
            Reply::Reset(bytes) => {
                stream.write_all(&bytes).await?;
                return stream.set_zero_linger();
            }
            Reply::Stall(bytes) => {
                stream.write_all(&bytes).await?;
                while stream.read_buf(&mut unread).await? > 0 {}
                return Ok(());
            }
            Reply::Endless { first, again, pause } => {
                stream.write_all(&first).await?;
                loop {
                    stream.write_all(&again).await?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }
    Ok(())
}

/// The next request with its body; `None` once the client has closed the connection.
async fn read_request(stream: &mut TcpStream, unread: &mut Vec<u8>) -> io::Result<Option<String>> {
    loop {
        if let Some(length) = request_length(unread) {
            let request = unread.drain(..length).collect::<Vec<_>>();
            return Ok(Some(String::from_utf8_lossy(&request).into_owned()));
        }
        if stream.read_buf(unread).await? == 0 {
            return Ok(None);
        }
    }
}

/// The length of the first request in `bytes`, if all of it is there.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&bytes[..head]).to_ascii_lowercase();
    let body = text.lines().find_map(|line| line.strip_prefix("content-length: ")?.trim().parse().ok());
    let length = head + body.unwrap_or(0);
    (bytes.len() >= length).then_some(length)
}
