//! What happens with more users than the processor has time for?

use fixtures::profile;
use proofload::prelude::*;

use super::ask_for_a_profile;

/// Five users at first, five more each second up to fifty. They ask for more than two cores can compute, so they wait for each other, but
/// every one gets an answer.
#[perf(
    kind = "stress", stages(5 for 3s, 5 -> 50 over 9s, 50 for 8s),
    success_rate >= 99%, p95 < 2s, degradation < 5_000%,
)]
async fn fifty_users(user: &mut User, profile: &Server) -> proofload::Result {
    ask_for_a_profile(user, profile).await
}
