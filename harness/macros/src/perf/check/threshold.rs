//! One threshold: does it read, and is it the only one of its metric, endpoint and direction?

use proofload_vocabulary::metric::{Metric, MetricError};
use proofload_vocabulary::threshold::{Comparison, Subject, Threshold, ThresholdError};
use proofload_vocabulary::units::parse_quantity;
use proofload_vocabulary::workload::SettingKey;
use quote::ToTokens;

use crate::mistakes::Mistakes;
use crate::perf::parse::ThresholdItem;

/// A threshold with the text that the harness will read again.
pub(crate) struct Checked {
    pub(crate) text: String,
    pub(crate) threshold: Threshold,
}

pub(crate) fn check_threshold(item: &ThresholdItem, mistakes: &mut Mistakes) -> Option<Checked> {
    let text = text_of(item);
    match text.parse() {
        Ok(threshold) => Some(Checked { text, threshold }),
        Err(mistake) => {
            point_at(item, mistake, mistakes);
            None
        }
    }
}

fn text_of(item: &ThresholdItem) -> String {
    let label = match &item.endpoint {
        Some(label) => format!("(\"{}\")", label.value().replace('"', "\\\"")),
        None => String::new(),
    };
    format!("{}{label} {} {}", item.metric.text, item.comparison, item.bound.text)
}

/// Each mistake on the tokens it is about.
fn point_at(item: &ThresholdItem, mistake: ThresholdError, mistakes: &mut Mistakes) {
    match mistake {
        ThresholdError::Metric(mistake) => {
            mistakes.at(&item.metric.tokens, metric_refusal(item, &mistake));
            // The bound is read on its own, so that both are told.
            if let Err(mistake) = parse_quantity(&item.bound.text) {
                mistakes.at(&item.bound.tokens, mistake);
            }
        }
        ThresholdError::Label => mistakes.at(item.endpoint.to_token_stream(), ThresholdError::Label),
        mistake @ (ThresholdError::Bound(_) | ThresholdError::Unit { .. }) => mistakes.at(&item.bound.tokens, mistake),
        mistake => mistakes.at(&item.tokens, mistake),
    }
}

fn metric_refusal(item: &ThresholdItem, mistake: &MetricError) -> String {
    match item.metric.text.parse::<SettingKey>() {
        Ok(key) => format!("`{key}` is a setting and no metric: write `{key} = …` with {}", key.expects().describe()),
        Err(_) => mistake.to_string(),
    }
}

/// What makes two thresholds of one list the same question asked twice.
pub(crate) fn asks(threshold: &Threshold) -> (Metric, &Subject, &'static str) {
    let direction = match threshold.comparison {
        Comparison::Less | Comparison::LessOrEqual => "from above",
        Comparison::Greater | Comparison::GreaterOrEqual => "from below",
        Comparison::Equal => "exactly",
    };
    (threshold.metric, &threshold.subject, direction)
}
