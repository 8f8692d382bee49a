//! How many answers a second does the service give when its users never pause?

use fixtures::agent;
use proofload::prelude::*;

use super::read_list;

/// Nothing but HTTP: if this falls, every route falls with it.
#[perf(kind = "load", users = 50, duration = 2s, warmup = 500ms, throughput > 1000/s)]
async fn health(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/health").await?;
    Ok(())
}

/// A little JSON, without the database.
#[perf(kind = "load", users = 50, duration = 2s, warmup = 500ms, throughput > 500/s)]
async fn config(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/config").await?;
    Ok(())
}

/// A page from the database: here the number of its readers is the limit.
#[perf(kind = "load", users = 50, duration = 2s, warmup = 500ms, throughput > 100/s)]
async fn workflows(user: &mut User, agent: &Server) -> proofload::Result {
    read_list(user, agent).await
}
