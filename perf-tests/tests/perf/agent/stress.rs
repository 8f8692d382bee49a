//! What happens past the load that is expected? `cargo test --test perf -- --include-ignored stress`

use fixtures::agent;
use proofload::prelude::*;

use super::look_at_dashboard;

/// Five times the tabs of an ordinary day, and none of them pauses: it may be slow, but it must answer.
#[perf(kind = "stress", users = 500, duration = 5s, warmup = 1s, success_rate > 95%)]
async fn health(user: &mut User, agent: &Server) -> proofload::Result {
    user.get(agent, "/health").await?;
    Ok(())
}

/// Everybody comes back after an outage: ten times the users of an ordinary day within two seconds.
#[perf(kind = "stress", users = 1_000, duration = 10s, ramp_up = 2s, success_rate > 90%)]
async fn mixed(user: &mut User, agent: &Server) -> proofload::Result {
    look_at_dashboard(user, agent).await
}

/// A queue or a pool that fills slowly does not show in three seconds.
#[perf(kind = "stress", markers = [slow], users = 200, duration = 20s, warmup = 1s, success_rate > 95%)]
async fn sustained(user: &mut User, agent: &Server) -> proofload::Result {
    look_at_dashboard(user, agent).await
}
