//! The agent service, under the loads that its team promises to hold.
//!
//! `load`, `capacity`, `throughput` and `benchmark` run by default; `stress` has to be asked for.

mod benchmark;
mod capacity;
mod compare;
mod load;
mod stress;
mod throughput;

use fixtures::agent::WorkflowPage;
use proofload::prelude::*;

/// One look at the dashboard: mostly the health light, sometimes the settings, now and then the list; then a pause.
async fn look_at_dashboard(user: &mut User, agent: &Server) -> proofload::Result {
    match user.pick(&[5, 3, 2]) {
        0 => drop(user.get(agent, "/health").await?),
        1 => drop(user.get(agent, "/config").await?),
        _ => read_list(user, agent).await?,
    }
    user.think(Duration::from_millis(50)..Duration::from_millis(250)).await;
    Ok(())
}

/// The first page of the list. An answer that is fast because it is empty counts as a failure.
async fn read_list(user: &mut User, agent: &Server) -> proofload::Result {
    let page: WorkflowPage = user.get(agent, "/workflows?limit=20").named("GET /workflows").await?.json()?;
    user.check("a full page", page.items.len() == 20)
}
