//! Loads that several processes offer together.

use std::sync::Once;

use proofload::prelude::*;

use super::servers::{sluggish, steady, trace};

static BEGUN: Once = Once::new();

/// The first request of each process is in the trace.
#[perf(kind = "load", users = 4, duration = 60s, ignore = true)]
async fn minute(user: &mut User, steady: &Server) -> proofload::Result {
    BEGUN.call_once(|| {
        eprintln!("the words of a worker");
        trace(&format!("offered by {}", std::process::id()));
    });
    user.get(steady, "/health").await?;
    user.think(Duration::from_millis(20)).await;
    Ok(())
}

/// Its users think, so that it lasts longer than the starts of two workers may be apart.
#[perf(kind = "load", users = 4, requests = 40, ignore = true)]
async fn next(user: &mut User, steady: &Server) -> proofload::Result {
    trace("next is offered");
    user.get(steady, "/health").await?;
    user.think(Duration::from_millis(50)).await;
    Ok(())
}

async fn think_and_ask(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/health").await?;
    user.think(Duration::from_millis(50)).await;
    Ok(())
}

#[perf(kind = "load", users = 4, requests = 40, repeat = 3, ignore = true)]
async fn repeated(user: &mut User, steady: &Server) -> proofload::Result {
    think_and_ask(user, steady).await
}

#[perf(kind = "load", requests = 40, sweep(users = [2, 5]), ignore = true)]
async fn swept(user: &mut User, steady: &Server) -> proofload::Result {
    think_and_ask(user, steady).await
}

#[perf(kind = "load", stages(40/s for 500ms, 80/s for 500ms), ignore = true)]
async fn staged(user: &mut User, steady: &Server) -> proofload::Result {
    think_and_ask(user, steady).await
}

#[perf(
    kind = "spike", spike(base = 20/s, peak = 60/s, at = 2s, lasting = 1s, recover_within = 3s),
    recovery < 3s, ignore = true,
)]
async fn surge(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    Ok(())
}

/// Its server answers some 300 requests a second with each of its threads.
#[perf(
    kind = "capacity", p95 < 100ms, ignore = true,
    capacity(start = 50/s, settle = 200ms, probe = 500ms, validate = 1s, precision = 30%, budget = 15s),
)]
async fn capacity(user: &mut User, sluggish: &Server) -> proofload::Result {
    user.get(sluggish, "/slowly").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, duration = 2s, versus(server = [steady, sluggish]), ignore = true)]
async fn compared(user: &mut User, server: &Server) -> proofload::Result {
    think_and_ask(user, server).await
}

#[perf(kind = "load", users = 2, requests = 20, requests_csv = true, ignore = true)]
async fn listed(user: &mut User, steady: &Server) -> proofload::Result {
    think_and_ask(user, steady).await
}

/// The second user is the second worker's.
#[perf(kind = "load", users = 2, requests = 40, ignore = true)]
async fn panics(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    assert!(user.number() == 1, "this user has no basket");
    Ok(())
}
