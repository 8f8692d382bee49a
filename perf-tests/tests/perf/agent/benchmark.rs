//! How long does one request take, alone? A change that makes a route slower shows here first.
//!
//! Each has a length, so that the whole suite stays short; without one, a benchmark ends when its mean is precise.

use fixtures::agent;
use fixtures::agent::{Metrics, SEEDED_WORKFLOWS};
use proofload::prelude::*;

use super::read_list;

/// The cost of HTTP itself; the others contain it.
#[perf(kind = "benchmark", duration = 5s, mean < 100ms)]
async fn health(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/health").await?;
    Ok(())
}

/// The cost of a small JSON answer.
#[perf(kind = "benchmark", duration = 3s, mean < 200ms)]
async fn config(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/config").await?;
    Ok(())
}

/// The cost of an answer made of lists.
#[perf(kind = "benchmark", duration = 3s, mean < 200ms)]
async fn capabilities(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/capabilities").await?;
    Ok(())
}

/// The cost of a page from the database: a lost index or a count of all rows shows here.
#[perf(kind = "benchmark", duration = 4s, mean < 500ms)]
async fn workflows(user: &mut User, agent: &Server) -> proofload::Result {
    read_list(user, agent).await
}

/// The slow route goes over the whole table. People wait for it, but not for longer than this.
#[perf(kind = "benchmark", duration = 5s, mean < 5s)]
async fn collect(user: &mut User, agent: &Server) -> proofload::Result {
    let metrics: Metrics = user.post(agent, "/metrics/collect").await?.json()?;
    user.check("every workflow", metrics.workflows >= SEEDED_WORKFLOWS)
}
