//! Users whose answers have a value of their own, on a server that writes down what it answered.

use fixtures::classifier::{Classification, Images};
use fixtures::{classifier, images};
use proofload::prelude::*;

/// The confidence is recorded in all, and for each image.
#[perf(kind = "load", users = 4, requests = 240, extend = false)]
async fn confidence(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    let image = &images.good[user.random_range(0..images.good.len())];
    let request = user.post(classifier, "/api/v1/classify").multipart(&image.form);
    let answer: Classification = request.await?.json()?;
    user.record("confidence", answer.confidence);
    user.record(&image.file_name, answer.confidence);
    Ok(())
}
