//! One threshold: does it read, and is it the only one of its metric, endpoint and direction?

use proc_macro2::TokenStream;
use proofload_vocabulary::kind::Kind;
use proofload_vocabulary::metric::{Metric, MetricError};
use proofload_vocabulary::settings::SettingKey;
use proofload_vocabulary::suggest::did_you_mean;
use proofload_vocabulary::threshold::{Comparison, ReferenceFigure, RelativeError, Subject, Threshold, ThresholdError};
use proofload_vocabulary::units::parse_quantity;
use quote::ToTokens;

use crate::mistakes::Mistakes;
use crate::perf::label::Label;
use crate::perf::parse::ThresholdItem;

/// A threshold with the text that the harness will read again.
pub(crate) struct CheckedThreshold {
    pub(crate) text: String,
    pub(crate) threshold: Threshold,
    /// The label, or all of it.
    pub(crate) subject_tokens: TokenStream,
    /// What follows `of`, or all of it.
    pub(crate) reference_tokens: TokenStream,
}

pub(crate) fn check_threshold(item: &ThresholdItem, mistakes: &mut Mistakes) -> Option<CheckedThreshold> {
    let text = text_of(item);
    match text.parse() {
        Ok(threshold) => {
            let subject_tokens = match &item.endpoint {
                Some(label) => label.to_token_stream(),
                None => item.tokens.clone(),
            };
            let reference = item.reference.as_ref().map_or(&item.tokens, |reference| &reference.tokens);
            Some(CheckedThreshold { text, threshold, subject_tokens, reference_tokens: reference.clone() })
        }
        Err(mistake) => {
            point_at(item, mistake, mistakes);
            None
        }
    }
}

fn text_of(item: &ThresholdItem) -> String {
    let label = item.endpoint.as_ref().map(Label::text).unwrap_or_default();
    let share = item.reference.as_ref().map(|of| format!(" of {}", of.text)).unwrap_or_default();
    format!("{}{label} {} {}{share}", item.metric.text, item.comparison, item.bound.text)
}

/// Each mistake on the tokens it is about.
fn point_at(item: &ThresholdItem, mistake: ThresholdError, mistakes: &mut Mistakes) {
    match mistake {
        ThresholdError::Metric(mistake) => {
            mistakes.at(&item.metric.tokens, metric_refusal(item, &mistake));
            // The bound is read on its own, so that both are reported.
            if let Err(mistake) = parse_quantity(&item.bound.text) {
                mistakes.at(&item.bound.tokens, mistake);
            }
        }
        mistake @ (ThresholdError::WholeTest(_)
        | ThresholdError::IterationOfStage { .. }
        | ThresholdError::StageOfClass { .. }) => {
            mistakes.at(item.endpoint.to_token_stream(), mistake);
        }
        ThresholdError::Relative(mistake) => point_at_share(item, &mistake, mistakes),
        mistake @ (ThresholdError::Label | ThresholdError::ValueName) => {
            mistakes.at(item.endpoint.to_token_stream(), mistake);
        }
        mistake @ ThresholdError::NotOfValue { .. } => mistakes.at(&item.metric.tokens, mistake),
        mistake @ (ThresholdError::Bound(_) | ThresholdError::Unit { .. }) => mistakes.at(&item.bound.tokens, mistake),
        mistake => mistakes.at(&item.tokens, mistake),
    }
}

fn point_at_share(item: &ThresholdItem, mistake: &RelativeError, mistakes: &mut Mistakes) {
    let tokens = match mistake {
        RelativeError::Reference { .. } | RelativeError::Missing { .. } => {
            &item.reference.as_ref().unwrap_or(&item.bound).tokens
        }
        RelativeError::NotAShare { .. } | RelativeError::NoShare { .. } => &item.bound.tokens,
        RelativeError::NeverCompared { .. } => &item.metric.tokens,
        RelativeError::PartOfBaseline => return mistakes.at(&item.endpoint, mistake),
        RelativeError::Equal { .. } => &item.tokens,
    };
    mistakes.at(tokens, mistake);
}

fn metric_refusal(item: &ThresholdItem, mistake: &MetricError) -> String {
    match item.metric.text.parse::<SettingKey>() {
        Ok(key) => format!("`{key}` is a setting, not a metric: write `{key} = …` with {}", key.takes().describe()),
        Err(_) => mistake.to_string(),
    }
}

/// Why the label names a stage that the test does not have, if so.
pub(crate) fn unknown_stage(checked: &CheckedThreshold, declared: &[&str]) -> Option<String> {
    let name = checked.threshold.subject.stage()?;
    if declared.contains(&name) {
        return None;
    }
    if declared.is_empty() {
        return Some(format!("this test has no stage `{name}`: name one, as in `stages({name}: 500/s for 60s)`"));
    }
    let suggestion = did_you_mean(name, declared.iter().copied());
    Some(format!("this test has no stage `{name}`{suggestion} (stages: {})", declared.join(", ")))
}

/// Why nothing would ever be measured for `recovery`.
pub(crate) fn without_a_surge(metric: Metric, is_staged: bool) -> Option<String> {
    let refusal = "`recovery` is the time after a surge, and this test has none: add `spike(base = 20/s, peak = 300/s, at = 5s, lasting = 5s)`";
    (metric == Metric::Recovery && !is_staged).then(|| refusal.to_owned())
}

/// Why nothing would ever be measured for `degradation`.
pub(crate) fn without_a_second_level(metric: Metric, has_second_level: bool) -> Option<String> {
    let refusal = "`degradation` compares full load with the first steady level, and this test has no steady level above its first: \
                   add stages, as in `stages(2 for 3s, 2 -> 10 over 4s, 10 for 5s)`";
    (metric == Metric::Degradation && !has_second_level).then(|| refusal.to_owned())
}

/// Why nothing would ever be measured for `capacity`.
pub(crate) fn without_a_search(metric: Metric, kind: Kind) -> Option<String> {
    let refusal =
        format!("`capacity` is what a capacity test finds, and this is a {kind} test: use `kind = \"capacity\"`");
    (metric == Metric::Capacity && kind != Kind::Capacity).then_some(refusal)
}

/// What makes two thresholds of one list the same question asked twice.
pub(crate) fn asks(threshold: &Threshold) -> (Metric, &Subject, Option<&ReferenceFigure>, &'static str) {
    let direction = match threshold.comparison {
        Comparison::Less | Comparison::LessOrEqual => "from above",
        Comparison::Greater | Comparison::GreaterOrEqual => "from below",
        Comparison::Equal => "exactly",
    };
    (threshold.metric, &threshold.subject, threshold.compared_with(), direction)
}
