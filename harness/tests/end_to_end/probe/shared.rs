//! Loads that several processes offer together.

use std::sync::Once;

use proofload::prelude::*;

use super::servers::{steady, trace};

static BEGUN: Once = Once::new();

/// The first request of each process is in the trace.
#[perf(kind = "load", users = 4, duration = 60s, ignore = true)]
async fn minute(user: &mut User, steady: &Server) -> proofload::Result {
    BEGUN.call_once(|| trace(&format!("offered by {}", std::process::id())));
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

/// The second user is the second worker's.
#[perf(kind = "load", users = 2, requests = 40, ignore = true)]
async fn panics(user: &mut User, steady: &Server) -> proofload::Result {
    user.get(steady, "/health").await?;
    assert!(user.number() == 1, "this user has no basket");
    Ok(())
}
