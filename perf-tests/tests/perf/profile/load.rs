//! Does the time of a request stay what it is when all expected users are there?

use fixtures::profile;
use proofload::prelude::*;

use super::ask_for_a_profile;

/// Two users at first, two more each second up to ten, then ten: they need half of one core, so none of them should wait much longer.
#[perf(
    kind = "load", stages(2 for 3s, 2 -> 10 over 4s, 10 for 3s),
    success_rate >= 100%, p95 < 500ms, degradation < 100%,
)]
async fn ten_users(user: &mut User, profile: &Server) -> proofload::Result {
    ask_for_a_profile(user, profile).await
}
