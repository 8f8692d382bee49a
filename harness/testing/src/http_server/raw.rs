//! Servers whose connections a test treats byte by byte.

use tokio::io::AsyncReadExt;
use tokio::net::{TcpListener, TcpStream};

/// Starts a server on the runtime of the caller, with which it ends; `converse` is given each connection. Returns its URL.
///
/// # Panics
/// If no port is free.
pub async fn serve_raw<C>(converse: impl Fn(TcpStream) -> C + Send + 'static) -> String
where
    C: Future<Output = ()> + Send + 'static,
{
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let url = format!("http://{}", listener.local_addr().expect("it is bound"));
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(converse(stream));
        }
    });
    url
}

/// Reads from `stream` until a whole head has come. Returns what came of the body with it.
///
/// # Panics
/// If the client disconnects before.
pub async fn read_head(stream: &mut TcpStream) -> Vec<u8> {
    let mut read = Vec::new();
    loop {
        if let Some(ends) = read.windows(4).position(|window| window == b"\r\n\r\n") {
            return read.split_off(ends + 4);
        }
        let more = stream.read_buf(&mut read).await.expect("the client sends a head");
        assert!(more > 0, "the client disconnected");
    }
}
