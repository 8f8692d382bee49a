//! Where are its limits?

use fixtures::minimal;
use proofload::prelude::*;

/// From which number of users on do more of them bring nothing?
#[perf(kind = "stress", sweep(users = [1, 2, 5, 10, 20, 50, 100]), duration = 2s, warmup = 300ms, p95 < 250ms)]
async fn sweep(user: &mut User, minimal: &Server) -> proofload::Result {
    user.get(minimal, "/").await?;
    Ok(())
}

/// The capacity first, then half of it, nearly all of it, and a little more than there is. Queries wait for four connections
/// to a database, so their limit is not the processor, which the generator needs too.
#[perf(
    kind = "stress", duration = 5s, warmup = 500ms, max_in_flight = 800, capacity(start = 200/s), p95 < 100ms,
    case(name = "at half", rate = 50% of capacity, success_rate >= 99.9%),
    case(name = "near the limit", rate = 90% of capacity, success_rate >= 99%, p95 < 200ms),
    case(name = "beyond it", rate = 110% of capacity, success_rate >= 80%, p95 < 10s),
)]
async fn preset(user: &mut User, minimal: &Server) -> proofload::Result {
    user.get(minimal, "/query").await?;
    Ok(())
}
