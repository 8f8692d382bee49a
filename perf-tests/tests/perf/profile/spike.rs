//! Is a sudden rush forgotten once it is over?

use fixtures::profile;
use proofload::prelude::*;

use super::ask_for_a_profile;

/// Thirty users at once, where there are two otherwise.
#[perf(
    kind = "spike", spike(base = 2, peak = 30, at = 4s, lasting = 5s, recover_within = 10s),
    success_rate >= 99%, p95("stage spike") < 2s, recovery < 5s,
)]
async fn thirty_at_once(user: &mut User, profile: &Server) -> proofload::Result {
    ask_for_a_profile(user, profile).await
}
