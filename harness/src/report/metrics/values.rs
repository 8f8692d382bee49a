//! The values that tests record, which have at most a hundred names in a test.

use super::exposition::{Exposition, FamilyKind, Labels};
use super::of_test::TestMetrics;
use crate::measure::ValueFigures;

/// One figure out of many.
type FigureOf = fn(&ValueFigures) -> Option<f64>;

pub(super) fn values(to: &mut Exposition, tests: &[TestMetrics<'_>]) {
    let of_each = |figure: FigureOf| -> Vec<(Labels, Option<f64>)> {
        let of_test = |test: &TestMetrics<'_>| {
            let values = test.measured.values.iter();
            values.map(|value| (test.labels.with("value", &value.name), figure(value))).collect::<Vec<_>>()
        };
        tests.iter().flat_map(of_test).collect()
    };
    let samples = of_each(|value| Some(value.samples as f64));
    to.family(FamilyKind::Counter, "proofload_value_samples_total", "How often the test recorded a value.", samples);
    let figures: [(&str, FigureOf); 9] = [
        ("total", |value| value.sum),
        ("min", |value| value.min),
        ("mean", |value| value.mean),
        ("max", |value| value.max),
        ("stddev", |value| value.stddev),
        ("p50", |value| value.p50),
        ("p90", |value| value.p90),
        ("p95", |value| value.p95),
        ("p99", |value| value.p99),
    ];
    let named = figures.into_iter().flat_map(|(name, figure)| {
        of_each(figure).into_iter().map(move |(labels, figure)| (labels.with("figure", name), figure))
    });
    to.family(FamilyKind::Gauge, "proofload_value", "A figure of a value that the test records.", named);
}
