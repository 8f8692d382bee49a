//! The servers that this binary declares, as `#[server]` would.

use std::path::PathBuf;
use std::time::Duration;

use proofload::server::{ServerDecl, Serving};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// Longer than any test here waits: who waits for it has not noticed the end.
const LONG: Duration = Duration::from_secs(60);

macro_rules! declare {
    ($decl:ident, $name:literal, ready: $ready:expr, timeout: $timeout:expr, $run:expr) => {
        pub(crate) static $decl: ServerDecl = ServerDecl {
            name: $name,
            module_path: module_path!(),
            file: file!(),
            line: line!(),
            ready: $ready,
            start_timeout: $timeout,
            threads: 1,
            run: $run,
        };
        inventory::submit! { $decl }
    };
}

declare!(ECHO, "echo", ready: Some("/health"), timeout: LONG, |listener| Box::pin(echo(listener)));
declare!(FAILS, "fails", ready: Some("/health"), timeout: LONG, |_| Box::pin(async { Err("no database".to_owned()) }));
declare!(RETURNS, "returns", ready: Some("/health"), timeout: LONG, |_| Box::pin(async { Ok(()) }));
declare!(PANICS, "panics", ready: Some("/health"), timeout: LONG, panics);
declare!(NEVER_READY, "never_ready", ready: Some("/busy"), timeout: Duration::from_millis(300), |listener| {
    Box::pin(echo(listener))
});
declare!(SILENT, "silent", ready: Some("/health"), timeout: Duration::from_millis(300), |listener| {
    Box::pin(async move {
        println!("listening, and that is all");
        let _open = listener;
        std::future::pending().await
    })
});
declare!(BLOCKS, "blocks", ready: None, timeout: LONG, |listener| {
    Box::pin(async move {
        let _open = listener;
        println!("blocking");
        loop {
            std::thread::sleep(LONG);
        }
    })
});
declare!(KEEPS_A_FILE, "keeps_a_file", ready: None, timeout: LONG, |listener| Box::pin(keep_a_file(listener)));
declare!(HAS_A_CHILD, "has_a_child", ready: None, timeout: LONG, |listener| Box::pin(start_a_child(listener)));

fn panics(_: TcpListener) -> Serving {
    Box::pin(async { panic!("the database is on fire") })
}

/// Answers `/health` with 200, but only from the third time on; `/busy` with 503; ends at `/exit` and `/panic`.
async fn echo(listener: TcpListener) -> Result<(), String> {
    println!("echo starts");
    eprintln!("echo complains");
    let mut health_checks = 0;
    loop {
        let (stream, _) = listener.accept().await.map_err(|error| error.to_string())?;
        let (stream, path) = read_path(stream).await;
        health_checks += usize::from(path == "/health");
        match path.as_str() {
            "/exit" => std::process::exit(3),
            "/panic" => panic!("asked to"),
            "/busy" => answer(stream, "503 Service Unavailable").await,
            "/health" if health_checks < 3 => answer(stream, "503 Service Unavailable").await,
            _ => answer(stream, "200 OK").await,
        }
    }
}

async fn read_path(mut stream: TcpStream) -> (TcpStream, String) {
    let mut request = Vec::new();
    while !request.ends_with(b"\r\n\r\n") {
        if stream.read_buf(&mut request).await.unwrap_or(0) == 0 {
            break;
        }
    }
    let path = String::from_utf8_lossy(&request).split(' ').nth(1).unwrap_or_default().to_owned();
    (stream, path)
}

async fn answer(mut stream: TcpStream, status: &str) {
    let text = format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok");
    // Who has gone away needs no answer.
    stream.write_all(text.as_bytes()).await.ok();
}

/// Vanishes with the server when its destructors run.
async fn keep_a_file(_open: TcpListener) -> Result<(), String> {
    let file = tempfile::NamedTempFile::new().map_err(|error| error.to_string())?;
    println!("file {}", file.path().display());
    std::future::pending().await
}

/// The child inherits standard input, and would hold the channel open if it were still that.
async fn start_a_child(_open: TcpListener) -> Result<(), String> {
    let child = std::process::Command::new("sleep").arg("600").spawn().map_err(|error| error.to_string())?;
    println!("child {}", child.id());
    std::future::pending().await
}

/// What a server printed after `word`.
pub(crate) fn printed(lines: &[String], word: &str) -> Option<String> {
    lines.iter().find_map(|line| Some(line.strip_prefix(word)?.trim().to_owned()))
}

/// The same, as a path.
pub(crate) fn printed_path(lines: &[String], word: &str) -> Option<PathBuf> {
    printed(lines, word).map(PathBuf::from)
}
