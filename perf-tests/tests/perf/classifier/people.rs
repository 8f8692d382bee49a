//! Users of three classes, as they come in a day: seven in ten look around, two send images all the time, and one sends what
//! cannot be classified.

use fixtures::classifier::Images;
use fixtures::{classifier, images};
use proofload::prelude::*;

use super::{ask_health, ask_model_info, classify_any};

/// What is refused must be refused with the right status, and must not slow down the others.
#[perf(
    kind = "load", users = 10, duration = 4s, mix(everyday = 7, busy = 2, erroneous = 1),
    success_rate > 99.9%, success_rate("erroneous") >= 100%,
    mean("everyday") < 500ms, mean("busy") < 500ms, mean("erroneous") < 1s, max < 5s, median(value "confidence") > 0.6,
)]
async fn people(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result;

async fn everyday(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    match user.pick(&[30, 20, 50]) {
        0 => ask_health(user, classifier).await?,
        1 => ask_model_info(user, classifier).await?,
        _ => classify_any(user, classifier, images).await?,
    }
    user.think(Duration::from_secs(1)..Duration::from_secs(3)).await;
    Ok(())
}

async fn busy(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    match user.pick(&[80, 20]) {
        0 => classify_any(user, classifier, images).await?,
        _ => ask_health(user, classifier).await?,
    }
    user.think(Duration::from_millis(100)..Duration::from_millis(500)).await;
    Ok(())
}

/// A form without an image, half an image, one that is too large …: the right 4xx is the right answer.
async fn erroneous(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    let upload = &images.refused[user.random_range(0..images.refused.len())];
    let request = user.post(classifier, "/api/v1/classify").multipart(&upload.form);
    request.named("POST /classify refused").expect(upload.status).await?;
    user.think(Duration::from_millis(100)..Duration::from_millis(500)).await;
    Ok(())
}
