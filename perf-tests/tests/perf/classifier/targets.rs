//! Which of its targets does the service meet? `cargo test --test perf -- --include-ignored targets`

use fixtures::classifier::Images;
use fixtures::{classifier, images};
use proofload::prelude::*;

use super::classify_side;

/// The targets that its team has set, from the best to what is still acceptable.
#[perf(
    kind = "stress", users = 20, duration = 5s, warmup = 1s, success_rate > 99.9%,
    case(name = "excellent", p95 < 100ms, throughput > 1_000/s),
    case(name = "good", p95 < 200ms, throughput > 500/s),
    case(name = "acceptable", p95 < 500ms, throughput > 100/s),
)]
async fn targets(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_side(user, classifier, images, 64).await
}
