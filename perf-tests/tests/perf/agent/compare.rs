//! What does the service cost over a server that does nothing?

use fixtures::{agent, hello};
use proofload::prelude::*;

/// Routing, and a task for each connection, should cost no multiple of what the network does.
#[perf(
    kind = "load", users = 10, duration = 16s, warmup = 300ms,
    versus(server = [hello, agent]),
    success_rate >= 100%, p95("agent") < 800ms, mean <= 2_000% of "hello",
)]
async fn health(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/health").await?;
    Ok(())
}
