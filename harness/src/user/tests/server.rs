//! A server whose behaviour a test decides.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the server does once it has read a request.
#[derive(Debug, Clone)]
pub(super) enum Act {
    /// Answers, and keeps the connection.
    Answer(String),
    /// Sends this much, then closes the connection.
    Close(String),
    /// Sends this much, then resets the connection.
    Reset(String),
    /// Sends this much, then nothing more until the client has gone.
    Stall(String),
}

/// A server on a free loopback port; it ends with the test's runtime.
#[derive(Debug)]
pub(super) struct TestServer {
    pub(super) base_url: String,
    seen: Arc<TestServerLog>,
}

#[derive(Debug, Default)]
struct TestServerLog {
    connections: AtomicUsize,
    closed: AtomicUsize,
    requests: std::sync::Mutex<Vec<String>>,
}

impl TestServer {
    /// `act` is given the number of the request, from 0, over all connections.
    pub(super) async fn start(act: impl Fn(usize) -> Act + Send + Sync + 'static) -> TestServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}", listener.local_addr().unwrap());
        let seen = Arc::new(TestServerLog::default());
        tokio::spawn(accept(listener, Arc::new(act), seen.clone()));
        TestServer { base_url, seen }
    }

    /// Answers every request alike.
    pub(super) async fn always(act: Act) -> TestServer {
        TestServer::start(move |_| act.clone()).await
    }

    pub(super) fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::Relaxed)
    }

    /// Head and body of every request, as they came.
    pub(super) fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }

    /// Waits until the client has closed a connection.
    pub(super) async fn saw_a_connection_close(&self) {
        while self.seen.closed.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
    }
}

/// An address at which no server listens.
pub(super) async fn unused_address() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// A whole answer with a body.
pub(super) fn answer(status: &str, body: &str) -> Act {
    Act::Answer(format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n\r\n{body}", body.len()))
}

async fn accept(
    listener: TcpListener,
    act: Arc<impl Fn(usize) -> Act + Send + Sync + 'static>,
    seen: Arc<TestServerLog>,
) {
    while let Ok((stream, _)) = listener.accept().await {
        seen.connections.fetch_add(1, Ordering::Relaxed);
        tokio::spawn(converse(stream, act.clone(), seen.clone()));
    }
}

async fn converse(mut stream: TcpStream, act: Arc<impl Fn(usize) -> Act + Send + Sync>, seen: Arc<TestServerLog>) {
    while let Some(request) = read_request(&mut stream).await {
        let number = {
            let mut requests = seen.requests.lock().unwrap();
            requests.push(request);
            requests.len() - 1
        };
        match act(number) {
            Act::Answer(text) => stream.write_all(text.as_bytes()).await.unwrap(),
            Act::Close(text) => return stream.write_all(text.as_bytes()).await.unwrap(),
            Act::Reset(text) => {
                stream.write_all(text.as_bytes()).await.unwrap();
                return stream.set_zero_linger().unwrap();
            }
            Act::Stall(text) => stream.write_all(text.as_bytes()).await.unwrap(),
        }
    }
    seen.closed.fetch_add(1, Ordering::Relaxed);
}

/// `None` once the client has closed.
async fn read_request(stream: &mut TcpStream) -> Option<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if text.split_once("\r\n\r\n").is_some_and(|(head, body)| body.len() >= content_length(head)) {
            return Some(text);
        }
        match stream.read_buf(&mut read).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return None,
        }
    }
}

fn content_length(head: &str) -> usize {
    let value = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    value.map_or(0, |value| value.parse().unwrap())
}

/// A server that treats each connection as `converse` says; it ends with the test's runtime.
pub(super) async fn raw_server<C>(converse: impl Fn(TcpStream) -> C + Send + 'static) -> String
where
    C: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let base_url = format!("http://{}", listener.local_addr().unwrap());
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream));
        }
    });
    base_url
}

/// Reads from `stream` until a whole head has come. Returns what came of the body with it.
pub(super) async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        if let Some(ends) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            return read.split_off(ends + 4);
        }
        assert!(stream.read_buf(&mut read).await.unwrap() > 0, "the client went");
    }
}
