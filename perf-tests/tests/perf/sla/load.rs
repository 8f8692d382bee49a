//! Does the server that works in parallel keep the SLA?

use fixtures::sla::parallel;
use proofload::prelude::*;

use super::checks::{answers_agree, parallel_answers};
use super::order;

/// The contract says 800 ms for 95 of 100 orders while twenty callers send them; an order alone takes 300 ms.
#[perf(
    kind = "load", users = 20, requests = 400, needs = [answers_agree, parallel_answers],
    success_rate >= 100%, p95 <= 800ms,
)]
async fn meets_the_sla(user: &mut User, parallel: &Server) -> proofload::Result {
    order(user, parallel).await
}
