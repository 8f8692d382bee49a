//! Tests that end the process they run in, and processes that outlive their parents.

use std::process::{Command, Stdio};
use std::sync::Once;

use proofload::prelude::*;

use super::servers::{steady, trace};

#[perf(kind = "load", users = 2, requests = 20)]
async fn before(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, requests = 20)]
async fn exits(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    std::process::exit(0);
}

#[perf(kind = "load", users = 2, requests = 20)]
async fn aborts(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    std::process::abort();
}

#[perf(kind = "load", users = 2, requests = 20)]
async fn overflows(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    user.check("never ends", depth(1) > 0)?;
    Ok(())
}

#[expect(unconditional_recursion, reason = "it shall overflow the stack")]
fn depth(from: u64) -> u64 {
    let filler = std::hint::black_box([from; 64]);
    depth(from.wrapping_add(filler[3])).wrapping_add(filler[5])
}

/// Traces its process and waits for a signal.
#[perf(kind = "load", users = 1, duration = 60s)]
async fn waits(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    static TRACED: Once = Once::new();
    TRACED.call_once(|| trace(&format!("tests run in {}", std::process::id())));
    user.think(Duration::from_millis(5)).await;
    Ok(())
}

/// Leaves a process in a session of its own, whose parent ends at once.
#[perf(kind = "load", users = 1, requests = 1)]
async fn strays(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    daemon("stray ");
    Ok(())
}

/// Starts a process as a daemon does: in a session of its own, its parent ended. Writes its number to the trace.
fn daemon(name: &str) {
    let script = format!("setsid sh -c 'echo \"{name}$$\" >> \"$TRACE\"; exec sleep 600' & exit 0");
    let mut shell = Command::new("sh");
    shell.args(["-c", &script]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let started = shell.status();
    assert!(started.is_ok_and(|status| status.success()), "a shell starts");
}

#[perf(kind = "load", users = 1, requests = 20)]
async fn last(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}
