//! Does the service hold the load of an ordinary working day?

use fixtures::agent::{NewWorkflow, Workflow};
use fixtures::workflows::OwnWorkflows;
use fixtures::{agent, own_workflows, started_workflow};
use proofload::prelude::*;

use super::{look_at_dashboard, read_list};

/// The health light of every open browser tab polls this, so it must stay fast when everybody is in.
#[perf(kind = "load", users = 100, duration = 1500ms, warmup = 300ms, success_rate >= 100%, mean < 1s, max < 2s)]
async fn health(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/health").await?;
    Ok(())
}

/// Each client reads its settings when it starts; after a roll-out they all start at once.
#[perf(kind = "load", users = 50, duration = 1500ms, warmup = 300ms, success_rate >= 100%, mean < 1s, max < 2s)]
async fn config(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/config").await?;
    Ok(())
}

/// Other services ask what this one can do before they send it work.
#[perf(kind = "load", users = 50, duration = 1500ms, warmup = 300ms, success_rate >= 100%, mean < 1s, max < 2s)]
async fn capabilities(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/capabilities").await?;
    Ok(())
}

/// The first page that people open: the only one of the reading routes that goes to the database.
#[perf(kind = "load", users = 30, duration = 1500ms, warmup = 300ms, success_rate >= 100%, mean < 1s, max < 2s)]
async fn workflows(user: &mut User, agent: &Server) -> proofload::Result {
    read_list(user, agent).await
}

/// Routes share threads and connections, so a slow list must not make the health light slow.
#[perf(
    kind = "load", users = 100, duration = 4s, warmup = 500ms,
    success_rate >= 100%, mean < 1s, max < 2s,
    p95("GET /health") < 800ms, p95("GET /config") < 800ms, p95("GET /workflows") < 1s,
)]
async fn mixed(user: &mut User, agent: &Server) -> proofload::Result {
    look_at_dashboard(user, agent).await
}

/// Writers queue for the one connection that can write; a user that has created a workflow must find it at once.
#[perf(
    kind = "load", users = 20, duration = 1500ms, warmup = 300ms,
    success_rate >= 100%, mean < 1s, max < 2s,
    p95("POST /workflows") < 1s, p95("GET /workflows/{id}") < 800ms,
)]
async fn create_workflow(user: &mut User, agent: &Server, own_workflows: &OwnWorkflows) -> proofload::Result {
    let order = NewWorkflow { name: "nightly import".to_owned(), owner: own_workflows.owner.clone() };
    let created = user.post(agent, "/workflows").json(&order).expect(201).await?;
    let location = created.header("location").unwrap_or_default().to_owned();
    user.check("a location", location.starts_with("/workflows/"))?;
    let found: Workflow = user.get(agent, &location).named("GET /workflows/{id}").await?.json()?;
    user.check("what was created", found.owner == order.owner && found.name == order.name)
}

/// A user that has started a workflow reloads its page until the workflow is done.
#[perf(kind = "load", users = 30, duration = 1500ms, warmup = 300ms, success_rate >= 100%, mean < 1s, max < 2s)]
async fn follow_workflow(user: &mut User, agent: &Server, started_workflow: &mut Workflow) -> proofload::Result {
    let path = format!("/workflows/{}", started_workflow.id);
    let found: Workflow = user.get(agent, &path).named("GET /workflows/{id}").await?.json()?;
    user.check("the one that was started", found == *started_workflow)
}
