//! The servers of the probe: some behave, others break.

use std::io::Write;

use proofload::prelude::*;
use proofload_testing::http_server::{Received, Reply, serve};
use proofload_testing::perf_binary::TRACE;
use tokio::net::TcpListener;

/// Adds a line to the trace file, from which the tests read what happened in which order.
pub(crate) fn trace(line: &str) {
    let Some(path) = std::env::var_os(TRACE) else { return };
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).expect("the trace opens");
    // One write: lines of several processes do not run into each other.
    file.write_all(format!("{line}\n").as_bytes()).expect("the trace is written");
}

fn reply_to(received: &Received) -> Reply {
    match received.path.as_str() {
        "/busy" => Reply::response("503 No", ""),
        "/missing" => Reply::response("404 No", ""),
        "/silence" => Reply::silence(),
        "/cut" => Reply::close("HTTP/1.1 200 OK\r\ncontent-length: 99\r\n\r\nshort"),
        "/rubbish" => Reply::close("what do you want\r\n\r\n"),
        "/exit" => {
            eprintln!("last words of a server that was asked to exit");
            std::process::exit(3);
        }
        _ => Reply::ok(),
    }
}

/// Answers as a server should.
#[server(ready = "/health")]
pub(crate) async fn steady(listener: TcpListener) -> std::io::Result<()> {
    trace(&format!("steady {}", std::process::id()));
    serve(listener, reply_to).await
}

/// Takes 3 ms longer for `/slowly` than the others.
#[server(ready = "/health")]
pub(crate) async fn sluggish(listener: TcpListener) -> std::io::Result<()> {
    let reply = |received: &Received| {
        if received.path == "/slowly" {
            std::thread::sleep(Duration::from_millis(3));
        }
        reply_to(received)
    };
    serve(listener, reply).await
}

/// Dies when asked for `/exit`.
#[server(ready = "/health")]
pub(crate) async fn mortal(listener: TcpListener) -> std::io::Result<()> {
    trace(&format!("mortal {}", std::process::id()));
    serve(listener, reply_to).await
}

/// Fails before it is ready.
#[server(ready = "/health")]
pub(crate) async fn stillborn(_listener: TcpListener) -> std::io::Result<()> {
    eprintln!("reading the configuration");
    Err(std::io::Error::other("no database at /nowhere"))
}

/// Panics before it is ready.
#[server(ready = "/health")]
pub(crate) async fn panicky(_listener: TcpListener) -> std::io::Result<()> {
    panic!("the server's own panic")
}

/// Listens and never says that it is ready.
#[server(ready = "/missing", start_timeout = 300ms)]
pub(crate) async fn unready(listener: TcpListener) -> std::io::Result<()> {
    serve(listener, reply_to).await
}
