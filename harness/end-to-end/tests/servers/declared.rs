//! The servers that this binary declares, as `#[server]` would.

use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use proofload::__internals::server::{ServerDecl, Serving};
use proofload_testing::http_server::{Received, Reply, serve};
use tokio::net::TcpListener;

/// Longer than any test here waits.
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
declare!(HAS_A_DAEMON, "has_a_daemon", ready: None, timeout: LONG, |listener| Box::pin(start_a_daemon(listener)));

fn panics(_: TcpListener) -> Serving {
    Box::pin(async { panic!("the database is on fire") })
}

/// Answers `/health` with 200, but only from the third time on; `/busy` with 503; ends at `/exit` and `/panic`.
async fn echo(listener: TcpListener) -> Result<(), String> {
    println!("echo starts");
    eprintln!("echo complains");
    let health_checks = AtomicUsize::new(0);
    let script = move |received: &Received| match received.path.as_str() {
        "/exit" => std::process::exit(3),
        "/panic" => panic!("asked to"),
        "/busy" => answer("503 Service Unavailable"),
        "/health" if health_checks.fetch_add(1, Ordering::Relaxed) < 2 => answer("503 Service Unavailable"),
        _ => answer("200 OK"),
    };
    serve(listener, script).await.map_err(|error| error.to_string())
}

fn answer(status: &str) -> Reply {
    Reply::close(format!("HTTP/1.1 {status}\r\ncontent-length: 2\r\nconnection: close\r\n\r\nok"))
}

/// The file is removed by a destructor of the server.
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

/// A daemon is in a session of its own, and its parent has ended.
async fn start_a_daemon(_open: TcpListener) -> Result<(), String> {
    let script = "(setsid sh -c 'echo child $$; exec sleep 600' &)";
    std::process::Command::new("sh").args(["-c", script]).status().map_err(|error| error.to_string())?;
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
