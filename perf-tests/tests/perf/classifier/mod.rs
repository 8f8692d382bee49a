//! The image classifier, under what its users send: files of several sizes, and some that it must refuse.
//!
//! `load` and `benchmark` run by default; `stress`, `soak` and the targets have to be asked for.

mod benchmark;
mod load;
mod people;
mod soak;
mod stress;
mod targets;

use fixtures::classifier::{Classification, ClassifierHealth, ImageClass, Images, ModelInfo, SentImage};
use proofload::prelude::*;

async fn ask_health(user: &mut User, classifier: &Server) -> proofload::Result {
    let health: ClassifierHealth = user.get(classifier, "/api/v1/health").named("GET /health").await?.json()?;
    user.check("healthy", health.status == "ok")
}

async fn ask_model_info(user: &mut User, classifier: &Server) -> proofload::Result {
    let info: ModelInfo = user.get(classifier, "/api/v1/model/info").named("GET /model/info").await?.json()?;
    user.check("all classes", info.classes == ImageClass::ALL)
}

/// Any image of any size, each size as often as the others.
async fn classify_any(user: &mut User, classifier: &Server, images: &Images) -> proofload::Result {
    let side_px = Images::SIDES_PX[user.pick(&[1; Images::SIDES_PX.len()])];
    classify_side(user, classifier, images, side_px).await
}

/// Any image of one size.
async fn classify_side(user: &mut User, classifier: &Server, images: &Images, side_px: u32) -> proofload::Result {
    let images = images.of_side(side_px);
    let image = &images[user.random_range(0..images.len())];
    classify(user, classifier, image).await
}

/// An answer that comes fast and is wrong counts as a failure; how sure the model is, is a value of its own.
async fn classify(user: &mut User, classifier: &Server, image: &SentImage) -> proofload::Result {
    let request = user.post(classifier, "/api/v1/classify").multipart(&image.form);
    let answer: Classification = request.named(&image.endpoint).await?.json()?;
    user.record("confidence", answer.confidence);
    user.check("the class that was drawn", answer.class == image.class)
}
