//! The percentile curve: the time within which each share of the requests ended.

use super::model::{Chart, ChartLimit, ChartLine, Look, Stroke, XAxis};
use super::stretch::Stretch;
use super::unit::ChartUnit;
use crate::measure::TimeSummary;
use crate::metric::{Metric, Percentile};
use crate::outcome::{TestReport, figure};
use crate::threshold::{Subject, Threshold};

/// The last percentile of the curve.
const LAST: f64 = 99.99;
/// Points of the curve for each power of ten of what is left above.
const POINTS_OF_A_POWER: u32 = 12;

/// The curve of `times`, as far as the samples are enough, with the limits of percentiles of the whole test; with that of
/// `service` where those times differ.
pub(super) fn percentiles(
    prefix: &str,
    test: &TestReport,
    times: &TimeSummary,
    service: Option<&TimeSummary>,
) -> Option<Chart> {
    times.counted()?.next()?;
    let known = |percent: &f64| Percentile::new(*percent).is_some_and(|of| times.samples >= of.least_samples());
    let xs: Vec<f64> = percents().into_iter().filter(known).collect();
    let last = *xs.last()?;
    let curve = |times: &TimeSummary| xs.iter().map(|percent| figure::percentile_s(times, *percent)).collect();
    let time = ChartLine::new("response time", ChartUnit::Time, Look::new("blue", Stroke::Solid), curve(times));
    let service = service.filter(|service| service.has_own_histogram()).map(|service| {
        ChartLine::new("service time", ChartUnit::Time, Look::new("green", Stroke::Dash), curve(service))
    });
    let limits = test.thresholds.iter().map(|verdict| &verdict.threshold).filter(|threshold| is_shown(threshold));
    let limits = limits.filter_map(ChartLimit::of).collect();
    let mut chart = Chart {
        id: format!("{prefix}-percentiles"),
        title: "Percentiles",
        says: in_words(times, last),
        x: XAxis { heading: "percentile", unit: ChartUnit::Percent, stretch: Stretch::Percentile },
        log_y: false,
        xs,
        x_labels: Vec::new(),
        x_ends: None,
        lines: [time].into_iter().chain(service).collect(),
        limits,
        bands: Vec::new(),
        marks: Vec::new(),
    };
    chart.stretch_if_far_apart();
    chart.unless_empty()
}

/// The usual percentiles, and where the curve ends.
fn in_words(times: &TimeSummary, last: f64) -> String {
    let shown = [50.0, 90.0, 99.0, 99.9, LAST]
        .into_iter()
        .filter_map(|percent| Some(format!("{percent} % in {}", figure::time(figure::percentile_s(times, percent)?))));
    let shown = shown.collect::<Vec<_>>().join(", ");
    let end = match last < LAST {
        true => format!(" The curve ends at p{last}: {} samples say nothing beyond.", figure::count(times.samples)),
        false => String::new(),
    };
    format!("The time within which a share of the requests ended: {shown}.{end}")
}

fn is_shown(threshold: &Threshold) -> bool {
    matches!(threshold.metric, Metric::Percentile(_) | Metric::Median) && threshold.subject == Subject::Total
}

/// Evenly spaced on the axis, with the usual ones among them: exact to a thousandth, as percentiles are.
fn percents() -> Vec<f64> {
    let points = 0..=4 * POINTS_OF_A_POWER;
    let even = points.map(|point| 100.0 * (1.0 - 10f64.powf(-f64::from(point) / f64::from(POINTS_OF_A_POWER))));
    let usual = [25.0, 50.0, 75.0, 90.0, 95.0, 99.0, 99.9, LAST];
    let mut percents: Vec<f64> = even.chain(usual).map(|percent| (percent * 1_000.0).round() / 1_000.0).collect();
    percents.sort_by(f64::total_cmp);
    percents.dedup();
    percents.retain(|percent| *percent > 0.0);
    percents
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::outcome::samples;

    fn curve(samples: u64) -> Option<Chart> {
        let times = TimeSummary::of((1..=samples).map(Duration::from_micros));
        percentiles("t1", &samples::passed(), &times, None)
    }

    #[test]
    fn the_curve_rises_to_p99_99_where_the_samples_are_enough() {
        let chart = curve(100_000).unwrap();
        assert_eq!(*chart.xs.last().unwrap(), LAST);
        let values: Vec<f64> = chart.values().collect();
        assert!(values.is_sorted(), "{values:?}");
        let at = |percent: f64| values[chart.xs.iter().position(|x| *x == percent).unwrap()];
        // 95,000 µs to within a thousandth.
        assert!((at(95.0) - 0.095).abs() < 0.0002, "{}", at(95.0));
        assert_eq!(chart.limits[0].text, "p95 < 800ms");
    }

    #[test]
    fn the_curve_ends_where_the_samples_say_nothing_and_says_so() {
        let chart = curve(100).unwrap();
        assert!(
            *chart.xs.last().unwrap() < 98.0 && chart.says.contains("100 samples say nothing beyond"),
            "{}",
            chart.says
        );
        assert!(curve(0).is_none());
    }
}
