//! A server on raw sockets that does exactly what a test tells it to, and keeps its own books.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// A request as the server saw it.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    /// The number of the request over all connections, from 0.
    pub(crate) number: u64,
    /// `GET`
    pub(crate) method: String,
    /// `/fast`
    pub(crate) path: String,
    /// Since the server started.
    pub(crate) at: Duration,
}

/// What the server does with a request.
#[derive(Debug, Clone)]
pub(crate) enum Act {
    /// Waits, answers these bytes, and keeps the connection.
    Answer(Duration, &'static str),
    /// Answers these bytes, then closes in good order without a word.
    Close(&'static str),
    /// Closes so that the client sees a reset.
    Reset,
    /// Never answers, and keeps the connection open.
    Silence,
    /// Starts with the first bytes, then sends the others again and again, so often.
    Forever(&'static str, &'static str, Duration),
}

/// 200 with two bytes.
pub(crate) const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}";

/// A server on a thread of its own, on a free loopback port; it ends with the process.
pub(crate) struct Adversary {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<Asked>>>,
}

impl Adversary {
    pub(crate) fn start(act: impl Fn(&Asked) -> Act + Send + Sync + 'static) -> Adversary {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("bound"));
        listener.set_nonblocking(true).expect("a socket can be non-blocking");
        let seen = Arc::<Mutex<Vec<Asked>>>::default();
        let books = Arc::clone(&seen);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(accept(listener, Arc::new(act), books));
        });
        Adversary { url, seen }
    }

    /// Every request, in the order of arrival.
    pub(crate) fn seen(&self) -> Vec<Asked> {
        self.seen.lock().expect("the server does not panic").clone()
    }

    pub(crate) fn seen_at(&self, path: &str) -> u64 {
        self.seen().iter().filter(|asked| asked.path == path).count() as u64
    }
}

async fn accept(
    listener: std::net::TcpListener,
    act: Arc<impl Fn(&Asked) -> Act + Send + Sync + 'static>,
    seen: Arc<Mutex<Vec<Asked>>>,
) {
    let listener = TcpListener::from_std(listener).expect("the runtime takes the socket");
    let started = Instant::now();
    while let Ok((stream, _)) = listener.accept().await {
        let (act, seen) = (Arc::clone(&act), Arc::clone(&seen));
        tokio::spawn(async move {
            // A client that goes away is no news.
            let _client_gone = converse(stream, &*act, &seen, started).await;
        });
    }
}

async fn converse(
    mut stream: TcpStream,
    act: &(impl Fn(&Asked) -> Act + Send + Sync),
    seen: &Mutex<Vec<Asked>>,
    started: Instant,
) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let (mut head, mut chunk) = (Vec::new(), [0; 4096]);
    loop {
        while !head.ends_with(b"\r\n\r\n") {
            match stream.read(&mut chunk).await? {
                0 => return Ok(()),
                read => head.extend_from_slice(&chunk[..read]),
            }
        }
        let text = String::from_utf8_lossy(&head).into_owned();
        head.clear();
        let mut words = text.split(' ').map(str::to_owned);
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let asked = {
            let mut seen = seen.lock().expect("nobody panics while it is held");
            let asked = Asked { number: seen.len() as u64, method, path, at: started.elapsed() };
            seen.push(asked.clone());
            asked
        };
        match act(&asked) {
            Act::Answer(delay, bytes) => {
                if !delay.is_zero() {
                    tokio::time::sleep(delay).await;
                }
                stream.write_all(bytes.as_bytes()).await?;
            }
            Act::Close(bytes) => return stream.write_all(bytes.as_bytes()).await,
            Act::Reset => return stream.set_zero_linger(),
            Act::Silence => std::future::pending().await,
            Act::Forever(first, again, pause) => {
                stream.write_all(first.as_bytes()).await?;
                loop {
                    stream.write_all(again.as_bytes()).await?;
                    tokio::time::sleep(pause).await;
                }
            }
        }
    }
}
