//! HTTP servers whose replies a test scripts. The main type is [`ScriptedServer`].
//!
//! ```
//! use proofload_testing::http_server::{Reply, ScriptedServer};
//!
//! let server = ScriptedServer::start(|received| match received.path.as_str() {
//!     "/busy" => Reply::send("HTTP/1.1 503 Busy\r\ncontent-length: 0\r\n\r\n"),
//!     _ => Reply::ok(),
//! });
//! assert!(server.url.starts_with("http://127.0.0.1:"));
//! assert_eq!(server.received().len(), 0);
//! ```

mod conversation;
mod raw;
mod reply;

use std::io;
use std::sync::Arc;

use tokio::net::TcpListener;
use tokio::task::JoinSet;

pub use conversation::Received;
use conversation::{ServerLog, converse};
pub use raw::{read_head, serve_raw};
pub use reply::{OK, Reply};

/// A server on a free port of 127.0.0.1 that records what it receives.
#[derive(Debug)]
pub struct ScriptedServer {
    /// `http://127.0.0.1:40123`
    pub url: String,
    seen: Arc<ServerLog>,
}

impl ScriptedServer {
    /// Starts a server on a thread of its own, which ends with the process.
    ///
    /// # Panics
    /// If no port is free.
    pub fn start(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> ScriptedServer {
        let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        listener.set_nonblocking(true).expect("a socket can be non-blocking");
        let seen = Arc::new(ServerLog::default());
        let recorded = Arc::clone(&seen);
        std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
            runtime.block_on(async {
                let listener = TcpListener::from_std(listener).expect("the runtime takes the socket");
                accept(listener, Arc::new(script), recorded).await
            })
        });
        ScriptedServer { url, seen }
    }

    /// Starts a server on the runtime of the caller, with which it ends: for tests that pause the clock.
    ///
    /// # Panics
    /// If no port is free.
    pub async fn start_here(script: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> ScriptedServer {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let seen = Arc::new(ServerLog::default());
        tokio::spawn(accept(listener, Arc::new(script), Arc::clone(&seen)));
        ScriptedServer { url, seen }
    }

    /// Every request, in the order of arrival.
    pub fn received(&self) -> Vec<Received> {
        self.seen.received()
    }

    /// How many requests there were for `path`.
    pub fn received_at(&self, path: &str) -> u64 {
        self.received().iter().filter(|received| received.path == path).count() as u64
    }

    /// How many connections were opened.
    pub fn connections(&self) -> usize {
        self.seen.connections()
    }

    /// How many connections were open at once, at most.
    pub fn most_connections(&self) -> usize {
        self.seen.most_connections()
    }

    /// How many connections have ended.
    pub fn closed_connections(&self) -> usize {
        self.seen.closed_connections()
    }
}

/// Serves a listener by a script: the body of a `#[server]` function.
///
/// # Errors
/// No more connections can be accepted.
///
/// # Panics
/// If the script panics.
pub async fn serve(
    listener: TcpListener,
    script: impl Fn(&Received) -> Reply + Send + Sync + 'static,
) -> io::Result<()> {
    accept(listener, Arc::new(script), Arc::default()).await
}

/// A plain address that refuses connections.
///
/// # Panics
/// If no port is free.
pub fn refusing_url() -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a free port");
    format!("http://{}", listener.local_addr().expect("it is bound"))
}

async fn accept(
    listener: TcpListener,
    script: Arc<impl Fn(&Received) -> Reply + Send + Sync + 'static>,
    seen: Arc<ServerLog>,
) -> io::Result<()> {
    let mut conversations = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept() => {
                conversations.spawn(converse(accepted?.0, Arc::clone(&script), Arc::clone(&seen)));
            }
            Some(ended) = conversations.join_next() => {
                // An error is a client that has gone; a panic is the script's.
                if let Err(panicked) = ended {
                    std::panic::resume_unwind(panicked.into_panic());
                }
            }
        }
    }
}
