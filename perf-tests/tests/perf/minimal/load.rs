//! Does it hold what is expected of it?

use fixtures::minimal;
use proofload::prelude::*;

/// Fifty callers, each of which sends its next request when the last one was answered.
#[perf(kind = "load", users = 50, duration = 1500ms, warmup = 300ms, success_rate >= 100%, throughput > 1_000/s, p95 < 250ms)]
async fn closed(user: &mut User, minimal: &Server) -> proofload::Result {
    user.get(minimal, "/").await?;
    Ok(())
}

/// Three thousand callers a second who do not wait for each other, with room for 800 at once.
#[perf(
    kind = "load", rate = 3_000/s, duration = 2s, warmup = 300ms, max_in_flight = 800, overflow = queue,
    success_rate >= 99.9%, p95 < 250ms,
)]
async fn open(user: &mut User, minimal: &Server) -> proofload::Result {
    user.get(minimal, "/").await?;
    Ok(())
}
