//! A proxy: forwards what it is asked for in absolute form, and opens tunnels.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::runtime::Runtime;

/// A proxy on a free loopback port, which ends with this value.
pub(crate) struct Proxy {
    pub(crate) url: String,
    seen: Arc<Mutex<Vec<String>>>,
    _runtime: Runtime,
}

impl Proxy {
    pub(crate) fn start() -> Proxy {
        let runtime = Runtime::new().expect("a runtime");
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).expect("a free port");
        let url = format!("http://{}", listener.local_addr().expect("it is bound"));
        let seen = Arc::new(Mutex::default());
        runtime.spawn(accept(listener, Arc::clone(&seen)));
        Proxy { url, seen, _runtime: runtime }
    }

    /// The first line of what was asked on each connection.
    pub(crate) fn seen(&self) -> Vec<String> {
        self.seen.lock().expect("no thread panics while it holds the lock").clone()
    }
}

async fn accept(listener: TcpListener, seen: Arc<Mutex<Vec<String>>>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(pass_on(stream, Arc::clone(&seen)));
    }
}

async fn pass_on(mut client: TcpStream, seen: Arc<Mutex<Vec<String>>>) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(client.read_u8().await?);
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let first = text.lines().next().unwrap_or_default().to_owned();
    seen.lock().expect("no thread panics while it holds the lock").push(first.clone());
    let target = first.split(' ').nth(1).unwrap_or_default();
    let authority = target.trim_start_matches("http://").split('/').next().unwrap_or_default();
    let mut server = TcpStream::connect(authority).await?;
    if first.starts_with("CONNECT ") {
        client.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
    } else {
        // The server may be asked in absolute form, too (RFC 9112, 3.2.2); what follows on this connection is passed as it is.
        server.write_all(&head).await?;
    }
    copy_bidirectional(&mut client, &mut server).await.map(drop)
}
