//! How many people at their dashboards does the service hold?

use fixtures::agent;
use proofload::prelude::*;

use super::look_at_dashboard;

/// The steps on which the team plans its machines; beyond a hundred users a few refusals are accepted.
#[perf(
    kind = "load", duration = 1500ms, warmup = 500ms,
    case(users = 10, success_rate >= 100%),
    case(users = 50, success_rate >= 100%),
    case(users = 100, success_rate > 99%),
    case(users = 200, success_rate > 95%),
    case(users = 500, success_rate > 90%),
)]
async fn dashboard(user: &mut User, agent: &Server) -> proofload::Result {
    look_at_dashboard(user, agent).await
}
