//! Which of its targets does the service meet? `cargo test --test perf -- --include-ignored targets`
//!
//! The best target is met with small images, the others with larger ones: two cores decode some thousand images of 64 pixels a
//! second, but not a thousand of 256. `--profile many-cores` offers more users to a machine that has more cores.

use fixtures::classifier::Images;
use fixtures::{classifier, images};
use proofload::prelude::*;

use super::classify_side;

/// Avatars: what pages full of users are made of.
#[perf(kind = "stress", users = 20, duration = 5s, warmup = 1s, success_rate > 99.9%, p95 < 100ms, throughput > 1_000/s)]
async fn excellent(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_side(user, classifier, images, 64).await
}

/// Previews.
#[perf(kind = "stress", users = 20, duration = 5s, warmup = 1s, success_rate > 99.9%, p95 < 200ms, throughput > 500/s)]
async fn good(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_side(user, classifier, images, 256).await
}

/// Pictures as they are taken.
#[perf(kind = "stress", users = 20, duration = 5s, warmup = 1s, success_rate > 99.9%, p95 < 500ms, throughput > 100/s)]
async fn acceptable(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_side(user, classifier, images, 1024).await
}
