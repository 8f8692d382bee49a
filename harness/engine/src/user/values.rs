//! Values that the test itself records.

use super::virtual_user::User;
use crate::measure::ValueKind;

impl User {
    /// Records a number of the test's own, such as the confidence of an answer.
    ///
    /// The reports show how it is distributed, and a threshold may bound it:
    ///
    /// ```
    /// # use proofload::prelude::*;
    /// # #[derive(serde::Deserialize)] struct Answer { confidence: f64 }
    /// #[perf(kind = "load", median(value "confidence") > 0.6, p95(value "bytes") <= 4_000)]
    /// async fn classify(user: &mut User) -> proofload::Result {
    ///     let response = user.post("http://127.0.0.1:8080", "/classify").await?;
    ///     user.record("bytes", response.bytes().len() as f64);
    ///     let answer: Answer = response.json()?;
    ///     user.record("confidence", answer.confidence);
    ///     Ok(())
    /// }
    /// ```
    ///
    /// Only what iterations of the measurement record is in the figures: no warm-up, no set-up. A number that is not finite, and a
    /// name that is also used with [`count`](User::count), are mistakes that end the test. Names must be few: what finds no room
    /// among the first hundred is recorded as `(other)`.
    pub fn record(&self, name: &str, value: impl Into<f64>) {
        self.log.record_value(name, ValueKind::Distribution, value.into());
    }

    /// Counts something of the test's own, such as answers that came from a cache.
    ///
    /// The reports show what it comes to, in all and for each second, and a threshold may bound it:
    /// `total(value "cache hits") >= 100`. What is not counted at all has no figures, and meets no threshold: count 0 where there may
    /// be nothing. The rules of [`record`](User::record) apply.
    pub fn count(&self, name: &str, amount: u64) {
        self.log.record_value(name, ValueKind::Count, amount as f64);
    }
}
