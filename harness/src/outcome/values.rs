//! Thresholds on values that the test records.

use crate::measure::{Measured, ValueFigures, ValueKind, ValueLimit};
use crate::metric::{Metric, ValueFigure};
use crate::suggest::did_you_mean;
use crate::threshold::Threshold;

/// How many names a message lists.
const NAMES_LISTED: usize = 20;

/// The limits on values among `thresholds`: samples beyond them are counted while the test runs.
pub(super) fn limits(thresholds: &[Threshold]) -> Vec<ValueLimit> {
    let mut limits: Vec<ValueLimit> = Vec::new();
    for threshold in thresholds {
        let limit =
            threshold.subject.value().map(|name| ValueLimit { name: name.to_owned(), limit: threshold.limit() });
        limits.extend(limit.filter(|limit| !limits.contains(limit)));
    }
    limits
}

/// The figure of the value called `name` that `threshold` is about and the number of its samples, or why the value has no such figure.
///
/// A percentile lies on the side of the limit that the samples beyond it, which were counted, show.
pub(super) fn figure(measured: &Measured, name: &str, threshold: &Threshold) -> Result<(f64, u64), String> {
    let value = find(&measured.values, name)?;
    let figure = match threshold.metric {
        Metric::OfValue(ValueFigure::Total) => value.sum,
        Metric::OfValue(ValueFigure::Of(figure)) => value.beside(figure, threshold.limit()),
        _ => None,
    };
    let figure = figure.filter(|figure| figure.is_finite()).ok_or_else(|| {
        match (value.kind, threshold.metric.percentile()) {
            (ValueKind::Count, Some(_)) => {
                format!(
                    "`{name}` is counted, and counts have no percentiles: record it with `user.record` if you want them"
                )
            }
            _ => format!("`{}` of `{name}` is not known: the values are too large for it", threshold.metric),
        }
    })?;
    Ok((figure, value.samples))
}

fn find<'m>(values: &'m [ValueFigures], name: &str) -> Result<&'m ValueFigures, String> {
    values.iter().find(|value| value.name == name).ok_or_else(|| {
        let names = || values.iter().map(|value| value.name.as_str());
        let mut listed: Vec<String> = names().take(NAMES_LISTED).map(|name| format!("`{name}`")).collect();
        let others = names().count() - listed.len();
        listed.extend((others > 0).then(|| format!("… and {others} others")));
        match listed.as_slice() {
            [] => format!("no value `{name}` was recorded, nor any other"),
            _ => format!(
                "no value `{name}` was recorded{} (values that were: {})",
                did_you_mean(name, names()),
                listed.join(", ")
            ),
        }
    })
}

#[cfg(test)]
mod tests;
