//! Does it keep memory of the images that it has decoded? `cargo test --test perf -- --include-ignored soak`

use fixtures::classifier::Images;
use fixtures::{classifier, images};
use proofload::prelude::*;

use super::classify_any;

/// A decoded image takes megabytes, so a reference that is kept soon fills the machine. Memory that the allocator keeps for
/// the next image grows at first as well: hence a warm-up of many images.
#[perf(
    kind = "soak", users = 4, duration = 60s, warmup = 2_000,
    success_rate > 99.9%, server_rss < 400MiB, server_rss_growth < 60MiB/min,
)]
async fn memory(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_any(user, classifier, images).await
}
