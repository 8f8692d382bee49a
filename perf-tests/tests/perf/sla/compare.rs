//! What did it bring to work in parallel?

use fixtures::sla::{parallel, sequential};
use proofload::prelude::*;

use super::checks::{answers_agree, parallel_answers, sequential_answers};
use super::order;

/// The old server is far beyond its load here: of twenty callers, nineteen wait.
#[perf(
    kind = "stress", users = 20, requests = 400, order = one_after_the_other,
    needs = [answers_agree, sequential_answers, parallel_answers],
    versus(server = [sequential, parallel]),
    success_rate >= 100%, p95("parallel") <= 800ms, p95 <= 20% of "sequential",
)]
async fn sequential_and_parallel(user: &mut User, server: &Server) -> proofload::Result {
    order(user, server).await
}
