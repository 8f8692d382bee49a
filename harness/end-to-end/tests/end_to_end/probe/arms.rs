//! Tests that compare servers.

use std::time::Duration;

use proofload::prelude::*;

use super::servers::{mortal, sluggish, steady};

/// The sluggish server takes 3 ms more for each request.
#[perf(
    kind = "load", users = 2, duration = 20s,
    versus(server = [sluggish, steady]),
    p95("sluggish") < 1s, mean("steady") <= 80% of "sluggish", mean <= 90% of "sluggish",
)]
async fn two(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/slowly").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, duration = 2s, versus(server = [steady, sluggish]), mean <= 105% of "steady")]
async fn breached(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/slowly").await?;
    Ok(())
}

#[perf(kind = "load", users = 3, requests = 400, versus(server = [steady, sluggish, mortal]))]
async fn counted(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/slowly").await?;
    Ok(())
}

#[perf(kind = "load", users = 2, duration = 12s, order = one_after_the_other, versus(server = [sluggish, steady]))]
async fn apart(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/slowly").await?;
    Ok(())
}

#[perf(kind = "benchmark", duration = 4s, versus(server = [sluggish, steady]))]
async fn benchmark(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/slowly").await?;
    Ok(())
}

/// One of the servers is asked to end itself once its turns have begun.
#[perf(kind = "load", users = 2, duration = 8s, versus(server = [steady, mortal]))]
async fn dies(user: &mut User, server: &Server) -> proofload::Result {
    user.get(server, "/health").await?;
    if server.name() == "mortal" {
        user.think(Duration::from_millis(400)).await;
        user.get(server, "/exit").await?;
    }
    Ok(())
}
