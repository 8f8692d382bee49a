//! How long does one image take, alone? Outliers are in the table of benchmarks.

use fixtures::classifier::Images;
use fixtures::{classifier, images};
use proofload::prelude::*;

use super::classify_side;

/// What most users send.
#[perf(kind = "benchmark", requests = 1_000, warmup = 50, mean < 50ms, p95 < 200ms)]
async fn latency(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_side(user, classifier, images, 256).await
}
