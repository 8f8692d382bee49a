//! The child process of a `#[server]`.

use std::any::Any;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::panic::{self, AssertUnwindSafe};
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use tokio::net::{TcpListener, TcpSocket};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;

use super::channel::Channel;
use super::child_process::kill_group;
use super::declaration::ServerDecl;
use super::descendants::{adopt_orphans, end_descendants, kill_descendants};

/// In the environment of the child: the address at which it listens, if that is not 127.0.0.1.
pub(super) const BIND: &str = "PROOFLOAD_INTERNAL_BIND";

/// A server has this long to run its destructors; after that it is killed.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// Blocking tasks that still run when the server ends are waited for this long.
const BLOCKING_GRACE: Duration = Duration::from_secs(1);

/// What the server left running is killed if it does not end within this time after SIGTERM.
const STRAYS_GRACE: Duration = Duration::from_millis(300);

/// The exit code that Rust gives a process whose main thread panicked.
const PANICKED: u8 = 101;

/// The length of the listener's queue of connections that were not accepted yet; the system may allow less.
///
/// With the usual 128, each further user that connects at the same moment would retry after a second, and the load
/// would differ from the one that was asked for.
const LISTEN_BACKLOG: u32 = 16 * 1024;

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
        format!(
            "standard input is not the channel to a test binary ({error}): only a test binary can start its servers"
        )
    })?;
    adopt_orphans();
    let (close, closed) = oneshot::channel();
    channel.when_closed(move || end_by_force_after_grace(close)).map_err(|error| error.to_string())?;
    let runtime = runtime(decl.threads).map_err(|error| format!("cannot start the server's runtime: {error}"))?;
    let run = || runtime.block_on(run_until(closed, decl, &channel));
    let ended = panic::catch_unwind(AssertUnwindSafe(run));
    // Dropping the runtime would wait for its blocking tasks without a limit.
    runtime.shutdown_timeout(BLOCKING_GRACE);
    end_descendants(STRAYS_GRACE);
    end_own_group_if_orphaned(&channel);
    match ended {
        Ok(outcome) => outcome.map(|()| ExitCode::SUCCESS),
        Err(panic) => {
            // Printed again below the backtrace, because reports show the last lines of the output.
            eprintln!("server `{}` panicked: {}", decl.name, text_of(panic.as_ref()));
            Ok(ExitCode::from(PANICKED))
        }
    }
}

fn text_of(panic: &(dyn Any + Send)) -> &str {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("the payload is not text")
}

/// Runs on its own thread, so that a server that blocks its runtime ends as well.
fn end_by_force_after_grace(close: oneshot::Sender<()>) {
    // The receiver is gone if the server is ending already.
    close.send(()).ok();
    thread::sleep(SHUTDOWN_GRACE);
    eprintln!("the server was asked to end and did not within {} s; it is killed", SHUTDOWN_GRACE.as_secs());
    kill_descendants();
    kill_group(std::process::id());
    std::process::abort();
}

/// The test binary ends the processes that a server started and left running. If the test binary is gone, the server
/// ends them itself.
fn end_own_group_if_orphaned(channel: &Channel) {
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

/// Runs the server until the channel is closed, then drops it, which runs its destructors.
async fn run_until(closed: oneshot::Receiver<()>, decl: &ServerDecl, channel: &Channel) -> Result<(), String> {
    let bind = bind_address()?;
    let (listener, address) = listen(bind).map_err(|error| format!("cannot listen on {bind}: {error}"))?;
    if channel.report(&format!("address {address}")).is_err() {
        // The test binary is gone, so the server is not needed.
        return Ok(());
    }
    tokio::select! {
        biased;
        _ = closed => Ok(()),
        ended = (decl.run)(listener) => Err(match ended {
            Ok(()) => format!("server `{}` returned; a server must run until it is stopped", decl.name),
            Err(text) => format!("server `{}` failed: {text}", decl.name),
        }),
    }
}

/// Where the test binary wants it to listen.
fn bind_address() -> Result<IpAddr, String> {
    match std::env::var(BIND) {
        Ok(text) => text.parse().map_err(|_| format!("cannot listen on `{text}`: it is no IP address")),
        Err(_) => Ok(Ipv4Addr::LOCALHOST.into()),
    }
}

fn listen(bind: IpAddr) -> std::io::Result<(TcpListener, SocketAddr)> {
    let socket = if bind.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    socket.bind((bind, 0).into())?;
    let listener = socket.listen(LISTEN_BACKLOG)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

#[cfg(all(test, target_os = "linux"))]
mod tests;
