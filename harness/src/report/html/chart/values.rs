//! How the values that a test records are distributed.

use super::model::{Chart, ChartLine, Look, Stroke, XAxis};
use super::stretch::Stretch;
use super::unit::ChartUnit;
use crate::measure::{Measured, ValueFigures};
use crate::outcome::figure;
use crate::report::html::escaped::name;

/// Further values have their row in the table only.
const MOST_CHARTS: usize = 12;

/// A chart for each value that has several samples which differ.
pub(super) fn value_charts(prefix: &str, measured: &Measured) -> Vec<Chart> {
    let charts = measured.values.iter().enumerate().filter_map(|(index, value)| chart(prefix, index + 1, value));
    charts.take(MOST_CHARTS).collect()
}

/// The share of samples below each number: what is known exactly of steps of any width.
fn chart(prefix: &str, number: usize, value: &ValueFigures) -> Option<Chart> {
    let last = value.max.filter(|last| value.distribution.last().is_some_and(|step| step.from < *last));
    let all = value.distribution.iter().map(|step| step.samples).sum::<u64>();
    let (mut xs, mut shares, mut below) = (Vec::new(), Vec::new(), 0);
    for step in &value.distribution {
        xs.push(step.from);
        shares.push(Some(percent(below, all)));
        below += step.samples;
    }
    if let Some(last) = last {
        xs.push(last);
        shares.push(Some(100.0));
    }
    (xs.len() > 1).then(|| Chart {
        id: format!("{prefix}-value-{number}"),
        title: "Distribution of a value",
        says: format!(
            "Which share of the {} samples of <code>{}</code> is lower.",
            figure::count(value.samples),
            name(&value.name)
        ),
        x: XAxis { heading: "value", unit: ChartUnit::Number, stretch: Stretch::Straight },
        log_y: false,
        xs,
        x_labels: Vec::new(),
        x_ends: None,
        lines: vec![ChartLine::new("lower", ChartUnit::Percent, Look::new("blue", Stroke::Solid), shares)],
        limits: Vec::new(),
        bands: Vec::new(),
        marks: Vec::new(),
    })
}

fn percent(part: u64, all: u64) -> f64 {
    figure::round_to(part as f64 / all as f64 * 100.0, 4)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::ValueKind;

    fn chart_of(samples: impl IntoIterator<Item = f64>) -> Option<Chart> {
        chart("t1", 1, &ValueFigures::of_samples("a<b", ValueKind::Distribution, samples, 1.0))
    }

    #[test]
    fn a_point_is_the_share_of_samples_below_it() {
        let chart = chart_of([-1.0, 0.0, 0.0, 2.0]).unwrap();
        assert_eq!(chart.xs, [-1.0, 0.0, 2.0]);
        assert_eq!(chart.lines[0].values, [Some(0.0), Some(25.0), Some(75.0)]);
        assert!(chart.says.contains("4 samples") && chart.says.contains("a&lt;b"), "{}", chart.says);
    }

    #[test]
    fn a_step_of_several_values_ends_with_the_greatest() {
        let chart = chart_of((0..1_000).map(|i| f64::from(i) / 1_000.0)).unwrap();
        assert_eq!((chart.xs[0], *chart.xs.last().unwrap()), (0.0, 0.999));
        assert!(chart.xs.is_sorted() && chart.lines[0].values.is_sorted());
        assert_eq!(*chart.lines[0].values.last().unwrap(), Some(100.0));
    }

    #[test]
    fn one_value_and_a_count_have_no_chart() {
        assert!(chart_of([5.0; 7]).is_none() && chart_of([]).is_none());
        assert!(chart("t1", 1, &ValueFigures::of_samples("hits", ValueKind::Count, [1.0, 2.0], 1.0)).is_none());
    }
}
