//! What happens past the load that is expected? `cargo test --test perf -- --include-ignored stress`

use fixtures::classifier::Images;
use fixtures::{classifier, images};
use proofload::prelude::*;

use super::classify_any;

/// More users than decoders, and none of them pauses: images wait, and none is lost.
#[perf(kind = "stress", users = 50, duration = 10s, warmup = 1s, success_rate > 99.9%, p95 < 5s)]
async fn fifty_users(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_any(user, classifier, images).await
}
