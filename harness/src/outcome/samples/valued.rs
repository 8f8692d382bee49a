//! A test that records values.

use super::plain::{judged, measured};
use crate::kind::Kind;
use crate::measure::{Measured, ValueFigures, ValueKind};
use crate::outcome::TestReport;

/// A load test that records a distribution, too few samples of another one for most percentiles, and a count.
pub(crate) fn valued() -> TestReport {
    let confidence = (0..1_000).map(|i| 0.5 + f64::from(i) / 2_000.0);
    let values = vec![
        ValueFigures::of_samples("cache hits", ValueKind::Count, (0..1_500).map(|i| f64::from(i % 2)), 10.0),
        ValueFigures::of_samples("confidence", ValueKind::Distribution, confidence, 10.0),
        ValueFigures::of_samples("drift", ValueKind::Distribution, [-0.25, 0.5], 10.0),
    ];
    let measured = Measured { values, ..measured("POST /classify", 1_000, 0, 0) };
    let thresholds = ["median(value \"confidence\") > 0.6", "total(value \"cache hits\") >= 1000"];
    judged("classifier::sizes", Kind::Load, measured, &thresholds)
}
