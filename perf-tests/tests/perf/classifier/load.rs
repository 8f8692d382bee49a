//! Does the service hold the load of an ordinary day, whatever the size of the images?

use fixtures::classifier::Images;
use fixtures::{classifier, images};
use proofload::prelude::*;

use super::{ask_health, ask_model_info, classify_any};

/// Load balancers ask this all the time, also while images are decoded.
#[perf(kind = "load", rate = 20/s, duration = 2500ms, success_rate >= 100%, mean < 400ms, max < 1s)]
async fn health(user: &mut User, classifier: &Server) -> proofload::Result {
    ask_health(user, classifier).await
}

/// Clients read the limits before they send an image.
#[perf(kind = "load", rate = 20/s, duration = 2500ms, success_rate >= 100%, mean < 400ms, max < 1s)]
async fn model_info(user: &mut User, classifier: &Server) -> proofload::Result {
    ask_model_info(user, classifier).await
}

/// A large image takes longer to decode; a small one must not wait for it. And a model that is often unsure is no use, however
/// fast it answers.
#[perf(
    kind = "load", rate = 10/s, duration = 6s, success_rate >= 100%, median(value "confidence") > 0.6,
    success_rate("POST /classify 64px") >= 100%, mean("POST /classify 64px") < 400ms, max("POST /classify 64px") < 1s,
    success_rate("POST /classify 256px") >= 100%, mean("POST /classify 256px") < 400ms, max("POST /classify 256px") < 1s,
    success_rate("POST /classify 1024px") >= 100%, mean("POST /classify 1024px") < 600ms, max("POST /classify 1024px") < 2s,
)]
async fn sizes(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    classify_any(user, classifier, images).await
}
