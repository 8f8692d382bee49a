//! A threshold as a run record holds it: its text, and its parts for readers that do not parse the text.

use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::measure::json;
use crate::threshold::Threshold;

/// The fields that stand for a threshold.
#[derive(Serialize, Deserialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(super) struct ThresholdForm {
    /// As written: `p95("GET /config") < 800ms`.
    text: String,
    /// `p95`
    metric: String,
    /// The endpoint it is about; `null` for the whole test or a whole stage.
    #[serde(default)]
    endpoint: Option<String>,
    /// The stage it is about; `null` for the whole test or an endpoint.
    #[serde(default)]
    stage: Option<String>,
    /// The value it is about, if it is about one that the test records.
    #[serde(default)]
    value: Option<String>,
    /// The class of users it is about; `null` if it is about no class alone.
    #[serde(default)]
    class: Option<String>,
    /// In the base unit of the metric: seconds, a share of 1, events each second, a count. `null` if it is a share of a figure that
    /// was not known.
    #[serde(with = "json::number")]
    #[cfg_attr(test, schemars(with = "Option<f64>"))]
    limit: f64,
}

/// Writes a threshold in this form.
pub(super) fn serialize<S: Serializer>(threshold: &Threshold, serializer: S) -> Result<S::Ok, S::Error> {
    let form = ThresholdForm {
        text: threshold.to_string(),
        metric: threshold.metric.to_string(),
        endpoint: threshold.subject.endpoint().map(str::to_owned),
        stage: threshold.subject.stage().map(str::to_owned),
        value: threshold.subject.value().map(str::to_owned),
        class: threshold.subject.class().map(str::to_owned),
        limit: threshold.limit(),
    };
    form.serialize(serializer)
}

/// Reads a threshold from its text.
pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Threshold, D::Error> {
    let form = ThresholdForm::deserialize(deserializer)?;
    let mut threshold: Threshold = form.text.parse().map_err(D::Error::custom)?;
    threshold.subject = threshold.subject.among_classes(form.class.as_deref().into_iter());
    // The limit is what is known; the figure that it is a share of follows from it.
    Ok(threshold.resolved_to(form.limit))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Serialize, Deserialize)]
    struct WrittenThreshold(#[serde(with = "super")] Threshold);

    #[test]
    fn a_limit_that_is_a_share_is_read_as_it_is_written_to_its_last_bit() {
        let share: Threshold = "p95 <= 110% of baseline".parse().expect("a threshold");
        for nanoseconds in 3_168_450_u32..3_168_650 {
            let threshold = share.clone().resolved(f64::from(nanoseconds) / 1e9);
            let written = serde_json::to_string(&WrittenThreshold(threshold)).expect("plain values");
            let WrittenThreshold(read) = serde_json::from_str(&written).expect("what was written");
            let form: ThresholdForm = serde_json::from_str(&written).expect("the same");
            assert_eq!(read.limit().to_bits(), form.limit.to_bits(), "{written}");
        }
    }
}
