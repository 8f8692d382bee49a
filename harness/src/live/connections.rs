//! The connections of clients: so many at once, and none that is slow for long.

use std::convert::Infallible;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;

use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::HttpService;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::http_socket::{HttpSocket, TokioTimer};
use super::viewer::LiveBody;

/// The most connections at once; a browser opens up to six.
const MOST_CONNECTIONS: usize = 64;
/// How long a client may take for the head of a request, or read nothing.
const PATIENCE: Duration = Duration::from_secs(20);
/// For how long no connection is accepted after an error of the system.
const AFTER_AN_ERROR: Duration = Duration::from_secs(1);

/// Serves every connection with `handle`, up to so many at once.
pub(super) async fn each_connection<F: Future<Output = ()> + Send + 'static>(
    listener: StdListener,
    handle: impl Fn(TcpStream, SocketAddr) -> F,
) {
    let Ok(listener) = TcpListener::from_std(listener) else { return };
    let places = Arc::new(Semaphore::new(MOST_CONNECTIONS));
    loop {
        let Ok((stream, _)) = listener.accept().await else {
            // Without descriptors, for example: the load has taken them.
            tokio::time::sleep(AFTER_AN_ERROR).await;
            continue;
        };
        let Ok(place) = Arc::clone(&places).try_acquire_owned() else { continue };
        let Ok(reached_at) = stream.local_addr() else { continue };
        stream.set_nodelay(true).ok();
        let handled = handle(stream, reached_at);
        tokio::spawn(async move {
            handled.await;
            drop(place);
        });
    }
}

/// Answers the requests of one connection, with small buffers and no patience with slow clients.
pub(super) async fn serve_connection<S>(stream: TcpStream, service: S)
where
    S: HttpService<Incoming, ResBody = LiveBody, Error = Infallible>,
{
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer).header_read_timeout(PATIENCE).max_buf_size(64 << 10).max_headers(64);
    // A client that breaks the protocol, is too slow or goes away is no concern of the run.
    builder.serve_connection(HttpSocket::new(stream, PATIENCE), service).await.ok();
}
