//! The child process of a `#[server]`.

use std::any::Any;
use std::net::{Ipv4Addr, SocketAddr};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::ServerDecl;
use super::channel::Channel;
use super::process::kill_group;

/// What a server needs to run its destructors; a process that takes longer ends without them.
const GRACE: Duration = Duration::from_secs(2);

/// What is left of a server's blocking work when it ends is waited for this long.
const BLOCKING_GRACE: Duration = Duration::from_secs(1);

/// A panic's exit code, as Rust has it.
const PANICKED: u8 = 101;

/// Serves until the test binary ends, or closes the channel.
pub(super) fn serve(path: &str) -> ExitCode {
    let found = inventory::iter::<ServerDecl>.into_iter().find(|decl| decl.path() == path);
    let served = match found {
        Some(decl) => serve_declared(decl),
        None => Err(format!("this binary declares no server `{path}`")),
    };
    served.unwrap_or_else(|text| {
        eprintln!("{text}");
        ExitCode::FAILURE
    })
}

fn serve_declared(decl: &ServerDecl) -> Result<ExitCode, String> {
    let channel = Channel::take_from_stdin().map_err(|error| {
        format!("a server is started by its test binary and has its channel as standard input; this has not: {error}")
    })?;
    let (close, closed) = oneshot::channel();
    channel.when_closed(move || end_by_force_after_grace(close)).map_err(|error| error.to_string())?;
    let runtime = runtime(decl.threads).map_err(|error| format!("cannot start the server's runtime: {error}"))?;
    let run = || runtime.block_on(run_until(closed, decl, &channel));
    let ended = panic::catch_unwind(AssertUnwindSafe(run));
    // A runtime that is merely dropped waits for blocking work for ever.
    runtime.shutdown_timeout(BLOCKING_GRACE);
    end_followers_of_an_orphan(&channel);
    match ended {
        Ok(outcome) => outcome.map(|()| ExitCode::SUCCESS),
        Err(panic) => {
            // Once more, below the backtrace: the last lines are what people are told.
            eprintln!("server `{}` panicked: {}", decl.name, text_of(panic.as_ref()));
            Ok(ExitCode::from(PANICKED))
        }
    }
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("its payload is no text")
}

/// Runs on a thread of its own: a server that blocks its runtime ends as well.
fn end_by_force_after_grace(close: oneshot::Sender<()>) {
    // Nobody listens when the server is ending already.
    close.send(()).ok();
    thread::sleep(GRACE);
    eprintln!("the server did not end within {} s of being asked to; killed", GRACE.as_secs());
    kill_group(std::process::id());
    std::process::abort();
}

/// The test binary ends what a server has started and left behind; when it is gone, that falls to the server.
fn end_followers_of_an_orphan(channel: &Channel) {
    if channel.report("ending").is_err() {
        kill_group(std::process::id());
    }
}

fn runtime(threads: usize) -> std::io::Result<Runtime> {
    let mut builder = Builder::new_multi_thread();
    if threads > 0 {
        builder.worker_threads(threads);
    }
    builder.enable_all().build()
}

/// Cancels the server, destructors and all, when the channel is closed.
async fn run_until(closed: oneshot::Receiver<()>, decl: &ServerDecl, channel: &Channel) -> Result<(), String> {
    let (listener, address) = listen().map_err(|error| format!("cannot listen on 127.0.0.1: {error}"))?;
    if channel.report(&format!("address {address}")).is_err() {
        // The test binary is gone, and so is the need for a server.
        return Ok(());
    }
    tokio::select! {
        biased;
        _ = closed => Ok(()),
        ended = (decl.run)(listener) => Err(match ended {
            Ok(()) => format!("server `{}` returned; a server runs until it is stopped", decl.name),
            Err(text) => format!("server `{}` failed: {text}", decl.name),
        }),
    }
}

/// So many users may come at once and wait to be let in; the system may allow fewer.
///
/// The usual 128 would make every further one come again after a second, and the load would be another than was asked for.
const LONGEST_QUEUE: u32 = 16 * 1024;

fn listen() -> std::io::Result<(TcpListener, SocketAddr)> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    let listener = socket.listen(LONGEST_QUEUE)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use std::net::TcpStream;
    use std::time::Duration;

    use super::*;

    #[tokio::test]
    async fn more_users_than_usual_may_come_before_anyone_is_let_in() {
        let (_listener, address) = listen().unwrap();
        let allowed = std::fs::read_to_string("/proc/sys/net/core/somaxconn").unwrap();
        let most = allowed.trim().parse::<usize>().unwrap().min(300);
        // Nobody finds a place in a full queue by waiting.
        let come = |_| TcpStream::connect_timeout(&address, Duration::from_secs(3));
        let users: Result<Vec<_>, _> = (0..most).map(come).collect();
        assert_eq!(users.map(|users| users.len()).map_err(|error| error.to_string()), Ok(most));
    }
}
